// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How to use a user's sticky values.
public struct StickyOptions: Sendable {
    /// What the storage holds for the user, by entity; `nil` when it wasn't asked, which ends stickiness.
    public var values: [String: StickyValue]?
    /// Drop a sticky value when the experiment's targeting excludes the user by now.
    public var enforcesTargeting: Bool
    /// Drop a sticky value when an override rule of the experiment matches the user by now.
    public var enforcesOverrides: Bool

    /// Makes options.
    ///
    /// - Parameters:
    ///   - values: What the storage holds for the user, by entity.
    ///   - enforcesTargeting: Whether the experiment's targeting still has to admit the user.
    ///   - enforcesOverrides: Whether an override rule of the experiment wins.
    public init(values: [String: StickyValue]?, enforcesTargeting: Bool = false, enforcesOverrides: Bool = false) {
        self.values = values
        self.enforcesTargeting = enforcesTargeting
        self.enforcesOverrides = enforcesOverrides
    }
}

/// What the caller has to do with its storage after an evaluation with sticky values.
///
/// The engine does no I/O itself.
public enum StickyAction: Sendable, Equatable {
    /// Nothing.
    case keep
    /// Store the value under the key.
    case save(key: String, StickyValue)
    /// Delete what is stored under the key for this entity.
    case delete(key: String)
}
