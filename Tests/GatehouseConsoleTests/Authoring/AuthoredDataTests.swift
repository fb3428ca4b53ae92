// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import TestSupport
import Testing

/// What has been authored, as data: kept, served with documents, made from them.
struct AuthoredDataTests {
    @Test("After kill -9 in the middle of changes each that was acknowledged is there, and none by half")
    func killed() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString).sqlite").path
        defer { for end in ["", "-wal", "-shm", ".lock"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let first = try ServeProcess(["--data", path, "--no-rate-limits"])
        let console = TestConsole(url: try await first.url(), adminKey: try await first.firstKey())
        try await console.author(.POST, "layers", ["name": "layer", "idType": "userID"])
        try await console.author(
            .PATCH, "layers/layer", ["parameters": [["name": "p", "type": "number", "defaultValue": 0]]])
        // Each round changes an experiment and its layer in one go.
        let writer = Task {
            var acknowledged: [Int] = []
            for round in 0..<10_000 {
                let name = "round_\(round)"
                let group: Value = ["name": "Only", "size": 100, "parameterValues": ["p": .integer(Int64(round))]]
                do {
                    let body: Value = [
                        "name": .string(name), "layerID": "layer", "allocation": 0, "groups": [group],
                    ]
                    _ = try await console.send(.POST, "/console/v1/experiments", json: body)
                    _ = try await console.send(.PUT, "/console/v1/experiments/\(name)/start")
                    let decided = try await console.send(
                        .PUT, "/console/v1/experiments/\(name)/make_decision",
                        json: ["id": "Only", "decisionReason": "x"])
                    guard decided.status == 200 else { break }
                    acknowledged.append(round)
                } catch { break }
            }
            return acknowledged
        }
        try await until("some changes are made") {
            try await console.get("/console/v1/experiments?status=decision_made").data.array?.count ?? 0 >= 10
        }
        #expect(try await first.end(SIGKILL) == 128 + SIGKILL)
        let acknowledged = await writer.value
        #expect(acknowledged.count >= 10)

        let second = try ServeProcess(["--data", path, "--no-rate-limits"])
        let after = TestConsole(url: try await second.url(), adminKey: console.adminKey)
        for round in acknowledged {
            #expect(try await after.author(.GET, "experiments/round_\(round)")["status"] == "decision_made")
        }
        let experiments = try await after.get("/console/v1/experiments?status=decision_made&limit=100").data.array ?? []
        let last = experiments.compactMap { $0["groups"][0]["parameterValues"]["p"].integer }.max()
        let layer = try await after.author(.GET, "layers/layer")["parameters"][0]["defaultValue"].integer
        #expect(layer == last)
        #expect(try await second.end(SIGTERM) == 0)
    }

    @Test("What is authored is served with an imported document, wins over it, and rules may ask the document's gates")
    func withDocument() async throws {
        try await TestConsole.run(TestSpecs.options(TestSpecs.twoApps())) { console in
            let everyone: Value = ["name": "r", "passPercentage": 100, "conditions": [["type": "public"]]]
            #expect(try await console.ruleset().passes("ios_gate", "u") == false)
            try await console.author(.POST, "gates", ["name": "ios_gate", "rules": [everyone]])
            try await console.author(
                .POST, "gates",
                [
                    "name": "asks",
                    "rules": [
                        [
                            "name": "r", "passPercentage": 100,
                            "conditions": [["type": "passes_gate", "targetValue": "untagged_gate"]],
                        ]
                    ],
                ])
            for version in ["v1", "v2"] {
                let ruleset = try await console.ruleset(version)
                #expect(ruleset.passes("ios_gate", "u"))
                #expect(ruleset.passes("asks", "u"))
                #expect(ruleset.passes("untagged_gate", "u"))
            }
            try await console.author(.DELETE, "gates/ios_gate")
            #expect(try await console.ruleset().passes("ios_gate", "u") == false)
        }
    }

    @Test("A change is in the next download, with a later time, and the same after a restart")
    func times() async throws {
        let (options, path) = TestConsole.fileOptions()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (secret, last) = try await TestConsole.run(options) { console -> (String, [UInt8]) in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            #expect(try await console.get("/v2/download_config_specs", key: key).status == 503)
            var time: Int64 = 0
            for index in 0..<5 {
                try await console.author(.POST, "gates", ["name": .string("gate \(index)")])
                let document = try await console.get("/v2/download_config_specs?sinceTime=\(time)", key: key).json
                #expect(document["feature_gates"].object?.count == index + 1)
                let next = document["time"].integer ?? 0
                #expect(next > time)
                time = next
                #expect(
                    try await console.get("/v2/download_config_specs?sinceTime=\(time)", key: key).json
                        == ["has_updates": false])
            }
            return (key, try await console.get("/v2/download_config_specs", key: key).body)
        }
        try await TestConsole.run(options) { console in
            let body = try await console.get("/v2/download_config_specs", key: secret).body
            #expect(body == last)
        }
    }

    @Test("What was compiled change by change is what is compiled as a whole, byte for byte")
    func incremental() async throws {
        let (options, path) = TestConsole.fileOptions()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (secret, before) = try await TestConsole.run(options) { console -> (String, [[UInt8]]) in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            try await AuthoringExampleTests.author(console)
            try await console.author(.PATCH, "layers/shop", ["description": "x"])
            try await console.author(
                .PUT, "experiments/color_test/make_decision", ["id": "Blue", "decisionReason": "y"])
            try await console.author(.PATCH, "holdouts/q3_holdout", ["passPercentage": 3])
            try await console.author(.DELETE, "gates/g_env_any")
            return (key, try await AuthoredDataTests.documents(console, key))
        }
        try await TestConsole.run(options) { console in
            let after = try await AuthoredDataTests.documents(console, secret)
            #expect(after == before)
        }
    }

    private static func documents(_ console: TestConsole, _ key: String) async throws -> [[UInt8]] {
        [
            try await console.get("/v1/download_config_specs", key: key).body,
            try await console.get("/v2/download_config_specs", key: key).body,
        ]
    }

    @Test("Segments above 1,000 IDs are files, whose changes are lines at the end")
    func longSegments() async throws {
        try await TestConsole.run { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            @Sendable func served() async throws -> (document: Value, lists: Value) {
                (
                    try await console.get("/v2/download_config_specs", key: key).json,
                    try await console.send(.POST, "/v1/get_id_lists", key: key).json
                )
            }
            try await console.author(.POST, "segments", ["name": "many", "type": "id_list"])
            let ids = (0..<1000).map { Value.string("id\($0)") }
            try await console.author(.PATCH, "segments/many/id_list", ["ids": .array(ids)])
            #expect(try await served().document["id_lists"] == [:])
            #expect(try await served().lists == [:])
            try await console.author(.PATCH, "segments/many/id_list", ["ids": ["one more", "id1"]])
            let first = try await served()
            #expect(first.document["id_lists"] == ["many": true])
            #expect(first.lists["many"]["size"] == 10_010)
            try await console.author(.PATCH, "segments/many/id_list", ["ids": ["another"]])
            try await console.author(.DELETE, "segments/many/id_list", ["ids": ["id0"]])
            let second = try await served()
            #expect(second.lists["many"]["fileID"] == first.lists["many"]["fileID"])
            let url = try #require(second.lists["many"]["url"].string)
            let text = try await console.get(String(url.dropFirst(console.url.count)), key: nil).text
            #expect(text.split(separator: "\n").map { $0.prefix(1) }.suffix(2) == ["+", "-"])
            for (user, isIn) in [("another", true), ("id0", false), ("id999", true), ("stranger", false)] {
                let answer = try await console.send(
                    .POST, "/v1/check_gate", key: key,
                    json: ["gateName": "segment:many", "user": ["userID": .string(user)]]
                ).json
                #expect(answer["value"].bool == isIn, "\(user)")
            }
            try await console.author(.POST, "segments/many/id_list/reset", ["ids": []])
            #expect(try await served().lists == [:])
            let wrong = try await console.send(.POST, "/console/v1/segments/many/conditional", json: [])
            #expect(wrong.message == "Segment must be of type 'rule_based' to be modified on this endpoint")
        }
    }

    @Test("A document becomes a project that is served as the document was, and can be edited")
    func imported() async throws {
        let expected = try #require(JSONText.value(try Fixture.bytes("sample/sample-expected.json"))["results"].array)
        try await TestConsole.run { console in
            let response = try await console.send(
                .POST, "/console/v1/import", body: try TestSpecs.sample(),
                headers: [("Content-Type", "application/json")])
            #expect(response.status == 201)
            #expect(response.data["count"] == 16)
            // Its groups aren't in the document.
            #expect(response.data["verbatim"] == [["family": "experiments", "id": "size_test"]])
            for version in ["v1", "v2"] {
                let ruleset = try await console.ruleset(version)
                for row in expected { SpecConversionTests.compare(row, ruleset, "imported as \(version)") }
            }
            #expect(try await console.author(.GET, "gates/new_home")["rules"].array?.count == 3)
            #expect(try await console.author(.GET, "holdouts/q3_holdout")["layerIDs"] == ["shop"])
            try await console.author(.PATCH, "gates/new_home/overrides", ["passingUserIDs": ["me"]])
            #expect(try await console.ruleset().passes("new_home", "me"))
            #expect(try await console.send(.PUT, "/console/v1/experiments/size_test/start").status == 400)
            #expect(try await console.send(.POST, "/console/v1/import", body: try TestSpecs.sample()).status == 400)
        }
    }
}
