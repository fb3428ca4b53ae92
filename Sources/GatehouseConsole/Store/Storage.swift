// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
internal import Logging
internal import Synchronization

/// The console's database: keys, events, the audit log and the authored project.
struct Storage: Sendable {
    /// The purpose of a write, which decides whether it may use the last bytes of a disk.
    enum Purpose {
        /// A change by an administrator. On a full disk it uses the ``DiskReserve``.
        case administration
        /// Events and counts. On a full disk they are refused.
        case events
    }

    let database: any DatabaseWriter
    let limits: ConsoleLimits
    let metrics: ConsoleMetrics
    private let path: String?
    private let lock: DataFileLock?
    private let reserve: DiskReserve?
    /// Writes of events come one after the other: the database's own queue has at most one of them, so that a change by an
    /// administrator waits for no other.
    private let eventTurn = AsyncLock()
    private let logger: Logger

    /// Opens a database in memory, or a file, which is created if it doesn't exist.
    ///
    /// - Parameters:
    ///   - path: The file, `nil` for memory.
    ///   - limits: The bounds of its files.
    ///   - metrics: The metrics of a console.
    ///   - logger: Where a full disk is reported.
    /// - Throws: ``StorageError`` when the file can't be used, ``DataFileLock/Taken`` when another console uses it.
    init(path: String?, limits: ConsoleLimits, metrics: ConsoleMetrics, logger: Logger) throws {
        self.path = path
        self.limits = limits
        self.metrics = metrics
        self.logger = logger
        var configuration = Configuration()
        configuration.label = "gatehouse-console"
        guard let path else {
            (lock, reserve) = (nil, nil)
            database = try DatabaseQueue(configuration: configuration)
            try Schema.migrator.migrate(database)
            return
        }
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            // Acknowledged changes survive a loss of power, not only the end of the process.
            try db.execute(sql: "PRAGMA synchronous = FULL")
        }
        lock = try DataFileLock(path: path)
        do {
            // The file holds hashes of secrets and events of users.
            try Storage.makePrivate(path)
            let database = try DatabasePool(path: path, configuration: configuration)
            guard try database.read({ try !Schema.migrator.hasBeenSuperseded($0) }) else {
                throw StorageError(
                    path: path, reason: "was written by a newer version of the console; use that version")
            }
            try Schema.migrator.migrate(database)
            try Storage.makePrivate(path)
            self.database = database
            let reserve = DiskReserve(path: path + ".reserve", maximumBytes: limits.diskReserveBytes)
            self.reserve = reserve
            metrics.disk(logBytes: 0, reserveBytes: reserve.isSpent ? 0 : reserve.bytes)
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError(path: path, reason: String(describing: error))
        }
    }

    /// Lets only the owner read the data file and the files that SQLite keeps beside it.
    private static func makePrivate(_ path: String) throws {
        for suffix in ["", "-wal", "-shm"] where chmod(path + suffix, 0o600) != 0 {
            let code = errno
            guard code == ENOENT else {
                throw StorageError(path: path + suffix, reason: String(cString: strerror(code)))
            }
        }
    }

    /// Closes the database and lets another console have the data.
    func release() {
        guard lock != nil else { return }
        // It fails while a read or a write is in progress; the file is sound then too.
        try? database.close()
        reserve?.spend()
        lock?.release()
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try await database.read(body)
    }

    /// Writes in a transaction.
    ///
    /// - Throws: ``StorageFull`` when the disk is full; for a change by an administrator, when the reserve is used up, too.
    func write<T: Sendable>(
        _ purpose: Purpose = .administration, _ body: @escaping @Sendable (Database) throws -> T
    ) async throws -> T {
        switch purpose {
        case .administration: try await writeNow(purpose, body)
        case .events: try await eventTurn.run { try await writeNow(purpose, body) }
        }
    }

    private func writeNow<T: Sendable>(
        _ purpose: Purpose, _ body: @escaping @Sendable (Database) throws -> T
    ) async throws -> T {
        if purpose == .events, let reserve, reserve.isSpent {
            reserve.restore()
            if reserve.isSpent { throw StorageFull() }
        }
        do {
            let result = try await database.write(body)
            await checkpointIfLong()
            return result
        } catch let error as DatabaseError where Storage.isFull(error) {
            metrics.diskFull()
            logger.error("The disk is full", metadata: ["file": "\(path ?? "")", "error": "\(error)"])
            await relieve(isUrgent: purpose == .administration)
            guard purpose == .administration else { throw StorageFull() }
            do {
                return try await database.write(body)
            } catch let error as DatabaseError where Storage.isFull(error) {
                throw StorageFull()
            }
        }
    }

    private static func isFull(_ error: DatabaseError) -> Bool {
        // SQLite reports the lack of space for its shared memory as an I/O error.
        error.resultCode == .SQLITE_FULL || error.extendedResultCode == .SQLITE_IOERR_SHMSIZE
    }

    // MARK: - Disk

    /// The maximum size of the write-ahead log: half of the reserve can take it and the changes that move it.
    private var maximumLogBytes: Int { min(limits.maximumLogBytes, max(64 << 10, (reserve?.bytes ?? .max) / 2)) }

    private var logBytes: Int {
        guard let path else { return 0 }
        var status = stat()
        return stat(path + "-wal", &status) == 0 ? Int(status.st_size) : 0
    }

    private func checkpointIfLong() async {
        guard logBytes > maximumLogBytes else { return }
        recordDisk()
        await checkpoint()
    }

    /// Moves the write-ahead log to the data file and cuts it, when no read is in progress.
    private func checkpoint() async {
        guard path != nil else { return }
        do {
            try await database.barrierWriteWithoutTransaction { db in try Storage.checkpoint(db) }
        } catch {
            logger.debug("The write-ahead log stays", metadata: ["error": "\(error)"])
        }
    }

    private static func checkpoint(_ db: Database) throws { _ = try db.checkpoint(.truncate) }

    /// Makes room on a full disk: spends the reserve, moves the log to the data file, drops the older half of the events.
    ///
    /// - Parameter isUrgent: Whether to do so although it was done a moment ago.
    private func relieve(isUrgent: Bool = false) async {
        guard let reserve, reserve.mayRelieve(isUrgent: isUrgent) else { return }
        reserve.spend()
        await checkpoint()
        _ = try? await database.write { db in
            try db.execute(
                sql: """
                    DELETE FROM event WHERE id <=
                    (SELECT id FROM event ORDER BY id LIMIT 1 OFFSET (SELECT COUNT(*) / 2 FROM event))
                    """)
        }
        await checkpoint()
        reserve.restore(isUrgent: true)
    }

    /// Cuts the log, and restores the reserve after a full disk.
    ///
    /// The console calls it at an interval.
    func maintain() async {
        if logBytes > 0 { await checkpoint() }
        reserve?.restore()
        recordDisk()
    }

    private func recordDisk() {
        guard let reserve else { return }
        metrics.disk(logBytes: logBytes, reserveBytes: reserve.isSpent ? 0 : reserve.bytes)
    }
}

