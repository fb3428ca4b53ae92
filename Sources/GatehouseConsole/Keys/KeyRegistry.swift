// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import Logging
internal import Synchronization

/// The keys.
///
/// Reads use a table in memory; changes are made one at a time, first in the database, then in the table.
///
/// A change is visible to every request that begins after it is acknowledged.
final class KeyRegistry: Sendable {
    private let storage: Storage
    private let clock: @Sendable () -> Int64
    /// Encrypts secrets so that they can be shown again, `nil` where only hashes are kept.
    private let vault: SecretVault?
    private let tables: Mutex<KeyTable>
    private let turn = AsyncLock()
    /// Called with the tables before and after each change, before it is acknowledged.
    private let didChange: @Sendable (KeyTable, KeyTable) async throws -> Void

    init(
        _ storage: Storage, clock: @escaping @Sendable () -> Int64, vault: SecretVault? = nil, logger: Logger,
        didChange: @escaping @Sendable (KeyTable, KeyTable) async throws -> Void
    ) async throws {
        self.storage = storage
        self.clock = clock
        self.vault = vault
        self.didChange = didChange
        let records = try await storage.read { db in try KeyRecord.fetchAll(db) }
        let keys = records.compactMap(\.key)
        for record in records where record.key == nil {
            logger.error("A key can't be read and is left out", metadata: ["id": "\(record.id)"])
        }
        tables = Mutex(KeyTable(keys))
        let unreadable = keys.count { $0.sealedSecret != nil && secret(of: $0) == nil }
        if vault != nil, unreadable > 0 {
            logger.warning(
                "The secrets of some keys were encrypted with another key file and can't be shown",
                metadata: ["count": "\(unreadable)"])
        }
    }

    /// The current keys.
    var table: KeyTable { tables.withLock { $0 } }

    /// The key that a request presents.
    func key(secret: String) -> Key? { table[secret: secret] }

    /// A key by its ID, or by its secret.
    func key(named name: String) -> Key? { KeyRegistry.find(name, in: table) }

    /// The keys that a text names: by an ID, by a secret, or by a mask, which several keys may have.
    func keys(named name: String) -> [Key] {
        let table = table
        return KeyRegistry.find(name, in: table).map { [$0] } ?? table[mask: name]
    }

    /// The secret of a key, `nil` where it isn't kept or can't be decrypted.
    func secret(of key: Key) -> Secret? {
        guard let vault, let sealed = key.sealedSecret, let text = vault.open(sealed, for: key.id) else { return nil }
        let secret = Secret(text: text)
        return secret.hash.matches(key.hash) ? secret : nil
    }

    func create(_ new: NewKey, by actor: Actor) async throws -> (Key, Secret) {
        let secret = Secret(for: new.type)
        return (try await create(new, secret, by: actor), secret)
    }

    /// Creates a key with a secret that the caller chose; a key that has the secret stays as it is.
    ///
    /// - Returns: Whether the key was created.
    /// - Throws: ``KeyError/deactivated`` when a key that is deactivated has the secret.
    func ensure(_ new: NewKey, _ secret: Secret, by actor: Actor) async throws -> Bool {
        guard let key = key(secret: secret.text) else {
            _ = try await create(new, secret, by: actor)
            return true
        }
        guard key.status == .active else { throw KeyError.deactivated }
        return false
    }

    private func create(_ new: NewKey, _ secret: Secret, by actor: Actor) async throws -> Key {
        let time = clock()
        let id = RandomID.make()
        let key = Key(
            id: id, type: new.type, createdTime: time, hash: secret.hash, mask: secret.mask,
            nameHash: secret.nameHash, description: new.description, scopes: new.scopes,
            environments: new.environments, primaryTargetApp: new.targetAppID,
            secondaryTargetApps: new.secondaryTargetAppIDs, sealedSecret: try vault?.seal(secret.text, for: id))
        try await inTurn { registry in
            try await registry.commit(key, [KeyAudit.created(key, by: actor, at: time)])
        }
        return key
    }

    func update(_ name: String, _ changes: KeyChanges, by actor: Actor) async throws -> Key {
        let time = clock()
        return try await change(name) { old in
            let new = changes.applied(to: old)
            if !new.isAdministrator { try self.checkOtherAdministrator(than: old, by: actor) }
            return (new, KeyAudit.updated(from: old, to: new, by: actor, at: time))
        }
    }

    func rotate(_ name: String, by actor: Actor) async throws -> (Key, Secret) {
        guard let type = key(named: name)?.type else { throw KeyError.notFound }
        let secret = Secret(for: type)
        let time = clock()
        let key = try await change(name) { old in
            guard old.status == .active else { throw KeyError.deactivated }
            var new = old
            new.take(secret, sealed: try self.vault?.seal(secret.text, for: old.id))
            return (new, [KeyAudit.rotated(from: old, to: new, by: actor, at: time)])
        }
        return (key, secret)
    }

