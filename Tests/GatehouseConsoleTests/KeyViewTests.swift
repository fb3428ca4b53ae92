// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

/// What environments and target apps of a key hide.
struct KeyViewTests {
    private static func document(_ console: TestConsole, _ members: Object, _ version: String = "v2") async throws
        -> Value
    {
        var body: Object = ["type": "SERVER", "description": "A"]
        for (name, value) in members { body[name] = value }
        let key = try await console.createKey(.object(body)).secret
        return try await console.get("/\(version)/download_config_specs", key: key).json
    }

    private static func names(_ value: Value) -> [String] { (value.object ?? [:]).map(\.name).sorted() }

    @Test("A key with apps sees what is tagged with one of them, with the segments that it asks")
    func apps() async throws {
        var options = TestSpecs.options(TestSpecs.twoApps())
        options.allowsUnknownTargetApps = true
        try await TestConsole.run(options) { console in
            let all = try await KeyViewTests.document(console, [:])
            #expect(KeyViewTests.names(all["feature_gates"]).count == 6)

            let web = try await KeyViewTests.document(console, ["targetAppID": "web"])
            #expect(KeyViewTests.names(web["feature_gates"]) == ["segment:inner", "segment:testers", "web_gate"])
            #expect(KeyViewTests.names(web["dynamic_configs"]) == ["web_config"])
            #expect(!KeyViewTests.names(web["condition_map"]).contains("c_ios_list"))
            #expect(!KeyViewTests.names(web["condition_map"]).contains("c_public"))
            #expect(KeyViewTests.names(web["id_lists"]) == ["web_list"])
            #expect(web["app_id"] == "web")
            #expect(!web.jsonText.contains("ios"))

            let both = try await KeyViewTests.document(
                console, ["targetAppID": "ios", "secondaryTargetAppIDs": ["web"]])
            #expect(
                KeyViewTests.names(both["feature_gates"])
                    == ["ios_gate", "segment:inner", "segment:testers", "web_gate"])
            #expect(both["app_id"] == "ios")
            let secondary = try await KeyViewTests.document(console, ["secondaryTargetAppIDs": ["ios"]])
            #expect(KeyViewTests.names(secondary["feature_gates"]) == ["ios_gate"])
            #expect(secondary["app_id"] == .null)
            let other = try await KeyViewTests.document(console, ["targetAppID": "tv"])
            #expect(KeyViewTests.names(other["feature_gates"]) == [])
            #expect(other["has_updates"] == true)

            let older = try await KeyViewTests.document(console, ["targetAppID": "web"], "v1")
            let gates = (older["feature_gates"].array ?? []).compactMap { $0["name"].string }
            #expect(gates.sorted() == ["segment:inner", "segment:testers", "web_gate"])
        }
    }

    @Test("A key with environments doesn't see the rules of others")
    func environments() async throws {
        try await TestConsole.run(TestSpecs.options(TestSpecs.twoApps())) { console in
            let cases: [(Value, [String], Value)] = [
                ([], ["staging", "not_prod", "list", "segment"], nil),
                (["production"], ["list", "segment"], "production"),
                (["STAGING"], ["staging", "not_prod", "list", "segment"], "STAGING"),
                (["development"], ["not_prod", "list", "segment"], "development"),
                (["development", "production"], ["not_prod", "list", "segment"], nil),
            ]
            for (environments, rules, defaultEnvironment) in cases {
                let document = try await KeyViewTests.document(console, ["environments": environments])
                let ids = (document["feature_gates"]["web_gate"]["rules"].array ?? []).compactMap { $0["id"].string }
                #expect(ids == rules, "\(environments)")
                #expect(document["default_environment"] == defaultEnvironment)
                let older = try await KeyViewTests.document(console, ["environments": environments], "v1")
                let gate = (older["feature_gates"].array ?? []).first { $0["name"] == "web_gate" } ?? .null
                #expect((gate["rules"].array ?? []).compactMap { $0["id"].string } == rules)
            }
        }
    }

    @Test("A key that is given another view gets other specs, as newer ones")
    func change() async throws {
        try await TestConsole.run(TestSpecs.options(TestSpecs.twoApps())) { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"])
            let path = "/v2/download_config_specs"
            let before = try await console.get(path, key: key.secret).json["time"].integer ?? 0
            _ = try await console.send(.PATCH, "/console/v1/keys/\(key.id)", json: ["targetAppID": "web"])
            let after = try await console.get("\(path)?sinceTime=\(before)", key: key.secret).json
            #expect(KeyViewTests.names(after["feature_gates"]).count == 3)
            #expect(try #require(after["time"].integer) > before)
            // A description changes nothing that is downloaded.
            _ = try await console.send(.PATCH, "/console/v1/keys/\(key.id)", json: ["description": "B"])
            let same = try await console.get("\(path)?sinceTime=\(after["time"].integer ?? 0)", key: key.secret)
            #expect(same.json == ["has_updates": false])
        }
    }
}
