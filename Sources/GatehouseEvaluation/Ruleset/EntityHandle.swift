// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A name that has been looked up, to ask for the same entity again without doing so.
///
/// A handle never goes wrong: with another ruleset than the one it was made for, after a reload for example, it finds the
/// entity by its hashed name.
public struct EntityHandle: Sendable {
    /// The entity's name.
    public let name: String
    /// The entity's kind.
    public let kind: EntityKind
    let hash: UInt64
    let index: Int
    let ruleset: UInt64
}
