// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Foundation

/// Encrypts secrets of keys, so that the console can show them again.
///
/// The cipher is AES-256-GCM. It authenticates the ID of the key too: a sealed secret that is copied to another row doesn't
/// open there.
struct SecretVault: Sendable {
    private let key: SymmetricKey

    /// Makes a vault for a console in memory, with a random key that ends with the process.
    init() {
        key = SymmetricKey(size: .bits256)
    }

    /// Opens a vault with the key of a file, which is created with a random key if it doesn't exist.
    ///
    /// - Parameter path: The file, which only its owner may read.
    /// - Throws: ``StorageError`` when the file can't be used, or when others may read it.
    init(path: String) throws(StorageError) {
        if let bytes = try PrivateFile.read(path) {
            let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard let data = Data(base64Encoded: text), data.count == SymmetricKeySize.bits256.bitCount / 8 else {
                throw StorageError(path: path, reason: "isn't a key file: it must have 32 bytes in base64")
            }
            key = SymmetricKey(data: data)
        } else {
            key = SymmetricKey(size: .bits256)
            let text = key.withUnsafeBytes { Data($0) }.base64EncodedString() + "\n"
            try PrivateFile.create(path, Array(text.utf8))
        }
    }

    /// Encrypts the secret of a key.
    func seal(_ secret: String, for id: String) throws -> [UInt8] {
        let box = try AES.GCM.seal(Data(secret.utf8), using: key, authenticating: Data(id.utf8))
        // The combined form is there for nonces of the usual length, which this one has.
        return Array(box.combined ?? Data())
    }

    /// Decrypts the secret of a key, `nil` if it was encrypted with another key, for another ID, or was changed.
    func open(_ sealed: [UInt8], for id: String) -> String? {
        guard let box = try? AES.GCM.SealedBox(combined: Data(sealed)),
            let data = try? AES.GCM.open(box, using: key, authenticating: Data(id.utf8))
        else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