/// A data file that can't be used.
package struct StorageError: Error, CustomStringConvertible {
    let path: String
    let reason: String

    package var description: String { "\(path): \(reason)" }
}

/// A write that was refused because the disk is full.
struct StorageFull: Error {}

/// A file whose bytes are given up when the disk is full, so that administrators can go on.
final class DiskReserve: Sendable {
    private struct State {
        var bytes: Int
        var isSpent: Bool
        var lastRelief: ContinuousClock.Instant?
        var lastRestore: ContinuousClock.Instant?
    }

    private static let interval = Duration.seconds(10)

    private let path: String
    private let state: Mutex<State>

    /// Sets bytes aside: at most a quarter of what is free.
    init(path: String, maximumBytes: Int) {
        self.path = path
        _ = unlink(path)
        state = Mutex(State(bytes: max(0, min(maximumBytes, DiskReserve.freeBytes(at: path) / 4)), isSpent: true))
        restore(isUrgent: true)
    }

    /// The free bytes of the disk that a file is on, 0 if they aren't known.
    private static func freeBytes(at path: String) -> Int {
        var status = statvfs()
        guard statvfs(URL(filePath: path).deletingLastPathComponent().path, &status) == 0 else { return 0 }
        let free = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return free.overflow ? .max : Int(clamping: free.partialValue)
    }

