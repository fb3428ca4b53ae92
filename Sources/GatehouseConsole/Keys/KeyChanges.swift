// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
