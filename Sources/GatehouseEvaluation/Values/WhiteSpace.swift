// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Unicode white space around UTF-8 text.
enum WhiteSpace {
    /// The bytes without white space at both ends.
    static func trimming(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard let first = bytes.first, let last = bytes.last, isCandidate(first) || isCandidate(last) else {
            return bytes
        }
        // Rare enough to go through Swift's own decoding.
        let text = String(decoding: bytes, as: UTF8.self).unicodeScalars
        let front = text.prefix { $0.properties.isWhitespace }.reduce(0) { $0 + UTF8.width($1) }
        if front >= bytes.count { return UnsafeBufferPointer(rebasing: bytes[..<0]) }
        let back = text.reversed().prefix { $0.properties.isWhitespace }.reduce(0) { $0 + UTF8.width($1) }
        return UnsafeBufferPointer(rebasing: bytes[front..<max(front, bytes.count - back)])
    }

    private static func isCandidate(_ byte: UInt8) -> Bool { byte <= 0x20 || byte >= 0x80 }
}