    deinit { _ = unlink(path) }

    var bytes: Int { state.withLock { $0.bytes } }

    /// Whether the bytes have been given up and aren't set aside again.
    var isSpent: Bool { state.withLock { $0.isSpent } }

    /// Whether room may be made now; at most once per interval, unless it is urgent.
    func mayRelieve(isUrgent: Bool) -> Bool {
        state.withLock { state in
            let elapsed = state.lastRelief.map { ContinuousClock.now - $0 } ?? DiskReserve.interval
            guard isUrgent || elapsed >= DiskReserve.interval else { return false }
            state.lastRelief = .now
            return true
        }
    }

    /// Gives the bytes up.
    func spend() {
        state.withLock { state in
            state.isSpent = true
            _ = unlink(path)
        }
    }

    /// Sets the bytes aside again, if there is room for them; at most once per interval.
    ///
    /// - Parameter isUrgent: Whether to try although it was tried within the interval.
    func restore(isUrgent: Bool = false) {
        state.withLock { state in
            let elapsed = state.lastRestore.map { ContinuousClock.now - $0 } ?? DiskReserve.interval
            guard state.isSpent, isUrgent || elapsed >= DiskReserve.interval else { return }
            state.lastRestore = .now
            // A try that is bound to fail would fill the disk for a moment.
            guard DiskReserve.freeBytes(at: path) >= state.bytes else { return }
            let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { return }
            defer { _ = close(descriptor) }
            // Written rather than only promised: a sparse file would set nothing aside.
            let piece = [UInt8](repeating: 0, count: 64 << 10)
            var rest = state.bytes
            while rest > 0 {
                let count = write(descriptor, piece, min(rest, piece.count))
                guard count > 0 else {
                    _ = unlink(path)
                    return
                }
                rest -= count
            }
            state.isSpent = false
        }
    }
}

/// The tables, and the migrations of files of earlier versions.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.create(table: "apiKey") { table in
                table.primaryKey("id", .text)
                table.column("hash", .blob).notNull().unique()
                table.column("mask", .text).notNull()
                table.column("nameHash", .integer).notNull()
                table.column("type", .text).notNull()
                table.column("status", .text).notNull()
                table.column("description", .text).notNull()
                table.column("scopes", .jsonText).notNull()
                table.column("environments", .jsonText).notNull()
                table.column("primaryTargetApp", .text)
                table.column("secondaryTargetApps", .jsonText)
                table.column("createdTime", .integer).notNull()
            }
            try db.create(table: "auditEntry") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("time", .integer).notNull().indexed()
                table.column("action", .text).notNull()
                table.column("entityID", .text).notNull().indexed()
                table.column("entityName", .text).notNull()
                table.column("actorID", .text)
                table.column("actorName", .text).notNull()
                table.column("changes", .jsonText).notNull()
            }
            try db.create(table: "event") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("name", .text).notNull().indexed()
                table.column("keyID", .text).notNull()
                table.column("time", .integer).notNull()
                table.column("receivedTime", .integer).notNull()
                table.column("userID", .text)
                table.column("event", .jsonText).notNull()
            }
            try db.create(table: "eventCount") { table in
                table.primaryKey("name", .text)
                table.column("count", .integer).notNull()
                table.column("firstTime", .integer).notNull()
                table.column("lastTime", .integer).notNull()
            }
            try db.create(table: "specsVersion") { table in
                table.primaryKey("id", .integer)
                table.column("time", .integer).notNull()
                table.column("digest", .text).notNull()
            }
        }
        migrator.registerMigration("authoring") { db in
            try db.create(table: "entity") { table in
                table.column("family", .text).notNull()
                table.column("id", .text).notNull()
                table.column("version", .integer).notNull()
                table.column("members", .jsonText).notNull()
                table.primaryKey(["family", "id"])
            }
            try db.create(table: "entityVersion") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("family", .text).notNull()
                table.column("entityID", .text).notNull()
                table.column("version", .integer).notNull()
                table.column("time", .integer).notNull()
                table.column("actorName", .text).notNull()
                table.column("members", .jsonText)
            }
            try db.create(indexOn: "entityVersion", columns: ["family", "entityID"])
        }
        migrator.registerMigration("event bytes") { db in
            try db.alter(table: "event") { table in table.add(column: "bytes", .integer).notNull().defaults(to: 0) }
            try db.execute(sql: "UPDATE event SET bytes = length(CAST(event AS BLOB))")
        }
        migrator.registerMigration("exposure indexes") { db in
            for (event, member) in ExposureColumns.entities {
                try db.execute(
                    sql: """
                        CREATE INDEX "exposure_\(member)" ON event (json_extract(event, '$.metadata.\(member)'), time)
                        WHERE name = '\(event)'
                        """)
            }
        }
        migrator.registerMigration("sealed secrets") { db in
            try db.alter(table: "apiKey") { table in table.add(column: "sealedSecret", .blob) }
        }
        migrator.registerMigration("seeds") { db in
            try db.create(table: "seed") { table in
                table.primaryKey("digest", .text)
                table.column("time", .integer).notNull()
            }
        }
        return migrator
    }
}

