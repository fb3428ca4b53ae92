// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A storage of files, for processes of one machine.
///
/// Each key has a file of its own, named after the key's SHA-256, so that no name contains a part of an SDK key. A write
/// replaces a file atomically. Reading a damaged file throws an error that names it. Only the owner can read the directory
/// and its files. Any number of threads and processes may use the same directory. Leases need a file system with `flock`.
public struct FileStorage: LeaseStorage {
    /// The directory of the files.
    public let directory: String

    private let time: any TimeSource

    /// Makes a storage.
    ///
    /// It doesn't access the disk yet.
    ///
    /// - Parameters:
    ///   - directory: The directory of the files. A write makes it if it is missing.
    ///   - time: The clock for leases.
    public init(directory: String, time: any TimeSource = SystemTime()) {
        self.directory = directory
        self.time = time
    }

    /// Reads the bytes that are stored under a key.
    ///
    /// - Parameter key: Any text.
    /// - Returns: The bytes as they were written, `nil` when there are none.
    /// - Throws: ``FileError``.
    public func read(_ key: String) async throws -> [UInt8]? {
        let file = CheckedFile(path: path(of: key, "specs"))
        return try await offloaded { try file.read() }
    }

    /// Stores bytes under a key and replaces those before.
    ///
    /// - Parameters:
    ///   - bytes: The bytes to store, at most 1 GiB.
    ///   - key: Any text.
    /// - Throws: ``FileError``.
    public func write(_ bytes: [UInt8], for key: String) async throws {
        let file = CheckedFile(path: path(of: key, "specs"))
        try await offloaded { try file.write(bytes) }
    }

    /// Acquires a lease that is free, or prolongs it if it is the owner's.
    ///
    /// - Parameter lease: The lease, its owner, and its duration from now on.
    /// - Returns: Whether the owner holds the lease now, and otherwise the note of the holder.
    /// - Throws: ``FileError``.
    public func acquire(_ lease: Lease) async throws -> LeaseAnswer {
        let (file, now) = (leaseFile(of: lease), time.wallTime())
        return try await offloaded { try file.acquire(lease, at: now) }
    }

    /// Ends a lease.
    ///
    /// Does nothing if the owner doesn't hold it.
    ///
    /// - Parameter lease: The lease and its owner.
    /// - Throws: ``FileError``.
    public func release(_ lease: Lease) async throws {
        let file = leaseFile(of: lease)
        try await offloaded { try file.release(lease) }
    }

    // MARK: Names

    private func leaseFile(of lease: Lease) -> LeaseFile {
        LeaseFile(path: path(of: lease.key, "lease"))
    }

    private func path(of key: String, _ kind: String) -> String {
        let name = SHA256.digest(key).flatMap { [Hexadecimal.digit($0 >> 4), Hexadecimal.digit($0 & 15)] }
        return "\(directory)/\(String(decoding: name, as: UTF8.self)).\(kind)"
    }
}

/// A lease in a file.
///
/// The process that reads or changes the file locks a second file, which is never removed.
struct LeaseFile: Sendable {
    private let file: CheckedFile
    private let lockPath: String

    init(path: String) {
        file = CheckedFile(path: path)
        lockPath = path + ".lock"
    }

    /// Acquires the lease if it is free, and prolongs it if it is the owner's.
    ///
    /// - Parameters:
    ///   - lease: The lease and its owner.
    ///   - now: The wall time in ms.
    /// - Returns: Whether the owner holds the lease.
    /// - Throws: An error if the file can't be read, locked or written.
    func acquire(_ lease: Lease, at now: Int64) throws(FileError) -> LeaseAnswer {
        try withLock { () throws(FileError) in
            if let holding = try holding(), holding.owner != lease.owner, holding.isValid(at: now) {
                return .taken(note: holding.note)
            }
            let duration = lease.duration.milliseconds
            try file.write(
                Holding(owner: lease.owner, expiry: now &+ duration, duration: duration, note: lease.note).bytes)
            return .held
        }
    }

    /// Ends the lease if the owner holds it.
    func release(_ lease: Lease) throws(FileError) {
        try withLock { () throws(FileError) in
            if try holding()?.owner == lease.owner { try file.remove() }
        }
    }

    /// The holder of the lease.
    ///
    /// A damaged file has none, since otherwise no process could ever acquire the lease again.
    private func holding() throws(FileError) -> Holding? {
        do {
            return try file.read().flatMap { Holding(bytes: $0) }
        } catch {
            guard error.problem == .damaged else { throw error }
            return nil
        }
    }

    private func withLock<R>(_ body: () throws(FileError) -> R) throws(FileError) -> R {
        let lock = try OpenFile.toWrite(lockPath)
        // Other processes hold the lock while they write a few bytes. One of them may be stopped at that moment.
        try lock.lock(within: .seconds(2))
        return try body()
    }
}

/// The content of a lease's file.
private struct Holding {
    var owner: String
    /// In ms since 1970.
    var expiry: Int64
    /// In ms.
    var duration: Int64
    var note: String

    /// Whether the lease hasn't expired.
    ///
    /// A lease that expires much later than its duration from now shows that the clock was moved back. It counts as expired.
    func isValid(at now: Int64) -> Bool {
        let (rest, isTooLong) = expiry.subtractingReportingOverflow(now)
        return !isTooLong && rest > 0 && rest / 2 <= duration
    }
}

extension Holding {
    var bytes: [UInt8] { Array("\(expiry) \(duration) \(owner) \(note)".utf8) }

    init?(bytes: [UInt8]) {
        let parts = String(decoding: bytes, as: UTF8.self)
            .split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, let expiry = Int64(parts[0]), let duration = Int64(parts[1]) else { return nil }
        self.init(owner: String(parts[2]), expiry: expiry, duration: duration, note: String(parts[3]))
    }
}
