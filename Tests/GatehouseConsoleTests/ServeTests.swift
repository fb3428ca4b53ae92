// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

/// `gatehouse serve` from outside.
struct ServeTests {
    private static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-serve-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test("The first key is printed once, works, and is good after a restart; SIGTERM ends the process cleanly")
    func firstKey() async throws {
        let folder = try ServeTests.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let arguments = [
            "--data", folder.appending(path: "data.sqlite").path, "--specs",
            Fixture.path("sample/sample-dcs-v2.json"),
        ]
        let first = try ServeProcess(arguments)
        let key = try await first.firstKey()
        let client = TestConsole(url: try await first.url(), adminKey: key)
        #expect(client.url.hasPrefix("http://127.0.0.1:"))
        let server = try await client.createKey(["type": "SERVER", "description": "A"])
        #expect(try await client.get("/v1/download_config_specs", key: server.secret).status == 200)
        #expect(try await first.end(SIGTERM) == 0)
        #expect(!first.errorText.contains(key))
        #expect(!first.errorText.contains(server.secret))
        #expect(first.errorText.contains("GET /v1/download_config_specs 200"))

        let second = try ServeProcess(arguments)
        let again = TestConsole(url: try await second.url(), adminKey: key)
        #expect(try await again.get("/console/v1/keys").data.array?.count == 2)
        #expect(try await again.get("/v2/download_config_specs", key: server.secret).status == 200)
        #expect(try await second.end(SIGINT) == 0)
        #expect(!second.outputText.contains("console-"))
        let mode = try FileManager.default.attributesOfItem(atPath: arguments[1])[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("What was acknowledged survives kill -9 in the middle of changes, and the file is intact")
    func kill() async throws {
        let folder = try ServeTests.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "data.sqlite").path
        var admin = ""
        let acknowledged = Acknowledged()
        for round in 0..<3 {
            let process = try ServeProcess(["--data", file, "--log-level", "error"])
            if round == 0 { admin = try await process.firstKey() }
            let client = TestConsole(url: try await process.url(), adminKey: admin)
            let goal = (round + 1) * 20
            await withTaskGroup(of: Void.self) { tasks in
                for writer in 0..<6 {
                    tasks.addTask {
                        // Until the process is gone.
                        while let key = try? await client.createKey([
                            "type": "SERVER", "description": .string("\(writer)"),
                        ]), !key.id.isEmpty {
                            acknowledged.set(key.secret, for: key.id)
                            guard
                                let rotated = try? await client.send(.PATCH, "/console/v1/keys/\(key.id)/rotate"),
                                let secret = rotated.data["key"].string
                            else { break }
                            acknowledged.set(secret, for: key.id)
                        }
                    }
                }
                tasks.addTask {
                    try? await until("there are enough keys") { acknowledged.secrets.count >= goal }
                    _ = try? await process.end(SIGKILL)
                }
            }
            #expect(acknowledged.secrets.count >= goal)
        }

        let check = try ServeProcess(["--data", file])
        let client = TestConsole(url: try await check.url(), adminKey: admin)
        let keys = acknowledged.secrets
        for (id, secret) in keys {
            let read = try await client.get("/console/v1/keys/\(id)")
            #expect(read.status == 200, "a key that was acknowledged is gone")
            // A rotation under way may or may not have happened; an acknowledged one must have.
            let mask = String(secret.prefix(12)) + "*****"
            if read.data["key"].string != mask {
                let log = try await client.get("/console/v1/audit_logs?id=\(id)&actionType=secret_key_regenerate")
                #expect(log.data[0]["changes"]["key"]["old"].string == mask)
            }
        }
        #expect(try await check.end(SIGTERM) == 0)
        #expect(try SQLiteFile.check(file) == "ok")
    }

    @Test("100 clients that send a byte now and then don't keep the process from ending")
    func slowClients() async throws {
        for isForced in [false, true] {
            let process = try ServeProcess(["--in-memory", "--shutdown-deadline", isForced ? "600" : "1"])
            let key = try await process.firstKey()
            let url = try await process.url()
            let clients = try (0..<100).map { _ in try RawConnection(url) }
            for client in clients { client.begin("/console/v1/gates", key: key, byteCount: 100_000) }
            let dripping = Task {
                while !Task.isCancelled {
                    for client in clients { client.send(" ") }
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
            defer { dripping.cancel() }
            try await Task.sleep(for: .milliseconds(500))
            let start = ContinuousClock.now
            if isForced {
                process.signal(SIGTERM)
                try await Task.sleep(for: .milliseconds(500))
            }
            #expect(try await process.end(SIGTERM) == (isForced ? 128 + SIGTERM : 0))
            // The deadline or the pause, a second, and what a busy machine takes.
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test("Bad options and files end the process with the reason")
    func failures() async throws {
        let missing = try ServeProcess(["--in-memory", "--specs", "/nowhere.json"])
        try await until("the reason is written") { missing.errorText.contains("\n") }
        #expect(missing.errorText == "gatehouse: error: /nowhere.json: can't be read\n")
        #expect(try await missing.end(0) == 1)
        let both = try ServeProcess(["--in-memory", "--data", "x"])
        try await until("the reason is written") { both.errorText.contains("\n") }
        #expect(try await both.end(0) == 2)
        let folder = try ServeTests.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let noDatabase = folder.appending(path: "text.sqlite")
        try Data(String(repeating: "text", count: 1000).utf8).write(to: noDatabase)
        let text = try ServeProcess(["--data", noDatabase.path])
        try await until("the reason is written") { text.errorText.contains("\n") }
        #expect(text.errorText.contains("gatehouse: error: "))
        #expect(try await text.end(0) == 1)
    }
}

/// The secrets that a console has answered with, by key.
private final class Acknowledged: Sendable {
    private let state = Mutex<[String: String]>([:])

    var secrets: [String: String] { state.withLock { $0 } }

    func set(_ secret: String, for id: String) { state.withLock { $0[id] = secret } }
}