/// Where events of exposures have the entity: the tables' indexes and the queries that use them agree on it.
enum ExposureColumns {
    /// The names of events, with the member of their metadata that names the entity.
    static let entities = [
        ("statsig::gate_exposure", "gate"), ("statsig::config_exposure", "config"),
        ("statsig::layer_exposure", "allocatedExperiment"),
    ]
}

/// Keeps a data file to one console.
///
/// Keys are served from memory: a console wouldn't see what another one changes in the file, a revocation above all. The
/// lock is on the file itself, so that it holds for all of its names: symbolic and hard links, other mounts.
final class DataFileLock: Sendable {
    struct Taken: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path): another console uses it" }
    }

    private struct FileID: Hashable {
        let device: UInt64
        let file: UInt64
    }

    /// The files that consoles of this process use.
    ///
    /// Such a file mustn't be opened here: closing it would end SQLite's own locks on it, which belong to the process.
    private static let used = Mutex<Set<FileID>>([])

    private let descriptor: Mutex<Int32>
    private let file: FileID

    /// Takes a data file, which is created if it doesn't exist.
    ///
    /// - Parameter path: The data file; its folder has to exist.
    /// - Throws: ``Taken`` when another console uses the file, ``StorageError`` when it can't be opened.
    init(path: String) throws {
        if let file = DataFileLock.file(path), DataFileLock.used.withLock({ $0.contains(file) }) {
            throw Taken(path: path)
        }
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StorageError(path: path, reason: DataFileLock.reason(errno)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, let file = DataFileLock.file(path),
            DataFileLock.used.withLock({ $0.insert(file).inserted })
        else {
            _ = close(descriptor)
            throw Taken(path: path)
        }
        self.descriptor = Mutex(descriptor)
        self.file = file
    }

    /// Why a data file can't be opened, with what to do.
    private static func reason(_ code: Int32) -> String {
        switch code {
        case EISDIR: "is a folder; the data needs a file, for example one named gatehouse.sqlite in it"
        case ENOENT, ENOTDIR: "its folder doesn't exist; create the folder, or choose another file for the data"
        case EACCES, EPERM, EROFS: "can't be written by this user; choose another file for the data"
        default: String(cString: strerror(code))
        }
    }

    deinit { release() }

    /// Lets others have the file.
    func release() {
        descriptor.withLock { descriptor in
            guard descriptor >= 0 else { return }
            _ = close(descriptor)
            descriptor = -1
            DataFileLock.used.withLock { _ = $0.remove(file) }
        }
    }

    private static func file(_ path: String) -> FileID? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return FileID(device: UInt64(truncatingIfNeeded: status.st_dev), file: UInt64(status.st_ino))
    }
}
