// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How a client shares downloads with the rest of its fleet.
public struct StorageOptions: Sendable {
    /// The place they share.
    public var storage: any SpecStorage
    /// How keys of the storage name the SDK key.
    public var keySchema: StorageKey.Schema
    /// How long a read or a write may take, 1 s unless told.
    public var timeout: Duration
    /// Whether one process downloads for all, where the storage can tell which; it can when it is a ``LeaseStorage``.
    public var electsOnePoller: Bool

    /// Makes options.
    ///
    /// - Parameters:
    ///   - storage: The place the processes share.
    ///   - keySchema: How keys of the storage name the SDK key.
    ///   - timeout: How long a read or a write may take.
    ///   - electsOnePoller: Whether one process downloads for all.
    public init(
        _ storage: any SpecStorage, keySchema: StorageKey.Schema = .hash, timeout: Duration = .seconds(1),
        electsOnePoller: Bool = true
    ) {
        self.storage = storage
        self.keySchema = keySchema
        self.timeout = timeout
        self.electsOnePoller = electsOnePoller
    }
}

/// The keys under which a storage holds what belongs to an SDK key (Protocol §5).
///
/// Other SDKs use the same ones, so that they and Gatehouse can share a storage.
public enum StorageKey: Sendable {
    /// How a storage key names the SDK key.
    public enum Schema: String, Sendable, Hashable, CaseIterable {
        /// By the base64 of its SHA-256.
        case hash = "v2"
        /// By its first 20 bytes, in clear.
        case prefix = "v3"
    }

    /// Where the config specs are: `statsig|/v2/download_config_specs|plain_text|<name of the key>`.
    ///
    /// - Parameters:
    ///   - key: The SDK key.
    ///   - schema: How it is named.
    public static func specs(of key: SDKKey, schema: Schema = .hash) -> String {
        "statsig|/v2/download_config_specs|plain_text|\(name(of: key, schema))"
    }

    /// Where the lease on downloading the config specs is.
    ///
    /// - Parameter key: The SDK key.
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
