// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import GatehouseConsole
import GatehouseEvaluation
import Testing

/// The data file: who may use it, and what happens to files that can't be used.
struct DataFileTests {
    @Test("A data file has one console, by whichever name it is opened")
    func names() async throws {
        let (options, path) = TestConsole.fileOptions()
        let (symbolic, hard) = (path + ".symbolic", path + ".hard")
        defer { for file in [symbolic, hard] { try? FileManager.default.removeItem(atPath: file) } }
        try await TestConsole.run(options) { _ in
            try FileManager.default.createSymbolicLink(atPath: symbolic, withDestinationPath: path)
            try FileManager.default.linkItem(atPath: path, toPath: hard)
            for name in [path, symbolic, hard] {
                var other = TestConsole.options()
                other.data = .file(name)
                let error = await #expect(throws: (any Error).self, "\(name)") { _ = try await Console(other) }
                #expect(String(describing: error).contains("another console uses it"))
            }
        }
        // After its end the file is free.
        var other = TestConsole.options()
        other.data = .file(symbolic)
        try await TestConsole.run(other) { console in
            let health = try await console.get("/v1/health")
            #expect(health.status == 200)
        }
    }

    @Test("The data file and SQLite's files beside it become private, also when they weren't")
    func modes() async throws {
        let (options, path) = TestConsole.fileOptions()
        #expect(FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o644]))
        try await TestConsole.run(options) { console in
            _ = try await console.createKey(["type": "SERVER", "description": "A"])
            for suffix in ["", "-wal", "-shm", ".reserve"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path + suffix)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
            }
        }
    }

    @Test("A file of a newer version and a file that is no database are refused, by name and with the reason")
    func refusals() async throws {
        let (options, path) = TestConsole.fileOptions()
        try await TestConsole.run(options) { _ in }
        try await DatabaseQueue(path: path).write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('from the future')")
        }
        let newer = await #expect(throws: (any Error).self) { _ = try await Console(options) }
        #expect(
            String(describing: newer)
                == "Optional(\(path): was written by a newer version of the console; use that version)")

        let (textOptions, textPath) = TestConsole.fileOptions()
        try Data(String(repeating: "text", count: 1000).utf8).write(to: URL(filePath: textPath))
        let text = await #expect(throws: (any Error).self) { _ = try await Console(textOptions) }
        #expect(String(describing: text).contains("\(textPath): "))
    }

    @Test("Rows that can't be read are reported")
    func rows() async throws {
        var (options, path) = TestConsole.fileOptions()
        try await TestConsole.run(options) { _ in }
        try await DatabaseQueue(path: path).write { db in
            try db.execute(sql: "INSERT INTO entity VALUES ('gates', 'g', 1, 'not JSON')")
        }
        let log = TestLog()
        options.logger = log.logger()
        try await TestConsole.run(options) { _ in }
        #expect(log.text.contains("A resource can't be read and is left out"))
        #expect(log.text.contains("\"g\"") || log.text.contains(": g"))
    }
}
