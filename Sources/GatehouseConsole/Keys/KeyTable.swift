// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// All keys at one time, found by secret or by ID.
///
/// Immutable: a change makes another table.
struct KeyTable: Sendable {
    private var keys: [String: Key] = [:]
    // More than one of an index only if digests collide in 64 bits.
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

    mutating func set(_ key: Key) {
        remove(id: key.id)
        keys[key.id] = key
        idsByHash[key.hash.index, default: []].append(key.id)
    }

    mutating func remove(id: String) {
        guard let key = keys.removeValue(forKey: id) else { return }
        idsByHash[key.hash.index]?.removeAll { $0 == id }
    }

    /// The apps of client keys by the hash of their secrets, for documents.
    var clientApps: [String: String] {
        var apps: [String: String] = [:]
        for key in keys.values where key.type == .client && key.status == .active {
            if let app = key.primaryTargetApp { apps[String(key.nameHash)] = app }
        }
        return apps
    }
}
