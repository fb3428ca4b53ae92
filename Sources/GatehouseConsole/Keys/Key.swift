// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A key without its secret.
struct Key: Sendable {
    /// Names the key for good, also when its secret is rotated.
    let id: String
    let type: KeyType
    /// When it was created, in ms since 1970.
    let createdTime: Int64
    var hash: SecretHash
    /// What is shown in place of the secret.
    var mask: String
    /// The hash by which documents name client keys.
    var nameHash: UInt32
    var description: String
    var scopes: [KeyScope]
    var environments: [String]
    var primaryTargetApp: String?
    var secondaryTargetApps: [String]?
    var status = KeyStatus.active

    /// What the key sees of the project.
    var view: KeyView {
        KeyView(environments: environments, primaryApp: primaryTargetApp, secondaryApps: secondaryTargetApps ?? [])
    }

    /// Takes the secret's place in the key.
    mutating func take(_ secret: Secret) {
        hash = secret.hash
        mask = secret.mask
        nameHash = secret.nameHash
    }
}

/// What a key is for.
public enum KeyType: String, Sendable, CaseIterable, Codable {
    /// A backend service: config specs, ID lists, events, evaluations.
    case server = "SERVER"
    /// An app on a user's device: evaluated values and events.
    case client = "CLIENT"
    /// Programs that manage the project.
    case console = "CONSOLE"
    /// Provisioning of users, which this console has no endpoint for.
    case scim = "SCIM"

    /// How a key's secret begins.
    var secretPrefix: String { rawValue.lowercased() == "server" ? "secret-" : rawValue.lowercased() + "-" }
}

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

/// Whether a key opens anything at all.
public enum KeyStatus: String, Sendable, CaseIterable, Codable {
    /// It opens what its type and scopes say.
    case active
    /// It opens nothing, for good.
    case deactivated
}

/// A key to create.
public struct NewKey: Sendable {
    /// What it is for.
    public var type: KeyType
    /// What people should know about it, at most 1000 characters.
    public var description: String
    /// What it may do beyond its type.
    public var scopes: [KeyScope] = []
    /// The environments whose rules it sees; all if there are none.
    public var environments: [String] = []
    /// The app it is for, `nil` for all.
    public var targetAppID: String?
    /// Other apps whose entities it sees.
    public var secondaryTargetAppIDs: [String]?

    /// Describes a key that sees everything its type lets it.
    ///
    /// - Parameters:
    ///   - type: What it is for.
    ///   - description: What people should know about it.
    ///   - scopes: What it may do beyond its type.
    public init(_ type: KeyType, description: String, scopes: [KeyScope] = []) {
        self.type = type
        self.description = description
        self.scopes = scopes
    }
}

/// What an update changes of a key: members that are `nil` stay.
struct KeyChanges {
    var description: String?
    var scopes: [KeyScope]?
    var environments: [String]?
    /// `nil` inside clears.
    var targetAppID: String??
    /// `nil` inside clears.
    var secondaryTargetAppIDs: [String]??

    /// The key with the changes.
    func applied(to key: Key) -> Key {
        var key = key
        if let description { key.description = description }
        if let scopes { key.scopes = scopes }
        if let environments { key.environments = environments }
        if let targetAppID { key.primaryTargetApp = targetAppID }
        if let secondaryTargetAppIDs { key.secondaryTargetApps = secondaryTargetAppIDs }
        return key
    }
}

extension Actor {
    /// The caller that presented a key.
    init(_ key: Key) { self.init(id: key.id, name: "CONSOLE API (\(key.mask))") }
}
