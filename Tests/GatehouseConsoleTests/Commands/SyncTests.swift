// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

/// `gatehouse sync` between consoles and folders.
struct SyncTests {
    private static func sync(_ console: TestConsole, _ folder: TestFolder, _ arguments: String...) async throws
        -> CommandRun
    {
        try await CommandRun(
            ["sync", folder.url.path] + arguments.map { $0 == "URL" ? console.url : $0 },
            environment: ["GATEHOUSE_CONSOLE_KEY": console.adminKey])
    }

    /// Fills a console with an entity of each family, some of which need others.
    private static func fill(_ console: TestConsole) async throws {
        func post(_ path: String, _ body: Value) async throws { try await console.author(.POST, path, body) }
        try await post("unit_id_types", ["name": "companyID", "description": "a company"])
        try await post("tags", ["name": "Core Tag", "description": "core"])
        try await post("target_app", ["name": "web", "description": ""])
        let environments = try await console.author(.GET, "environments")["environments"].array ?? []
        try await post("environments", ["environments": .array(environments + [["name": "qa"]])])
        let staff: Value = [
            "name": "r", "passPercentage": 100,
            "conditions": [["type": "email", "operator": "str_contains_any", "targetValue": ["@corp.example"]]],
        ]
        try await post("segments", ["name": "staff", "type": "rule_based", "rules": [staff]])
        try await post("segments", ["name": "listed", "type": "id_list"])
        let everyone: Value = [
            "name": "all", "passPercentage": 50, "conditions": [["type": "public"]], "environments": ["qa"],
        ]
        try await post("gates", ["name": "z_base", "rules": [everyone], "tags": ["Core Tag"], "targetApps": ["web"]])
        try await post(
            "gates",
            [
                "name": "a_needs_base", "idType": "companyID",
                "rules": [
                    [
                        "name": "r", "passPercentage": 12.5,
                        "conditions": [["type": "passes_gate", "targetValue": "z_base"]],
                    ],
                    [
                        "name": "s", "passPercentage": 1,
                        "conditions": [["type": "passes_segment", "targetValue": "staff"]],
                    ],
                ],
            ])
        try await post(
            "dynamic_configs",
            ["name": "colors", "defaultValue": ["a": 1], "isEnabled": false, "description": "Ünïcode"])
        try await post(
            "layers",
            [
                "name": "shop", "idType": "userID",
                "parameters": [["name": "x", "type": "number", "defaultValue": 1]],
            ])
        try await post(
            "experiments",
            [
                "name": "prices", "hypothesis": "h", "layerID": "shop", "allocation": 40,
                "groups": [
                    ["name": "a", "size": 50, "parameterValues": ["x": 1]],
                    ["name": "b", "size": 50, "parameterValues": ["x": 2]],
                ],
            ])
        try await console.author(.PUT, "experiments/prices/start", [:])
        try await post("holdouts", ["name": "hold", "passPercentage": 5, "gateIDs": ["z_base"]])
        try await post(
            "param_stores",
            [
                "name": "params", "description": "",
                "parameters": [["name": "p", "ref_type": "static", "param_type": "string", "value": "v"]],
            ])
    }

    @Test("What a console has is written, read by another console, and stays the same for every user")
    func roundTrip() async throws {
        try await TestConsole.run { first in
            try await SyncTests.fill(first)
            let folder = try TestFolder()
            let written = try await SyncTests.sync(first, folder, "--from", "URL")
            #expect(written.status == 0, "\(written.errors)")
            #expect(written.output.hasSuffix("13 changes made, 0 entities unchanged\n"), "\(written.output)")
            let again = try await SyncTests.sync(first, folder, "--from", "URL", "--dry-run")
            #expect(
                again.status == 0 && again.output == "0 changes to make, 12 entities unchanged\n", "\(again.output)")
            let back = try await SyncTests.sync(first, folder, "--to", "URL", "--dry-run")
            #expect(back.status == 0 && back.output == "0 changes to make, 12 entities unchanged\n", "\(back.output)")

            try await TestConsole.run { second in
                let plan = try await SyncTests.sync(second, folder, "--to", "URL", "--dry-run")
                #expect(plan.status == 3, "\(plan.errors)")
                #expect(plan.output.contains("create gates/a_needs_base\n"))
                #expect(try await second.get("/console/v1/gates").data == [])
                let made = try await SyncTests.sync(second, folder, "--to", "URL")
                #expect(made.status == 0, "\(made.errors)")
                #expect(made.output.hasSuffix("13 changes made, 0 entities unchanged\n"), "\(made.output)")
                let count = try await second.get("/console/v1/audit_logs").json["pagination"]["totalItems"]
                let idle = try await SyncTests.sync(second, folder, "--to", "URL")
                #expect(idle.status == 0 && idle.output == "0 changes made, 12 entities unchanged\n", "\(idle.output)")
                #expect(try await second.get("/console/v1/audit_logs").json["pagination"]["totalItems"] == count)
                // A percentage that is changed in a file gives its rule a new ID, and stays in step.
                let gate = folder.url.appending(path: "gates/z_base.json")
                let edited = try String(contentsOf: gate, encoding: .utf8)
                    .replacing(#""passPercentage": 50"#, with: #""passPercentage": 60"#)
                try Data(edited.utf8).write(to: gate)
                for console in [first, second] {
                    for count in [1, 0] {
                        let run = try await SyncTests.sync(console, folder, "--to", "URL")
                        #expect(run.output.contains("\(count) changes made"), "\(run.output) \(run.errors)")
                    }
                }
                let (one, two) = (try await first.ruleset(), try await second.ruleset())
                for number in 0..<200 {
                    let user = "user-\(number)"
                    for gate in ["z_base", "a_needs_base"] {
                        #expect(one.passes(gate, user) == two.passes(gate, user), "\(gate) \(user)")
                    }
                    #expect(one.config("prices", user).value == two.config("prices", user).value, "\(user)")
                    #expect(one.config("prices", user).rule == two.config("prices", user).rule, "\(user)")
                }
            }
        }
    }

