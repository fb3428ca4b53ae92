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
