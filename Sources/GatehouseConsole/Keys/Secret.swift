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
