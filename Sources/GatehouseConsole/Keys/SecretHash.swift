// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The SHA-256 digest of a secret, which is all that is kept of it.
///
/// Secrets have 256 random bits, so neither salt nor stretching would make guessing any harder.
struct SecretHash: Sendable {
    let bytes: [UInt8]

    /// Hashes a secret, or whatever a request presents as one.
    init(of text: String) {
        var copy = text
        bytes = [UInt8](unsafeUninitializedCapacity: SHA256.digestCount) { output, count in
            copy.withUTF8 { SHA256.digest($0, into: output) }
            count = SHA256.digestCount
        }
    }

    /// A hash read from storage, `nil` if it can't be one.
    init?(bytes: [UInt8]) {
        guard bytes.count == SHA256.digestCount else { return nil }
        self.bytes = bytes
    }

    /// The part of the digest that tables are indexed by.
    var index: UInt64 { bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

    /// Whether both are the same, in a time that doesn't depend on where they differ.
    func matches(_ other: SecretHash) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        var difference: UInt8 = 0
        for index in bytes.indices { difference |= bytes[index] ^ other.bytes[index] }
        return difference == 0
    }
}
