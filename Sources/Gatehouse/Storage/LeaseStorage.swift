// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A storage that can also say which process of a fleet downloads for all of them.
public protocol LeaseStorage: SpecStorage {
    /// Takes a lease that nobody else holds, or prolongs one's own.
    ///
    /// Of several processes that ask at the same time one gets it. A lease that isn't prolonged ends by itself.
    ///
    /// - Parameter lease: Which, for whom, and how long from now on.
    /// - Returns: Whether the lease is held now, and what its holder left in it otherwise.
    /// - Throws: Any error when the storage can't tell.
    func acquire(_ lease: Lease) async throws -> LeaseAnswer

    /// Ends a lease if it is still the owner's; does nothing otherwise.
    ///
    /// - Parameter lease: Which, and for whom.
    /// - Throws: Any error when the storage can't tell.
    func release(_ lease: Lease) async throws
}

/// The right to download for a fleet, for some time.
public struct Lease: Sendable, Equatable {
    /// What the lease is about, a key of ``StorageKey``.
    public var key: String
    /// Who wants it: the same text for one client all its life, and no other's; ASCII letters, digits and `-`.
    public var owner: String
    /// How long from now on.
    public var duration: Duration
    /// What the others are to know, for example the version of what was stored; less than 200 bytes.
    public var note: String

    /// Makes a lease.
    ///
    /// - Parameters:
    ///   - key: What the lease is about.
    ///   - owner: Who wants it.
    ///   - duration: How long from now on.
    ///   - note: What the others are to know.
    public init(key: String, owner: String, duration: Duration, note: String = "") {
        self.key = key
        self.owner = owner
        self.duration = duration
        self.note = note
    }
}

/// What became of the wish for a lease.
public enum LeaseAnswer: Sendable, Equatable {
    /// The one who asked holds it.
    case held
    /// Another one holds it, and left this note.
    case taken(note: String)
}
