// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The 31-multiplier string hash used for names in client responses.
///
/// Evaluation §4.
package enum DJB2 {
    /// Hashes the Unicode scalars of UTF-8 text; malformed bytes count as U+FFFD.
    package static func hash(_ bytes: Span<UInt8>) -> UInt32 { hash(bytes, after: 0) }

    /// Hashes the Unicode scalars of a string.
    package static func hash(_ text: String) -> UInt32 { text.withTextBytes { hash($0.bytes.span) } }

    /// Hashes what follows a text whose hash is known.
    package static func hash(_ bytes: Span<UInt8>, after prefix: UInt32) -> UInt32 {
        var hash = prefix
        for index in bytes.indices {
            let byte = bytes[index]
            // Scalars rather than UTF-16 units, so ASCII is the only case where a byte is the unit.
            guard byte < 0x80 else {
                return bytes.withUnsafeBufferPointer { hashScalars($0[index...], after: hash) }
            }
            hash = hash &* 31 &+ UInt32(byte)
        }
        return hash
    }

    private static func hashScalars(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, after prefix: UInt32) -> UInt32 {
        var hash = prefix
        var source = bytes.makeIterator()
        var parser = UTF8.ForwardParser()
        while true {
            switch parser.parseScalar(from: &source) {
            case .valid(let encoded): hash = hash &* 31 &+ UTF8.decode(encoded).value
            case .error: hash = hash &* 31 &+ 0xFFFD
            case .emptyInput: return hash
            }
        }
    }
}