    @Test("Files that people write are created, updated and, when it is asked for, deleted; a key by file works")
    func files() async throws {
        try await TestConsole.run { console in
            let folder = try TestFolder()
            func write(_ name: String, _ text: String) throws {
                let file = folder.url.appending(path: name)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            }
            try write("README.md", "Flags of the shop")
            try write(
                "gates/new_home.json",
                #"{"name":"new_home","rules":[{"name":"r","passPercentage":10,"conditions":[{"type":"public"}]}]}"#)
            try write("gates/old.json", #"{"name":"old","description":"goes"}"#)
            try write("segments/staff.json", #"{"name":"staff","type":"rule_based","rules":[]}"#)
            let first = try await SyncTests.sync(console, folder, "--to", "URL")
            #expect(first.status == 0, "\(first.errors)")
            #expect(
                first.output
                    == "create segments/staff\ncreate gates/new_home\ncreate gates/old\n3 changes made, 0 entities unchanged\n"
            )
            let rule = try await console.get("/console/v1/gates/new_home").data["rules"][0]

            // The console made an ID and a salt, which stay when the file changes.
            try write(
                "gates/new_home.json",
                #"{"name":"new_home","rules":[{"name":"r","passPercentage":20,"conditions":[{"type":"public"}]}]}"#)
            try write(
                "segments/staff.json",
                #"{"name":"staff","type":"rule_based","rules":[{"name":"s","passPercentage":100,"conditions":[]}]}"#)
            try FileManager.default.removeItem(at: folder.url.appending(path: "gates/old.json"))
            let plan = try await SyncTests.sync(console, folder, "--to", "URL", "--dry-run", "--delete")
            #expect(plan.status == 3)
            #expect(
                plan.output
                    == "update segments/staff: rules\nupdate gates/new_home: rules\ndelete gates/old\n"
                    + "3 changes to make, 0 entities unchanged\n")
            let kept = try await SyncTests.sync(console, folder, "--to", "URL")
            #expect(kept.output.hasSuffix("2 changes made, 0 entities unchanged, 1 at the console only\n"))
            let updated = try await console.get("/console/v1/gates/new_home").data["rules"][0]
            #expect(updated["baseID"] == rule["baseID"] && updated["salt"] == rule["salt"])
            #expect(updated["passPercentage"] == 20)
            let key = folder.path("console.key")
            #expect(
                FileManager.default.createFile(
                    atPath: key, contents: Data("\(console.adminKey)\n".utf8), attributes: [.posixPermissions: 0o600]))
            let deleted = try await CommandRun(
                [
                    "sync", folder.url.path, "--to", console.url + "/console/v1/", "--delete", "--console-key",
                    "file:\(key)",
                ])
            #expect(deleted.output == "delete gates/old\n1 changes made, 2 entities unchanged\n", "\(deleted.errors)")
            #expect(try await console.get("/console/v1/gates/old").status == 404)
        }
    }

    @Test("A rate limit of the console makes the command wait, and nothing is lost")
    func rateLimit() async throws {
        var options = TestConsole.options()
        options.rateLimits = RateLimits([RateLimits.Window(3, perSeconds: 5)])
        try await TestConsole.run(options) { console in
            let folder = try TestFolder()
            let gates = folder.url.appending(path: "gates")
            try FileManager.default.createDirectory(at: gates, withIntermediateDirectories: true)
            for number in 1...8 {
                let text = #"{"name":"gate_\#(number)"}"#
                try Data(text.utf8).write(to: gates.appending(path: "gate_\(number).json"))
            }
            let run = try await SyncTests.sync(console, folder, "--to", "URL")
            #expect(run.status == 0 && run.output.hasSuffix("8 changes made, 0 entities unchanged\n"))
            #expect(run.errors.contains("the console's rate limit is reached; waiting "))
            let count = try await console.get("/console/v1/gates").json["pagination"]["totalItems"]
            #expect(count == 8)
        }
    }

    @Test(
        "A member that is removed from a value and a large integer are differences",
        arguments: [#"{"a": 1}"#, #"{"a": 1, "b": 9007199254740992}"#, #"{"a": 1, "b": "9007199254740993"}"#])
    func values(value: String) async throws {
        try await TestConsole.run { console in
            try await console.author(
                .POST, "dynamic_configs", ["name": "limits", "defaultValue": ["a": 1, "b": 9_007_199_254_740_993]])
            let folder = try TestFolder()
            #expect(try await SyncTests.sync(console, folder, "--from", "URL").status == 0)
            let file = folder.url.appending(path: "dynamic_configs/limits.json")
            let same = #"{"id": "limits", "name": "limits", "defaultValue": {"b": 9007199254740993, "a": 1.0}}"#
            try Data(same.utf8).write(to: file)
            #expect(try await SyncTests.sync(console, folder, "--to", "URL", "--dry-run").status == 0)
            try Data(#"{"id": "limits", "name": "limits", "defaultValue": \#(value)}"#.utf8).write(to: file)
            #expect(try await SyncTests.sync(console, folder, "--to", "URL", "--dry-run").status == 3)
            #expect(try await SyncTests.sync(console, folder, "--to", "URL").status == 0)
            let shown = try await console.author(.GET, "dynamic_configs/limits")["defaultValue"]
            #expect(shown == Value(json: Array(value.utf8)))
        }
    }

    @Test("An ID that begins with a dot has a file that is read again")
    func dots() async throws {
        try await TestConsole.run { console in
            try await console.author(.POST, "gates", ["name": ".hidden"])
            let folder = try TestFolder()
            #expect(try await SyncTests.sync(console, folder, "--from", "URL").status == 0)
            let back = try await SyncTests.sync(console, folder, "--to", "URL", "--delete", "--dry-run")
            #expect(back.status == 0 && !back.output.contains("delete"), "\(back.output)\(back.errors)")
        }
    }

    @Test("What can't be synchronized ends with 1 and says which file and why; nothing is changed by a bad plan")
    func refusals() async throws {
        try await TestConsole.run { console in
            let folder = try TestFolder()
            try FileManager.default.createDirectory(
                at: folder.url.appending(path: "gates"), withIntermediateDirectories: true)
            func run(_ file: String, _ text: String) async throws -> CommandRun {
                let url = folder.url.appending(path: file)
                try Data(text.utf8).write(to: url)
                defer { try? FileManager.default.removeItem(at: url) }
                return try await SyncTests.sync(console, folder, "--to", "URL")
            }
            try await console.author(.POST, "gates", ["name": "here"])
            let cases: [(file: String, text: String, reason: String)] = [
                ("gates/a_gate.json", "[]", "gates/a_gate.json: isn't a JSON object"),
                ("gates/a_gate.json", #"{"id":"other"}"#, "its id differs from the name of the file"),
                ("gate.json", "{}", "must be in the folder of its family"),
                ("gates/a%5Fgate.json", "{}", "the file must be named a_gate.json"),
                ("environments.json", #"{"environments":["production"]}"#, "must be an object with a name"),
                (
                    "gates/a_gate.json", #"{"isEnabled":5}"#,
                    "create gates/a_gate: 400 isEnabled must be of type boolean"
                ),
                (
                    "gates/here.json", #"{"name":"here","idType":"stableID"}"#,
                    "gates/here: an update can't change idType"
                ),
                (
                    "gates/a_gate.json",
                    #"{"name":"a_gate","rules":[{"name":"r","passPercentage":1,"conditions":[{"type":"passes_gate","targetValue":"no"}]}]}"#,
                    "must be the ID of a gate that exists"
                ),
            ]
            for (file, text, reason) in cases {
                let result = try await run(file, text)
                #expect(result.status == 1, "\(text)")
                #expect(result.errors.contains(reason), "\(result.errors)")
            }
            #expect(try await console.get("/console/v1/gates").data.array?.count == 1)
            let noKey = try await CommandRun(
                ["sync", folder.url.path, "--to", console.url], environment: ["GATEHOUSE_CONSOLE_KEY": ""])
            #expect(noKey.errors == "gatehouse: error: the environment variable GATEHOUSE_CONSOLE_KEY has no key\n")
            let wrong = try await CommandRun(
                ["sync", folder.url.path, "--to", console.url, "--console-key", "console-abcdefghijkl"])
            #expect(wrong.status == 1 && !wrong.errors.contains("console-abcdefghijkl"))
            let nobody = try await CommandRun(
                ["sync", folder.url.path, "--to", "http://127.0.0.1:1", "--console-key", console.adminKey])
            #expect(nobody.status == 1 && nobody.errors.contains("http://127.0.0.1:1: Connection refused"))
            let both = try await SyncTests.sync(console, folder, "--to", "URL", "--from", "URL")
            #expect(both.status == 2)
        }
    }
}
