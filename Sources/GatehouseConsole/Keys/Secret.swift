// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The complete secret of a key.
///
/// It exists while a key is created or rotated and is shown once, unless the console has a ``SecretVault``.
struct Secret: Equatable {
    /// The number of letters and digits after the prefix: 43 of 62 possible ones have 256 bits.
    private static let randomCount = 43
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

    let text: String

    /// Makes a secret from the system's cryptographic random numbers.
    init(for type: KeyType) {
        var random = SystemRandomNumberGenerator()
        let characters = (0..<Secret.randomCount).map { _ in
            Secret.alphabet[Int.random(in: 0..<Secret.alphabet.count, using: &random)]
        }
        text = type.secretPrefix + String(characters)
    }

    /// Takes a secret that exists already.
    init(text: String) { self.text = text }

    var hash: SecretHash { SecretHash(of: text) }

    /// The form in lists and logs: the prefix and five characters.
    var mask: String { KeyMask.mask(text) }

    /// The hash by which documents name client keys.
    var nameHash: UInt32 { DJB2.hash(text) }
}

/// The SHA-256 digest of a secret.
///
/// The secret itself isn't stored.
///
/// Secrets have 256 random bits, so neither salt nor stretching would make guessing any harder.
struct SecretHash: Sendable {
    let bytes: [UInt8]

    /// Hashes a secret, or the text that a request presents as its key.
    init(of text: String) {
        bytes = SHA256.digest(text)
    }

    /// A hash from the database, `nil` if it has the wrong length.
    init?(bytes: [UInt8]) {
        guard bytes.count == SHA256.digestCount else { return nil }
        self.bytes = bytes
    }

    /// The first 64 bits of the digest, by which tables are indexed.
    var index: UInt64 { bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

    /// Whether both are the same.
    ///
    /// The time doesn't depend on where they differ.
    func matches(_ other: SecretHash) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        var difference: UInt8 = 0
        for index in bytes.indices { difference |= bytes[index] ^ other.bytes[index] }
        return difference == 0
    }
}

/// Makes texts about keys safe to show and log.
enum KeyMask {
    private static let shownCount = 5

    /// A secret's prefix and first five characters, with stars for the rest.
    ///
    /// A text that doesn't begin like a secret becomes stars only.
    static func mask(_ secret: String) -> String {
        guard let prefix = KeyType.allCases.map(\.secretPrefix).first(where: { secret.hasPrefix($0) }) else {
            return "*****"
        }
        let shown = secret.dropFirst(prefix.count).prefix(shownCount)
        // Stars would hide nothing of a text that is this short.
        guard secret.count >= prefix.count + 2 * shownCount else { return prefix + "*****" }
        return prefix + shown.filter { $0.isASCII && ($0.isLetter || $0.isNumber) } + "*****"
    }

    /// A text in which all parts are masked that look like a secret.
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
