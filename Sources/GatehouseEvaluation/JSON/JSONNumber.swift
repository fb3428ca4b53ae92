// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A JSON number as the text has it, with the values it can be read as.
package struct JSONNumber {
    package let text: Text
    /// Whether there is neither fraction nor exponent.
    ///
    /// `-0` and integers beyond 64 bits still read as floats.
    package let isInteger: Bool
    /// Whether it fits a 64-bit float.
    package let isFinite: Bool

    package init(text: Text, isInteger: Bool, isFinite: Bool = true) {
        self.text = text
        self.isInteger = isInteger
        self.isFinite = isFinite
    }

    /// The number as the reference's JSON library represents it: unsigned or signed 64-bit integer, otherwise float.
    package var value: Value {
        if isInteger {
            let isNegative = text.base?.pointee == UInt8(ascii: "-")
            if isNegative, text.count > 1, text != "-0", let value = NumberText.parseInt64(text.bytes.span) {
                return .integer(value)
            }
            if !isNegative, let value = unsigned {
                return Int64(exactly: value).map(Value.integer) ?? .unsigned(value)
            }
        }
        return .double(NumberText.parseFloat(text.bytes.span) ?? 0)
    }

    /// Whether the text is an integer of at most 18 digits as it is written too, so that its text needs no conversion.
    package var isCanonicalInteger: Bool { isInteger && text.count <= 18 && text != "-0" }

    package var float: Double { NumberText.parseFloat(text.bytes.span) ?? 0 }

    /// The value of an integer without sign that fits 64 bits; `1.0` isn't one.
    package var unsigned: UInt64? {
        guard isInteger else { return nil }
        var result: UInt64 = 0
        for byte in text.bytes {
            guard byte &- UInt8(ascii: "0") < 10 else { return nil }
            let (product, carriedOut) = result.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            if carriedOut || overflow { return nil }
            result = sum
        }
        return result
    }
}
