// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The digits read so far of one part of the address: an optional sign, then at least one digit, within 64 bits.
struct IPv4Part {
    private var magnitude: Int64 = 0
    private var isNegative = false
    private var hasSign = false
    private var hasDigit = false

    /// The number, or nil as long as there is no digit.
    var value: Int64? { hasDigit ? magnitude : nil }

    /// Takes one more byte; false when the part cannot continue with it.
    mutating func append(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard !hasSign, !hasDigit else { return false }
            hasSign = true
            isNegative = byte == UInt8(ascii: "-")
            return true
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            hasDigit = true
            // Counted towards the sign, because the smallest number has no positive counterpart.
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (scaled, overflowed) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carried) =
                isNegative
                ? scaled.subtractingReportingOverflow(digit) : scaled.addingReportingOverflow(digit)
            magnitude = sum
            return !overflowed && !carried
        default: return false
        }
    }
}

/// The way the reference SDK reads an IPv4 address from a user field.
///
/// It is laxer than the usual dotted-quad form, and a configuration may rely on that: the four parts are 64-bit signed
/// decimal numbers of any size that are weighted and added up.
package enum IPv4Text {
    /// Returns the address that a text stands for, or nil when the reference finds no country for such a text.
    package static func address(of bytes: Span<UInt8>) -> UInt32? {
        var total: Int64 = 0
        var part = IPv4Part()
        var separators = 0
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == UInt8(ascii: ".") {
                guard separators < 3, let value = part.value else { return nil }
                total = (total &+ value) &* 256
                separators += 1
                part = IPv4Part()
            } else if !part.append(byte) {
                return nil
            }
        }
        guard separators == 3, let value = part.value else { return nil }
        total &+= value
        // The reference looks for the first range that ends above the number. A number below zero therefore lands in
        // the first range, where address zero is; one past the last range crashes the reference.
        return total < 0 ? 0 : UInt32(exactly: total)
    }
}
