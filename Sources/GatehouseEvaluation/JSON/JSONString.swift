// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A JSON string as it stands in the text: the bytes between the quotes, escapes included.
///
/// ``JSONReader`` has checked the escapes, so reading them can't fail.
package struct JSONString {
    package let raw: Text
    package let hasEscapes: Bool

    package init(raw: Text, hasEscapes: Bool) {
        self.raw = raw
        self.hasEscapes = hasEscapes
    }

    package static func == (left: JSONString, right: StaticString) -> Bool {
        left.hasEscapes ? left.unescaped() == Array(Text(right).bytes) : left.raw == right
    }

    /// A copy as Swift string.
    package var string: String {
        hasEscapes ? String(decoding: unescaped(), as: UTF8.self) : raw.string
    }

    /// The text itself, in `region` only where escapes have to be replaced.
    package func text(in region: Region) -> Text {
        hasEscapes ? region.text(unescaped()) : raw
    }

    /// The text's bytes.
    package func unescaped() -> [UInt8] {
        guard hasEscapes else { return Array(raw.bytes) }
        var result: [UInt8] = []
        result.reserveCapacity(raw.count)
        let bytes = raw.bytes
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            guard byte == UInt8(ascii: "\\"), index + 1 < bytes.count else {
                result.append(byte)
                index += 1
                continue
            }
            index += 2
            switch bytes[index - 1] {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"): index = JSONString.appendScalar(bytes, at: index, to: &result)
            case let plain: result.append(plain)
            }
        }
        return result
    }

    /// Appends the scalar whose four hexadecimal digits start at `index`, surrogate pairs joined.
    ///
    /// - Returns: The index behind it.
    private static func appendScalar(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int, to result: inout [UInt8])
        -> Int
    {
        let high = unit(bytes, at: index)
        var scalar = high
        var next = index + 4
        if high & 0xFC00 == 0xD800 {
            scalar = 0x10000 + ((high & 0x3FF) << 10 | unit(bytes, at: next + 2) & 0x3FF)
            next += 6
        }
        if let scalar = Unicode.Scalar(scalar) { result.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
        return next
    }

    private static func unit(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt32 {
        var unit: UInt32 = 0
        for offset in 0..<4 where index + offset < bytes.count {
            unit = unit << 4 | UInt32(Hexadecimal.value(of: bytes[index + offset]) ?? 0)
        }
        return unit
    }
}
