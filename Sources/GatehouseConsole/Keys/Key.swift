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
