// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Checks whether bytes are UTF-8: once for a whole text, so that no later stage has to check again.
package enum UTF8Check {
    /// The offset of the first byte that can't be UTF-8, or `nil` when all are.
    package static func firstInvalidOffset(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        let count = bytes.count
        let raw = UnsafeRawPointer(base)
        var index = 0
        while index < count {
            if index &+ 32 <= count, isASCII(raw + index) {
                index &+= 32
                continue
            }
            if index &+ 8 <= count,
                raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                index &+= 8
                continue
            }
            if base[index] < 0x80 {
                index &+= 1
                continue
            }
            guard let length = sequenceLength(bytes, at: index) else { return index }
            index &+= length
        }
        return nil
    }

    /// Whether the 32 bytes from here are ASCII, without a branch for each word.
    @inline(__always)
    private static func isASCII(_ bytes: UnsafeRawPointer) -> Bool {
        // Four words rather than a vector, whose comparisons the compiler doesn't keep in vector registers here.
        let first = bytes.loadUnaligned(as: UInt64.self) | bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        let second =
            bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
            | bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        return (first | second) & 0x8080_8080_8080_8080 == 0
    }

    /// The length of the well-formed sequence of two to four bytes at `index` (Unicode, table 3-7).
    private static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int? {
        let lead = bytes[index]
        let length: Int
        let second: ClosedRange<UInt8>
        switch lead {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return nil
        }
        guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return nil }
        for offset in 2..<max(length, 2) where bytes[index + offset] & 0xC0 != 0x80 { return nil }
        return length
    }
}
