// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Logging

/// The keys of a data file that no console uses.
///
/// Its user needs no key: who may write the file may change its keys. It is the way back when the first key is lost.
public final class DataFileKeys: Sendable {
    /// A key without its secret.
    public struct Summary: Sendable {
        /// The ID, which stays the same when the secret is rotated.
        public let id: String
        /// The prefix and the first five characters of the secret.
        public let mask: String
        /// The purpose.
        public let type: KeyType
        /// Whether the key can be used.
        public let status: KeyStatus
        /// The description for people.
        public let description: String
        /// The scopes.
        public let scopes: [KeyScope]
        /// The environments whose rules the key may see, none for all.
        public let environments: [String]
        /// The target apps, the primary one first, none for all.
        public let targetApps: [String]
        /// When the key was created, in ms since 1970.
        public let createdTime: Int64

        init(_ key: Key) {
            id = key.id
            mask = key.mask
            type = key.type
            status = key.status
            description = key.description
            scopes = key.scopes
            environments = key.environments
            targetApps = [key.primaryTargetApp].compactMap(\.self) + (key.secondaryTargetApps ?? [])
            createdTime = key.createdTime
        }
    }

    private let storage: Storage
    private let registry: KeyRegistry

    /// Opens the keys of a data file, and keeps the file until ``close()``.
    ///
    /// - Parameters:
    ///   - path: The data file, which has to exist.
    ///   - secretsKeyFile: The file with the key that encrypts secrets, `nil` to keep hashes only.
    ///   - logger: The logger for rows that can't be read.
    /// - Throws: When the file doesn't exist, a console uses it, or it can't be read.
    public init(path: String, secretsKeyFile: String? = nil, logger: Logger) async throws {
        guard PrivateFile.exists(path) else { throw StorageError(path: path, reason: "no such data file") }
        do {
            let options = ConsoleOptions()
            storage = try Storage(
                path: path, limits: options.limits, metrics: ConsoleMetrics(options.metrics), logger: logger)
        } catch let error as DataFileLock.Taken {
            throw StorageError(
                path: error.path, reason: "a console uses it; stop that console, or use its Console API with a key")
        }
        let vault = try secretsKeyFile.map { try SecretVault(path: $0) }
        registry = try await KeyRegistry(storage, clock: { SystemTime.now() }, vault: vault, logger: logger) { _, _ in }
    }

    /// Lets a console have the file.
    public func close() { storage.release() }

    /// The keys, the oldest first.
    public var all: [Summary] { registry.table.all.map(Summary.init) }

    /// Creates a key.
    ///
    /// - Parameter key: The key to create.
    /// - Returns: The key and its secret, which can't be had again.
    /// - Throws: When the key can't be stored.
    public func create(_ key: NewKey) async throws -> (key: Summary, secret: String) {
        let (key, secret) = try await registry.create(key, by: .process)
        return (Summary(key), secret.text)
    }

    /// Gives a key another secret; the old one stops working.
    ///
    /// - Parameter name: The ID, the secret or the masked secret.
    /// - Returns: The key and its new secret.
    /// - Throws: When no key, or several keys, have the name, or the key is deactivated.
    public func rotate(_ name: String) async throws -> (key: Summary, secret: String) {
        let id = try id(of: name)
        do {
            let (key, secret) = try await registry.rotate(id, by: .process)
            return (Summary(key), secret.text)
        } catch KeyError.deactivated {
            throw FixedKeyError(description: "the key \(KeyMask.redact(name)) is deactivated; create another")
        }
    }

    /// Deactivates a key, which can't be used any more.
    ///
    /// - Parameter name: The ID, the secret or the masked secret.
    /// - Returns: The key.
    /// - Throws: When no key, or several keys, have the name.
    public func revoke(_ name: String) async throws -> Summary {
        Summary(try await registry.deactivate(try id(of: name), by: .process))
    }

    private func id(of name: String) throws -> String {
        let keys = registry.keys(named: name)
        guard let key = keys.first else {
            throw FixedKeyError(description: "there is no key \(KeyMask.redact(name))")
        }
        guard keys.count == 1 else {
            let ids = keys.map(\.id).joined(separator: ", ")
            throw FixedKeyError(description: "several keys look like \(name); use an ID: \(ids)")
        }
        return key.id
    }
}
