// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A permission that a key may have; the access matrix says what each opens.
public enum KeyScope: String, Sendable, CaseIterable, Codable {
    /// Console keys: read everything.
    case omniReadOnly = "omni_read_only"
    /// Console keys: read and change everything.
    case omniReadWrite = "omni_read_write"
    /// Client keys: download config specs.
    case clientDownloadConfigSpecs = "client_download_config_specs"
    /// Client keys: names that aren't hashed.
    case noneHashEnabled = "none_hash_enabled"
    /// Console keys: read or change keys, together with one of the first two.
    case canAccessKeys = "can_access_keys"
}
