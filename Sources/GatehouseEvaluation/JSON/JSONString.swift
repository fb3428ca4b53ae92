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

    /// Whether both stand for the same text, however it is escaped.
    static func == (left: JSONString, right: JSONString) -> Bool {
        left.hasEscapes || right.hasEscapes ? left.unescaped() == right.unescaped() : left.raw == right.raw
    }

    /// A copy as Swift string.
    package var string: String {
        guard hasEscapes else { return raw.string }
        return String(unsafeUninitializedCapacity: raw.count) { unescape(into: $0) }
    }

    /// The text itself, in `region` only where escapes have to be replaced.
    package func text(in region: Region) -> Text {
        hasEscapes ? region.text(unescaped()) : raw
    }

    /// The text's bytes.
    package func unescaped() -> [UInt8] {
        guard hasEscapes else { return Array(raw.bytes) }
        return Array(unsafeUninitializedCapacity: raw.count) { buffer, count in count = unescape(into: buffer) }
    }

    /// Writes the text, which is never longer than the bytes between the quotes.
    ///
    /// - Returns: The number of bytes written.
    private func unescape(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard let source = raw.base, let target = buffer.baseAddress, buffer.count >= raw.count else { return 0 }
        var read = 0
        var written = 0
        while read < raw.count {
            let plain = plainCount(from: read)
            (target + written).initialize(from: source + read, count: plain)
            read += plain
            written += plain
            guard read + 1 < raw.count else { break }
            read += 2
            switch source[read - 1] {
            case UInt8(ascii: "b"): target[written] = 0x08
            case UInt8(ascii: "f"): target[written] = 0x0C
            case UInt8(ascii: "n"): target[written] = 0x0A
            case UInt8(ascii: "r"): target[written] = 0x0D
            case UInt8(ascii: "t"): target[written] = 0x09
            case UInt8(ascii: "u"):
                read = writeScalar(at: read, to: target, &written)
                continue
            case let plain: target[written] = plain
            }
            written += 1
        }
        return written
    }

    /// How many bytes from here on stand for themselves.
    private func plainCount(from start: Int) -> Int {
        guard let source = raw.base else { return 0 }
        var index = start
        let wordSize = MemoryLayout<UInt64>.size
        let ones: UInt64 = 0x0101_0101_0101_0101
        while index + wordSize <= raw.count {
            let word = UnsafeRawPointer(source + index).loadUnaligned(as: UInt64.self).littleEndian
            let slashes = word ^ (ones &* 0x5C)
            // A byte is zero exactly where, below the first that is, the subtraction borrows into its top bit.
            let found = (slashes &- ones) & ~slashes & (ones &* 0x80)
            if found != 0 { return index - start + (found.trailingZeroBitCount >> 3) }
            index += wordSize
        }
        while index < raw.count, source[index] != UInt8(ascii: "\\") { index += 1 }
        return index - start
    }

    /// Writes the scalar whose four hexadecimal digits start at `index`, surrogate pairs joined.
    ///
    /// - Returns: The index behind it.
    private func writeScalar(at index: Int, to target: UnsafeMutablePointer<UInt8>, _ written: inout Int) -> Int {
        let high = JSONString.unit(raw.bytes, at: index)
        var scalar = high
        var next = index + 4
        if high & 0xFC00 == 0xD800 {
            scalar = 0x10000 + ((high & 0x3FF) << 10 | JSONString.unit(raw.bytes, at: next + 2) & 0x3FF)
            next += 6
        }
        if let scalar = Unicode.Scalar(scalar) {
            for byte in UTF8.encode(scalar) ?? .init() {
                target[written] = byte
                written += 1
            }
        }
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

/// Hexadecimal digits, either case.
package enum Hexadecimal {
    package static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The lower-case digit for a value below 16.
    package static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + (value & 15) - 10
    }
}
