// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How a client shares downloads with the rest of its fleet.
public struct StorageOptions: Sendable {
    /// The storage.
    public var storage: any DocumentStorage
    /// How keys of the storage name the SDK key.
    public var keySchema: StorageKey.Schema
    /// The timeout of a read or a write, 1 s by default.
    public var timeout: Duration
    /// Whether one process downloads for all.
    ///
    /// Only a ``LeaseStorage`` can elect it; other storages ignore this option.
    public var electsOnePoller: Bool

    /// Makes options.
    ///
    /// - Parameters:
    ///   - storage: The storage.
    ///   - keySchema: How keys of the storage name the SDK key.
    ///   - timeout: The timeout of a read or a write.
    ///   - electsOnePoller: Whether one process downloads for all.
    public init(
        _ storage: any DocumentStorage, keySchema: StorageKey.Schema = .hash, timeout: Duration = .seconds(1),
        electsOnePoller: Bool = true
    ) {
        self.storage = storage
        self.keySchema = keySchema
        self.timeout = timeout
        self.electsOnePoller = electsOnePoller
    }
}

/// The keys of the entries that a storage has for an SDK key (Protocol §5).
///
/// Other SDKs use the same keys, so that they and Gatehouse can share a storage.
public enum StorageKey: Sendable {
    /// How a storage key contains the SDK key.
    public enum Schema: String, Sendable, Hashable, CaseIterable {
        /// As the base64 of its SHA-256.
        case hash = "v2"
        /// As its first 20 bytes, unencrypted.
        case prefix = "v3"
    }

    /// The storage key of the document: `statsig|/v2/download_config_specs|plain_text|<SDK key by the schema>`.
    ///
    /// - Parameters:
    ///   - key: The SDK key.
    ///   - schema: How the storage key contains the SDK key.
    /// - Returns: The storage key.
    public static func specs(of key: SDKKey, schema: Schema = .hash) -> String {
        "statsig|/v2/download_config_specs|plain_text|\(name(of: key, schema))"
    }

    /// The storage key of the lease on downloading the document.
    ///
    /// - Parameter key: The SDK key.
    /// - Returns: The storage key.
    public static func lease(of key: SDKKey) -> String {
        "gatehouse|lease|\(name(of: key, .hash))"
    }

    private static func name(of key: SDKKey, _ schema: Schema) -> String {
        switch schema {
        case .hash: key.hash
        case .prefix: String(decoding: key.secret.utf8.prefix(20), as: UTF8.self)
        }
    }
}
