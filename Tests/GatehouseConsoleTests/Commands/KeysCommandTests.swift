// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

/// `gatehouse keys`: the way back when the first key is lost.
struct KeysCommandTests {
    private static func keys(_ arguments: String...) async throws -> CommandRun {
        try await CommandRun(["keys"] + arguments)
    }

    @Test("A lost first key is replaced offline; keys are listed, rotated and revoked, with entries in the audit log")
    func life() async throws {
        let (options, data) = TestConsole.fileOptions()
        let lost = try await TestConsole.run(options) { $0.adminKey }
        let created = try await KeysCommandTests.keys("create", "--data", data)
        #expect(created.status == 0)
        let admin = created.output.trimmingCharacters(in: .newlines)
        #expect(admin.wholeMatch(of: /console-[A-Za-z0-9]{43}/) != nil)
        let folder = try TestFolder()
        let server = try await KeysCommandTests.keys(
            "create", "--data", data, "--type", "server", "--description", "CI", "--environment", "staging",
            "--secret-file", folder.path("server.key"))
        let secret = try String(contentsOfFile: folder.path("server.key"), encoding: .utf8).dropLast()
        #expect(server.status == 0 && !server.output.contains(secret))
        let mode =
            try FileManager.default.attributesOfItem(atPath: folder.path("server.key"))[.posixPermissions] as? Int
        #expect(mode == 0o600)

        let list = try await KeysCommandTests.keys("list", "--data", data)
        #expect(list.output.split(separator: "\n").count == 4)
        #expect(!list.output.contains(secret) && !list.output.contains(admin) && !list.output.contains(lost))
        let rows = try await KeysCommandTests.keys("list", "--data", data, "--json").output.split(separator: "\n")
        let objects = rows.map { Value(json: Array($0.utf8)) ?? .null }
        #expect(objects.map { $0["type"].string } == ["CONSOLE", "CONSOLE", "SERVER"])
        #expect(objects.last?["environments"] == ["staging"] && objects.last?["description"] == "CI")

        let mask = String(secret.prefix(12)) + "*****"
        let rotated = try await KeysCommandTests.keys("rotate", "--data", data, mask)
        let second = rotated.output.trimmingCharacters(in: .newlines)
        #expect(rotated.status == 0 && second.hasPrefix("secret-") && second != secret)
        #expect(try await KeysCommandTests.keys("revoke", "--data", data, lost).status == 0)

        try await TestConsole.run(options) { console in
            #expect(try await console.get("/console/v1/keys", key: admin).status == 200)
            #expect(try await console.get("/console/v1/keys", key: lost).status == 401)
            #expect(try await console.send(.POST, "/v1/get_id_lists", key: second).status == 200)
            #expect(try await console.send(.POST, "/v1/get_id_lists", key: String(secret)).status == 401)
            let log = try await console.get("/console/v1/audit_logs?actionType=secret_key_regenerate", key: admin)
            #expect(log.data[0]["updatedBy"] == "gatehouse")
        }
    }

    @Test("While a console uses the file the command refuses and changes nothing; bad arguments are named")
    func refusals() async throws {
        let (options, data) = TestConsole.fileOptions()
        try await TestConsole.run(options) { console in
            for arguments in [["create"], ["list"], ["revoke", console.adminKey]] {
                let run = try await CommandRun(["keys"] + arguments + ["--data", data])
                #expect(run.status == 1)
                #expect(
                    run.errors
                        == "gatehouse: error: \(data): a console uses it; stop that console, or use its Console API "
                        + "with a key\n")
                #expect(run.output == "")
            }
            #expect(try await console.get("/console/v1/keys").data.array?.count == 1)
        }
        let folder = try TestFolder()
        let nowhere = folder.path("nowhere.sqlite")
        let cases: [(arguments: [String], status: Int32, reason: String)] = [
            (["list", "--data", nowhere], 1, "\(nowhere): no such data file"),
            (["create", "--data", data, "--type", "robot"], 2, "there is no type robot"),
            (["create", "--data", data, "--scope", "all"], 2, "there is no scope all; the scopes are: omni_read_only"),
            (["rotate", "--data", data, "nobody"], 1, "there is no key nobody"),
            (["create", "--data", data, "--secret-file", data], 1, "\(data): is there already"),
            (["create"], 2, "missing expected argument '--data <file>'"),
        ]
        for (arguments, status, reason) in cases {
            let run = try await CommandRun(["keys"] + arguments)
            #expect(run.status == status, "\(arguments)")
            #expect(run.errors.hasPrefix("gatehouse: error: \(reason)"), "\(run.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: nowhere))
    }

    @Test("A key that was made offline is shown by a console that shows keys")
    func shown() async throws {
        var (options, data) = TestConsole.fileOptions()
        options.keySecrets = .shown(keyFile: data + ".key")
        _ = try await TestConsole.run(options) { _ in }
        let secret = try await KeysCommandTests.keys("create", "--data", data).output.trimmingCharacters(in: .newlines)
        try await TestConsole.run(options) { console in
            let keys = try await console.get("/console/v1/keys").data.array ?? []
            #expect(keys.contains { $0["key"].string == secret })
        }
    }
}
