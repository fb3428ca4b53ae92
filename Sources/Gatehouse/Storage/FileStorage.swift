// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A storage of files, for processes of one machine.
///
/// Each key has a file of its own, named after the key's SHA-256: no part of an SDK key shows in a name. Files are
/// replaced at once and checked when they are read, so a damaged one is an error that names it. Directory and files are
/// for their owner only. Any number of threads and processes may use the same directory; on a network's file system
/// leases need one that has `flock`.
public struct FileStorage: LeaseStorage {
    /// Where the files are.
    public let directory: String

    private let time: any TimeSource

    /// Makes a storage; nothing is touched before it is used.
    ///
    /// - Parameters:
    ///   - directory: Where the files are to be; made when it is missing.
    ///   - time: What time it is, for leases.
    public init(directory: String, time: any TimeSource = SystemTime()) {
        self.directory = directory
        self.time = time
    }

    /// Reads what is stored under a key.
    ///
    /// - Parameter key: Any text.
    /// - Returns: The bytes as they were written, `nil` when there are none.
    /// - Throws: ``FileError``.
    public func read(_ key: String) async throws -> [UInt8]? {
        let file = CheckedFile(path: path(of: key, "specs"))
        return try await offloaded { try file.read() }
    }

    /// Stores bytes under a key, in place of those before.
    ///
    /// - Parameters:
    ///   - bytes: What to store, at most 1 GiB.
    ///   - key: Any text.
    /// - Throws: ``FileError``.
    public func write(_ bytes: [UInt8], for key: String) async throws {
        let file = CheckedFile(path: path(of: key, "specs"))
        try await offloaded { try file.write(bytes) }
    }

    /// Takes a lease that nobody else holds, or prolongs one's own.
    ///
    /// - Parameter lease: Which, for whom, and how long from now on.
    /// - Returns: Whether the lease is held now, and what its holder left in it otherwise.
    /// - Throws: ``FileError``.
    public func acquire(_ lease: Lease) async throws -> LeaseAnswer {
        let (file, now) = (leaseFile(of: lease), time.wallTime())
        return try await offloaded { try file.acquire(lease, at: now) }
    }

    /// Ends a lease if it is still the owner's; does nothing otherwise.
    ///
    /// - Parameter lease: Which, and for whom.
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
        var digest = [UInt8](repeating: 0, count: SHA256.digestCount)
        var key = key
        key.withUTF8 { bytes in digest.withUnsafeMutableBufferPointer { SHA256.digest(bytes, into: $0) } }
        let name = digest.flatMap { [Hexadecimal.digit($0 >> 4), Hexadecimal.digit($0 & 15)] }
        return "\(directory)/\(String(decoding: name, as: UTF8.self)).\(kind)"
    }
}

/// A lease in a file.
///
/// A second file, which is never removed, is locked while the first is looked at and changed.
struct LeaseFile: Sendable {
    private let file: CheckedFile
    private let lockPath: String

    init(path: String) {
        file = CheckedFile(path: path)
        lockPath = path + ".lock"
    }

    /// Takes the lease if it is free or the owner's already.
    ///
    /// - Parameter now: The wall time in ms.
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

    /// Gives the lease up if it is the owner's.
    func release(_ lease: Lease) throws(FileError) {
        try withLock { () throws(FileError) in
            if try holding()?.owner == lease.owner { try file.remove() }
        }
    }

    /// Who holds the lease; a damaged file holds nothing, as otherwise nobody could ever take the lease again.
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
        // Others need no longer than it takes to write a few bytes; but one may have been stopped just then.
        try lock.lock(within: .seconds(2))
        return try body()
    }
}

/// What a lease's file says.
private struct Holding {
    var owner: String
    /// In ms since 1970.
    var expiry: Int64
    /// In ms.
    var duration: Int64
    var note: String

    /// Whether the lease still runs.
    ///
    /// One that ends much later than it could if it were taken now shows that the clock was moved back: it isn't waited for.
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