    func deactivate(_ name: String, by actor: Actor) async throws -> Key {
        let time = clock()
        return try await change(name) { old in
            guard old.status == .active else { return (old, []) }
            try self.checkOtherAdministrator(than: old, by: actor)
            var new = old
            new.status = .deactivated
            return (new, KeyAudit.updated(from: old, to: new, by: actor, at: time))
        }
    }

    func delete(_ name: String, by actor: Actor) async throws -> Key {
        let time = clock()
        return try await inTurn { registry in
            guard let key = registry.key(named: name) else { throw KeyError.notFound }
            try registry.checkOtherAdministrator(than: key, by: actor)
            let entry = KeyAudit.deleted(key, by: actor, at: time)
            try await registry.storage.write { db in
                _ = try KeyRecord.deleteOne(db, key: key.id)
                try entry.insert(db)
            }
            try await registry.publish { $0.remove(id: key.id) }
            return key
        }
    }

    /// Refuses to end the last key that may change keys: no request could make another one.
    private func checkOtherAdministrator(than key: Key, by actor: Actor) throws(KeyError) {
        guard actor.id != nil, key.isAdministrator else { return }
        guard table.all.contains(where: { $0.id != key.id && $0.isAdministrator }) else { throw .lastAdministrator }
    }

    // MARK: - One change at a time

    private func change(
        _ name: String, _ body: @escaping @Sendable (Key) throws -> (Key, [AuditRecord])
    ) async throws -> Key {
        try await inTurn { registry in
            guard let old = registry.key(named: name) else { throw KeyError.notFound }
            let (new, entries) = try body(old)
            if !entries.isEmpty { try await registry.commit(new, entries) }
            return new
        }
    }

    /// Makes a change after the ones before it.
    ///
    /// It runs in a task of its own, so that a cancelled caller can't leave the database and the table different.
    private func inTurn<T: Sendable>(_ body: @escaping @Sendable (KeyRegistry) async throws -> T) async throws -> T {
        try await Task { try await turn.run { try await body(self) } }.value
    }

    private func commit(_ key: Key, _ entries: [AuditRecord]) async throws {
        let record = KeyRecord(key)
        try await storage.write { db in
            try record.upsert(db)
            for entry in entries { try entry.insert(db) }
        }
        try await publish { $0.set(key) }
    }

    private func publish(_ change: (inout KeyTable) -> Void) async throws {
        let old = table
        var new = old
        change(&new)
        let published = new
        tables.withLock { $0 = published }
        try await didChange(old, published)
    }

    private static func find(_ name: String, in table: KeyTable) -> Key? {
        table[id: name] ?? table[secret: name]
    }
}

/// The reason why a key can't be changed.
enum KeyError: Error {
    case notFound
    /// The key is deactivated.
    case deactivated
    /// No other key may change keys.
    case lastAdministrator
}

/// An immutable table of all keys, by secret and by ID.
struct KeyTable: Sendable {
    private var keys: [String: Key] = [:]
    // An index has several IDs only if the first 64 bits of digests collide.
    private var idsByHash: [UInt64: [String]] = [:]

    init(_ keys: some Sequence<Key> = []) {
        for key in keys { set(key) }
    }

    /// The keys, the oldest first.
    var all: [Key] {
        keys.values.sorted { ($0.createdTime, $0.id) < ($1.createdTime, $1.id) }
    }

    /// The key that a secret belongs to.
    subscript(secret secret: String) -> Key? {
        let hash = SecretHash(of: secret)
        var found: Key?
        for id in idsByHash[hash.index] ?? [] {
            if let key = keys[id], key.hash.matches(hash) { found = key }
        }
        return found
    }

    /// The key of an ID.
    subscript(id id: String) -> Key? { keys[id] }

    /// The keys whose masked secret is a text, the oldest first.
    subscript(mask mask: String) -> [Key] { all.filter { $0.mask == mask } }

    mutating func set(_ key: Key) {
        remove(id: key.id)
        keys[key.id] = key
        idsByHash[key.hash.index, default: []].append(key.id)
    }

    mutating func remove(id: String) {
        guard let key = keys.removeValue(forKey: id) else { return }
        idsByHash[key.hash.index]?.removeAll { $0 == id }
    }

    /// The primary target apps of client keys by the hash of their secrets, for documents.
    var clientApps: [String: String] {
        var apps: [String: String] = [:]
        for key in keys.values where key.type == .client && key.status == .active {
            if let app = key.primaryTargetApp { apps[String(key.nameHash)] = app }
        }
        return apps
    }
}
