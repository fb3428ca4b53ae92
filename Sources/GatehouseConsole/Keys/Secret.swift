// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A key's secret in full: it exists while a key is made or rotated and is shown once.
struct Secret {
    /// Letters and digits behind the prefix: 43 of 62 are 256 bits.
    private static let randomCount = 43
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

    let text: String

    /// Makes a secret from the system's random numbers, which are fit for cryptography.
    init(for type: KeyType) {
        var random = SystemRandomNumberGenerator()
        let characters = (0..<Secret.randomCount).map { _ in
            Secret.alphabet[Int.random(in: 0..<Secret.alphabet.count, using: &random)]
        }
        text = type.secretPrefix + String(characters)
    }

    var hash: SecretHash { SecretHash(of: text) }

    /// What is shown of it afterwards: the prefix and five characters.
    var mask: String { KeyMask.mask(text) }

    /// The hash by which documents name client keys.
    var nameHash: UInt32 {
        var copy = text
        return copy.withUTF8 { DJB2.hash($0) }
    }
}

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

/// Texts about keys that may be shown and logged.
enum KeyMask {
    private static let shownCount = 5

    /// A secret's prefix and first five characters, with stars for the rest.
    ///
    /// Anything that doesn't begin like a secret is stars altogether.
    static func mask(_ secret: String) -> String {
        guard let prefix = KeyType.allCases.map(\.secretPrefix).first(where: { secret.hasPrefix($0) }) else {
            return "*****"
        }
        let shown = secret.dropFirst(prefix.count).prefix(shownCount)
        // Of a text as short as this the stars would hide nothing.
        guard secret.count >= prefix.count + 2 * shownCount else { return prefix + "*****" }
        return prefix + shown.filter { $0.isASCII && ($0.isLetter || $0.isNumber) } + "*****"
    }

    /// A text with everything in it masked that could be a secret.
    static func redact(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while !rest.isEmpty {
            if let prefix = KeyType.allCases.map(\.secretPrefix).first(where: { rest.hasPrefix($0) }) {
                let end = rest.dropFirst(prefix.count).firstIndex { !($0.isLetter || $0.isNumber) } ?? rest.endIndex
                result += mask(String(rest[..<end]))
                rest = rest[end...]
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result
    }
}
