// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Full Unicode lower-casing of UTF-8, independent of locale.
///
/// Evaluation §2.7. Full means that one scalar may become two (`İ` → `i` and U+0307) and that a capital sigma at the end of a word
/// becomes `ς`. Nothing is folded or normalized. Bytes that aren't UTF-8 are copied.
package enum Lowercase {
    /// Whether all bytes are ASCII.
    package static func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        asciiPrefix(bytes) == bytes.count
    }

    /// Whether all bytes are ASCII and none is a capital letter, so that the text is its own lower-case form.
    package static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let source = bytes.baseAddress else { return true }
        let wordSize = MemoryLayout<UInt64>.size
        var index = 0
        while index + wordSize <= bytes.count {
            let word = UnsafeRawPointer(source + index).loadUnaligned(as: UInt64.self)
            guard word & highBits == 0, lowercasedWord(word) == word else { return false }
            index += wordSize
        }
        while index < bytes.count {
            guard source[index] < 0x80, lowercased(source[index]) == source[index] else { return false }
            index += 1
        }
        return true
    }

    /// Lower-cases ASCII text into `buffer`, which must be at least as long; `false` if a non-ASCII byte is met, with
    /// the buffer's contents then unspecified.
    package static func ascii(
        _ bytes: UnsafeBufferPointer<UInt8>, into buffer: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return true }
        guard let target = buffer.baseAddress, buffer.count >= bytes.count else { return false }
        return ascii(source, into: target, count: bytes.count)
    }

    /// Lower-cases the ASCII letters among `count` bytes and returns whether all bytes were ASCII.
    ///
    /// Source and target may be the same memory.
    private static func ascii(
        _ source: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<UInt8>, count: Int
    ) -> Bool {
        let wordSize = MemoryLayout<UInt64>.size
        var seen: UInt64 = 0
        var index = 0
        while index + wordSize <= count {
            let word = UnsafeRawPointer(source + index).loadUnaligned(as: UInt64.self)
            seen |= word
            UnsafeMutableRawPointer(target + index).storeBytes(of: lowercasedWord(word), as: UInt64.self)
            index += wordSize
        }
        while index < count {
            seen |= UInt64(source[index])
            target[index] = lowercased(source[index])
            index += 1
        }
        return seen & highBits == 0
    }

    /// Appends the lower-case form of `bytes` to `output`.
    package static func append(lowercasing bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        let prefix = asciiPrefix(bytes)
        let start = output.count
        output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[..<prefix]))
        output.withUnsafeMutableBufferPointer { all in
            guard let base = all.baseAddress else { return }
            _ = ascii(base + start, into: base + start, count: prefix)
        }
        if prefix < bytes.count { appendUnicode(bytes, from: prefix, to: &output) }
    }

    @inline(never)
    private static func appendUnicode(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to output: inout [UInt8]
    ) {
        var index = start
        while index < bytes.count {
            if bytes[index] < 0x80 {
                output.append(lowercased(bytes[index]))
                index += 1
                continue
            }
            let (scalar, width) = scalar(in: bytes, at: index)
            let end = index + width
            switch scalar {
            case nil:
                output.append(contentsOf: bytes[index..<end])
            case capitalSigma:
                let isFinal = isCased(before: index, in: bytes) && !isCased(from: end, in: bytes)
                output.append(contentsOf: (isFinal ? "ς" : "σ").utf8)
            case let scalar? where isCaseless(scalar):
                output.append(contentsOf: bytes[index..<end])
            case let scalar?:
                output.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
            }
            index = end
        }
    }

    /// Whether the scalar is of the large East Asian blocks, which have no case: spares looking it up.
    private static func isCaseless(_ scalar: Unicode.Scalar) -> Bool {
        0x2E80...0x9FFF ~= scalar.value || 0xAC00...0xD7A3 ~= scalar.value
    }

    // MARK: - Final sigma

    private static let capitalSigma: Unicode.Scalar = "\u{3A3}"

    /// Whether the nearest scalar before `end` that is not case-ignorable is cased.
    private static func isCased(before end: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var source = bytes[..<end].reversed().makeIterator()
        var parser = UTF8.ReverseParser()
        while case .valid(let encoded) = parser.parseScalar(from: &source) {
            let properties = UTF8.decode(encoded).properties
            if !properties.isCaseIgnorable { return properties.isCased }
        }
        return false
    }

    /// Whether the nearest scalar from `start` on that is not case-ignorable is cased.
    private static func isCased(from start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var source = bytes[start...].makeIterator()
        var parser = UTF8.ForwardParser()
        while case .valid(let encoded) = parser.parseScalar(from: &source) {
            let properties = UTF8.decode(encoded).properties
            if !properties.isCaseIgnorable { return properties.isCased }
        }
        return false
    }

    /// The scalar at `index` and its length in bytes; no scalar if the bytes there are malformed.
    private static func scalar(
        in bytes: UnsafeBufferPointer<UInt8>, at index: Int
    ) -> (scalar: Unicode.Scalar?, width: Int) {
        var source = bytes[index...].makeIterator()
        var parser = UTF8.ForwardParser()
        switch parser.parseScalar(from: &source) {
        case .valid(let encoded): return (UTF8.decode(encoded), encoded.count)
        case .error(let length): return (nil, max(length, 1))
        case .emptyInput: return (nil, 1)
        }
    }

    // MARK: - ASCII

    private static let highBits: UInt64 = 0x8080_8080_8080_8080
    private static let everyByte: UInt64 = 0x0101_0101_0101_0101

    /// Number of leading ASCII bytes.
    private static func asciiPrefix(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        let wordSize = MemoryLayout<UInt64>.size
        var index = 0
        while index + wordSize <= bytes.count {
            guard UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self) & highBits == 0 else { break }
            index += wordSize
        }
        while index < bytes.count, base[index] < 0x80 { index += 1 }
        return index
    }

    @inline(__always)
    private static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    /// Lower-cases eight bytes at once; bytes above ASCII stay.
    @inline(__always)
    private static func lowercasedWord(_ word: UInt64) -> UInt64 {
        let low = word & ~highBits
        // The high bit of each byte answers "at least A" and "above Z"; the sums stay within their bytes.
        let fromA = low &+ everyByte &* (0x80 - 0x41)
        let aboveZ = low &+ everyByte &* (0x80 - 0x5B)
        let isUpper = fromA & ~aboveZ & ~word & highBits
        return word | isUpper >> 2
    }
}
