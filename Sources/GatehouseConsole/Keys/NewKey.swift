// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
