// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
