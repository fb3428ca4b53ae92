// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A storage in which the processes of a fleet share the document that one of them downloaded (Protocol §5).
///
/// Any number of clients may use the same storage at once. When a call takes longer than ``StorageOptions/timeout``, the
/// client cancels its task and doesn't wait for its end, so that the next call may begin before.
public protocol DocumentStorage: Sendable {
    /// Reads the bytes that are stored under a key.
    ///
    /// - Parameter key: A key of ``StorageKey``: printable ASCII of less than 200 bytes.
    /// - Returns: The bytes as they were written, `nil` when there are none.
    /// - Throws: Any error when the storage fails.
    func read(_ key: String) async throws -> [UInt8]?

    /// Stores bytes under a key and replaces those before. Readers see either the old or the new ones, complete.
    ///
    /// - Parameters:
    ///   - bytes: The bytes to store.
    ///   - key: A key of ``StorageKey``.
    /// - Throws: Any error when the bytes may not be stored.
    func write(_ bytes: [UInt8], for key: String) async throws

    /// Closes connections. A client calls this when it shuts down. The storage may be used again afterwards.
    func close() async
}

extension DocumentStorage {
    /// Does nothing.
    public func close() async {}
}

/// A storage that can also elect the process that downloads for its fleet.
public protocol LeaseStorage: DocumentStorage {
    /// Acquires a lease that is free, or prolongs it if it is the owner's.
    ///
    /// If several processes ask at the same time, one of them gets the lease. A lease that isn't prolonged expires.
    ///
    /// - Parameter lease: The lease, its owner, and its duration from now on.
    /// - Returns: Whether the owner holds the lease now, and otherwise the note of the holder.
    /// - Throws: Any error when the storage fails.
    func acquire(_ lease: Lease) async throws -> LeaseAnswer

    /// Ends a lease. Does nothing if the owner doesn't hold it.
    ///
    /// - Parameter lease: The lease and its owner.
    /// - Throws: Any error when the storage fails.
    func release(_ lease: Lease) async throws
}

/// The right to download for a fleet, for a limited time.
public struct Lease: Sendable, Equatable {
    /// The key of the lease, a key of ``StorageKey``.
    public var key: String
    /// The ID of the client that wants the lease, unique and unchanged for its lifetime: ASCII letters, digits and `-`.
    public var owner: String
    /// The time from now on after which the lease expires.
    public var duration: Duration
    /// A text for the other processes, for example the version of the stored document; less than 200 bytes.
    public var note: String

    /// Makes a lease.
    ///
    /// - Parameters:
    ///   - key: The key of the lease.
    ///   - owner: The ID of the client that wants the lease.
    ///   - duration: The time from now on after which the lease expires.
    ///   - note: A text for the other processes.
    public init(key: String, owner: String, duration: Duration, note: String = "") {
        self.key = key
        self.owner = owner
        self.duration = duration
        self.note = note
    }
}

/// The result of acquiring a lease.
public enum LeaseAnswer: Sendable, Equatable {
    /// The owner that asked holds the lease.
    case held
    /// Another owner holds the lease. The note is that of its ``Lease/note``.
    case taken(note: String)
}
