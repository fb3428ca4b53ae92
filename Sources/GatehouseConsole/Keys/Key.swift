// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A key without its secret.
struct Key: Sendable {
    /// The ID, which stays the same when the secret is rotated.
    let id: String
    let type: KeyType
    /// When it was created, in ms since 1970.
    let createdTime: Int64
    var hash: SecretHash
    /// The masked secret.
    var mask: String
    /// The hash by which documents name client keys.
    var nameHash: UInt32
    var description: String
    var scopes: [KeyScope]
    var environments: [String]
    var primaryTargetApp: String?
    var secondaryTargetApps: [String]?
    var status = KeyStatus.active
    /// The secret as ``SecretVault`` encrypts it, `nil` where only its hash is kept.
    var sealedSecret: [UInt8]?

    /// The part of the project that the key may see.
    var view: KeyView {
        KeyView(environments: environments, primaryApp: primaryTargetApp, secondaryApps: secondaryTargetApps ?? [])
    }

    /// Whether the key may change keys.
    var isAdministrator: Bool {
        type == .console && status == .active && scopes.contains(.canAccessKeys) && scopes.contains(.omniReadWrite)
    }

    /// Replaces the secret.
    mutating func take(_ secret: Secret, sealed: [UInt8]?) {
        hash = secret.hash
        mask = secret.mask
        nameHash = secret.nameHash
        sealedSecret = sealed
    }
}

/// The purpose of a key.
public enum KeyType: String, Sendable, CaseIterable, Codable {
    /// A backend service: config specs, ID lists, events, evaluations.
    case server = "SERVER"
    /// An app on a user's device: evaluated values and events.
    case client = "CLIENT"
    /// Programs that manage the project.
    case console = "CONSOLE"
    /// Provisioning of users, for which this console has no endpoint.
    case scim = "SCIM"
    /// Programs that manage an organization, for which this console has no endpoint.
    case org = "ORG"

    /// The prefix of a key's secret.
    var secretPrefix: String { rawValue.lowercased() == "server" ? "secret-" : rawValue.lowercased() + "-" }
}

/// A scope of a key.
///
/// The access matrix lists the permissions that each scope gives.
public enum KeyScope: String, Sendable, CaseIterable, Codable {
    /// Console keys: read the whole project.
    case omniReadOnly = "omni_read_only"
    /// Console keys: read and change the whole project.
    case omniReadWrite = "omni_read_write"
    /// Client keys: download config specs.
    case clientDownloadConfigSpecs = "client_download_config_specs"
    /// Client keys: names that aren't hashed.
    case noneHashEnabled = "none_hash_enabled"
    /// Console keys: read or change keys, together with one of the first two.
    case canAccessKeys = "can_access_keys"
    /// Client keys: write to a user store, which this console doesn't have.
    case clientCanWriteUserStore = "client_can_write_user_store"
    /// Console keys of a person who reads; it gives no permission, since keys of this console belong to no person.
    case personalReadOnly = "personal_read_only"
    /// Console keys of a person who changes; it gives no permission, since keys of this console belong to no person.
    case personalReadWrite = "personal_read_write"
}

/// Whether a key can be used.
public enum KeyStatus: String, Sendable, CaseIterable, Codable {
    /// The key has the permissions of its type and scopes.
    case active
    /// The key has no permission, and can't be activated again.
    case deactivated
}

/// A key to create.
public struct NewKey: Sendable {
    /// The purpose.
    public var type: KeyType
    /// A description for people, of at most 1000 characters.
    public var description: String
    /// The scopes, which give permissions beyond those of the type.
    public var scopes: [KeyScope] = []
    /// The environments whose rules the key may see; all environments if empty.
    public var environments: [String] = []
    /// The primary target app, `nil` for all apps.
    public var targetAppID: String?
    /// Further target apps whose entities the key may see.
    public var secondaryTargetAppIDs: [String]?

    /// Describes a key for all environments and apps.
    ///
    /// - Parameters:
    ///   - type: The purpose.
    ///   - description: A description for people.
    ///   - scopes: The scopes.
    public init(_ type: KeyType, description: String, scopes: [KeyScope] = []) {
        self.type = type
        self.description = description
        self.scopes = scopes
    }
}

/// The changes of an update; members that are `nil` stay as they are.
struct KeyChanges {
    var description: String?
    var scopes: [KeyScope]?
    var environments: [String]?
    /// An inner `nil` removes the value.
    var targetAppID: String??
    /// An inner `nil` removes the value.
    var secondaryTargetAppIDs: [String]??
    /// Whether the key is deactivated.
    var deactivates = false

    /// The key with the changes.
    func applied(to key: Key) -> Key {
        var key = key
        if let description { key.description = description }
        if let scopes { key.scopes = scopes }
        if let environments { key.environments = environments }
        if let targetAppID { key.primaryTargetApp = targetAppID }
        if let secondaryTargetAppIDs { key.secondaryTargetApps = secondaryTargetAppIDs }
        if deactivates { key.status = .deactivated }
        return key
    }
}

extension Actor {
    /// The actor for requests with a key.
    init(_ key: Key) { self.init(id: key.id, name: "CONSOLE API (\(key.mask))") }
}
