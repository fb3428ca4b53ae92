// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
internal import Synchronization

/// The console's database.
struct Storage: Sendable {
    let database: any DatabaseWriter
    private let lock: DataFileLock?

    /// Opens a database in memory, or a file that is made when there is none.
    ///
    /// - Parameter path: The file, `nil` for memory.
    /// - Throws: When the file can't be opened, or another console uses it.
    init(path: String?) throws {
        var configuration = Configuration()
        configuration.label = "gatehouse-console"
        if let path {
            configuration.busyMode = .timeout(5)
            configuration.prepareDatabase { db in
                // Acknowledged changes survive the loss of power, not only of the process.
                try db.execute(sql: "PRAGMA synchronous = FULL")
            }
            lock = try DataFileLock(path: path)
            // Hashes of secrets, users' events: nothing for others on the machine.
            if !FileManager.default.fileExists(atPath: path) {
                // Where this fails, opening does so too, and says why.
                _ = FileManager.default.createFile(
                    atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
            }
            database = try DatabasePool(path: path, configuration: configuration)
        } else {
            lock = nil
            database = try DatabaseQueue(configuration: configuration)
        }
        try Schema.migrator.migrate(database)
    }

    /// Lets another console have the data.
    func release() { lock?.release() }

    func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try await database.read(body)
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try await database.write(body)
    }
}

/// The tables, and how files of earlier versions come to have them.
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
        return migrator
    }
}

/// Keeps a data file to one process.
///
/// The console reads keys from memory: it wouldn't see a change by another process, for example a revocation.
final class DataFileLock: Sendable {
    struct Taken: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path): another console uses it" }
    }

    private let descriptor: Mutex<Int32>

    /// Takes a data file, by a file of its own beside it.
    ///
    /// - Parameter path: The data file; there has to be a folder for it.
    /// - Throws: ``Taken`` when another process has it, and `POSIXError` when the lock file can't be made.
    init(path: String) throws {
        let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            _ = close(descriptor)
            throw Taken(path: path)
        }
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    /// Lets others have the file.
    func release() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { _ = close(descriptor) }
            descriptor = -1
        }
    }
}
