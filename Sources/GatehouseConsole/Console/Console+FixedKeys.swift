// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation

extension Console {
    /// Makes sure that a secret that the caller chose is the secret of an active key.
    ///
    /// A key that has the secret already stays as it is.
    ///
    /// - Parameters:
    ///   - key: The key to create if no key has the secret.
    ///   - secret: The prefix of the key's type, and at least ten ASCII letters and digits.
    /// - Returns: Whether the key was created.
    /// - Throws: ``FixedKeyError`` when the secret can't be used, or an error when the key can't be stored.
    @discardableResult
    public func ensureKey(_ key: NewKey, secret: String) async throws -> Bool {
        try FixedKeyError.check(secret, for: key.type)
        do {
            return try await registry.ensure(key, Secret(text: secret), by: .process)
        } catch KeyError.deactivated {
            throw FixedKeyError(description: "the key \(KeyMask.mask(secret)) is deactivated in the data; use another")
        }
    }

    /// Makes sure that a file has the secret of an administrator's key.
    ///
    /// A file that doesn't exist is created with the mode 0600 and the secret of a new key. The key in a file that exists is
    /// created if the data doesn't have it.
    ///
    /// - Parameter path: The file.
    /// - Returns: Whether the file was created.
    /// - Throws: When the file can't be read or written, others than its owner may read it, or it has no console key.
    public func ensureAdministrator(inFile path: String) async throws -> Bool {
        let key = NewKey(.console, description: "First console key", scopes: [.omniReadWrite, .canAccessKeys])
        guard let bytes = try PrivateFile.read(path) else {
            let secret = Secret(for: .console)
            try PrivateFile.create(path, Array("\(secret.text)\n".utf8))
            try await ensureKey(key, secret: secret.text)
            return true
        }
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        do {
            try await ensureKey(key, secret: text)
        } catch let error as FixedKeyError {
            throw FixedKeyError(description: "\(path): \(error.description)")
        }
        return false
    }
}

/// A secret that can't be a key's.
public struct FixedKeyError: Error, Sendable, CustomStringConvertible {
    /// The reason, without the secret.
    public let description: String

    private static let minimumCount = 10
    private static let maximumCount = 200

    static func check(_ secret: String, for type: KeyType) throws(FixedKeyError) {
        guard secret.hasPrefix(type.secretPrefix) else {
            throw FixedKeyError(description: "a \(type.rawValue) key must begin with \(type.secretPrefix)")
        }
        let rest = secret.dropFirst(type.secretPrefix.count)
        // A mask shows five characters, so it must hide more than that. The log masks letters and digits only.
        guard (minimumCount...maximumCount).contains(rest.count),
            rest.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else {
            throw FixedKeyError(
                description: "a \(type.rawValue) key must have \(minimumCount) to \(maximumCount) letters and digits "
                    + "behind \(type.secretPrefix)")
        }
    }
}
