// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import Logging
import Testing

struct DocumentFileTests {
    @Test("A file that changes is served anew; a bad edit is refused with its place, and the last good stays")
    func reload() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "specs.json")
        try Data(TestSpecs.twoApps()).write(to: file)
        let log = TestLog()
        var options = TestConsole.options()
        options.specs = .files([file.path])
        options.logger = log.logger()

        try await TestConsole.run(options) { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            let path = "/v2/download_config_specs/\(key).json"
            let first = try await console.get(path, key: nil)
            #expect(first.json["feature_gates"]["web_gate"] != .null)

            try Data("{\"feature_gates\":\n {\"a\": tru}}".utf8).write(to: file)
            try await until("the refusal is logged") { log.text.contains("not reloaded") }
            #expect(log.text.contains("\(file.path): line 2, column 11"))
            #expect(try await console.get(path, key: nil).body == first.body)

            try Data(try TestSpecs.sample()).write(to: file, options: .atomic)
            try await until("the new file is served") {
                try await console.get(path, key: nil).json["feature_gates"]["new_home"] != .null
            }
            let time = try #require(first.json["time"].integer)
            #expect(try #require(try await console.get(path, key: nil).json["time"].integer) > time)

            try FileManager.default.removeItem(at: file)
            try await until("the missing file is logged") { log.text.contains("can't be read") }
            #expect(try await console.get(path, key: nil).status == 200)
        }
    }

    @Test("A console doesn't start with specs that can't be served")
    func badStart() async throws {
        var options = TestConsole.options()
        options.specs = .files(["/nowhere/specs.json"])
        let failing = options
        let error = await #expect(throws: DocumentImportError.self) { _ = try await Console(failing) }
        #expect(error?.description == "/nowhere/specs.json: can't be read")
    }
}
