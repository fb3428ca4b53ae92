// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Lets a client with the URL download one ID list, as long as the key that the URL was made for is active.
///
/// Not every SDK sends its key when it downloads a list, and keys don't belong into URLs.
struct Ticket: Sendable {
    private let secret: [UInt8]

    /// Makes tickets with a random secret, so that no client can forge them.
    init() {
        var random = SystemRandomNumberGenerator()
        secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// The ticket of a key for a list.
    func text(keyID: String, fileID: String) -> String {
        "\(keyID).\(signature(keyID, fileID))"
    }

    /// The ID of the key that a ticket was made for, `nil` if it wasn't made here for that list.
    func keyID(of text: String, fileID: String) -> String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let keyID = String(parts[0])
        let isGenuine = SecretHash(of: String(parts[1])).matches(SecretHash(of: signature(keyID, fileID)))
        return isGenuine ? keyID : nil
    }

    private func signature(_ keyID: String, _ fileID: String) -> String {
        // The outer hash keeps anyone from going on where the inner one ended.
        Digest.hexadecimal(of: secret + Digest.sha256(secret + Array("\(keyID).\(fileID)".utf8)))
    }
}
