// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// An id as id lists hold it.
///
/// That is the first eight Base64 characters of the SHA-256 digest of its text, which are the digest's first 48 bits.
/// Evaluation §4, §13.
package struct IDHash: Hashable, Sendable {
    /// The 48 bits, right-aligned.
    package let bits: UInt64

    init(bits: UInt64) { self.bits = bits }

    /// Hashes the text of an id.
    package init(hashing bytes: UnsafeBufferPointer<UInt8>) {
        bits = SHA256.prefix64(bytes, UnsafeBufferPointer(start: nil, count: 0)) >> 16
    }

    /// Reads the eight characters of an id-list line; `nil` for text that no digest has.
    package init?(base64 bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count == 8 else { return nil }
        var bits: UInt64 = 0
        for byte in bytes {
            guard let value = Base64.value(byte) else { return nil }
            bits = bits << 6 | UInt64(value)
        }
        self.bits = bits
    }
}
