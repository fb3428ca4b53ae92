// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A place where the processes of a fleet share what one of them downloaded (Protocol §5).
///
/// Any number of clients may use the same storage at once. A call that takes longer than ``StorageOptions/timeout`` is given
/// up: its task is cancelled, and the next call may come before it has ended.
public protocol SpecStorage: Sendable {
    /// Reads what is stored under a key.
    ///
    /// - Parameter key: A key of ``StorageKey``: printable ASCII of less than 200 bytes.
    /// - Returns: The bytes as they were written, `nil` when there are none.
    /// - Throws: Any error when the storage can't tell.
    func read(_ key: String) async throws -> [UInt8]?

    /// Stores bytes under a key, in place of those before: readers see the old or the new ones, whole.
    ///
    /// - Parameters:
    ///   - bytes: What to store.
    ///   - key: A key of ``StorageKey``.
    /// - Throws: Any error when the bytes may not have been stored.
    func write(_ bytes: [UInt8], for key: String) async throws

    /// Gives connections back; called when a client shuts down. The storage may be used again afterwards.
    func close() async
}

extension SpecStorage {
    /// Does nothing.
    public func close() async {}
}

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
