// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
