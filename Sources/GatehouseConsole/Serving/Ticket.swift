// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Makes the tickets in the URLs of ID lists.
///
/// A ticket allows the download of one list while its key has the permission.
///
/// Some SDKs don't send their key when they download a list, and a key in a URL would end up in logs.
struct Ticket: Sendable {
    private let secret: [UInt8]

    /// Makes a signer with a random secret of its own.
    init() {
        var random = SystemRandomNumberGenerator()
        secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// The ticket of a key for a list; it ends when the key gets another secret.
    ///
    /// - Parameters:
    ///   - keyID: The ID of the key.
    ///   - hash: The hash of the key's secret.
    ///   - fileID: The list.
    /// - Returns: The ticket, which is part of the URL.
    func text(keyID: String, hash: [UInt8], fileID: String) -> String {
        "\(keyID).\(signature(keyID, hash, fileID))"
    }

    /// The ID of the key that a ticket was made for, `nil` if it wasn't made here for that list and the key's secret.
    func keyID(of text: String, fileID: String, hash: (String) -> [UInt8]?) -> String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let keyID = String(parts[0])
        guard let hash = hash(keyID) else { return nil }
        let isGenuine = SecretHash(of: String(parts[1])).matches(SecretHash(of: signature(keyID, hash, fileID)))
        return isGenuine ? keyID : nil
    }

    private func signature(_ keyID: String, _ hash: [UInt8], _ fileID: String) -> String {
        // The outer hash prevents length extension of the inner one.
        Digest.hexadecimal(of: secret + Digest.sha256(secret + hash + Array("\(keyID).\(fileID)".utf8)))
    }
}
