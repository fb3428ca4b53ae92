// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB

/// The console's database: the one place where anything is kept.
struct Storage: Sendable {
    let database: any DatabaseWriter
    private let lock: DataFileLock?

    /// Opens a database in memory, or a file that is made when there is none.
    ///
    /// - Parameter path: The file, `nil` for memory.
    init(path: String?) throws {
        var configuration = Configuration()
        configuration.label = "gatehouse-console"
        if let path {
            configuration.busyMode = .timeout(5)
            configuration.prepareDatabase { db in
                // What has been acknowledged survives the loss of power, not only of the process.
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
