// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import GatehouseSpec
import NIOHTTP1
import TestSupport
import Testing

struct EvaluationAPITests {
    @Test("Gates, configs and layers are evaluated as the reference does, and leave exposures behind")
    func evaluations() async throws {
        let expected = try #require(JSONText.value(try Fixture.bytes("sample/sample-expected.json"))["results"].array)
        // An environment of its own, so that the default of the console's documents doesn't count.
        let rows = expected.filter { $0["env"] != .null }
        try await TestConsole.run(TestSpecs.options(try TestSpecs.sample())) { console in
            let key = try await console.createKey(["type": "CLIENT", "description": "A"]).secret
            let paths = ["gate": ("check_gate", "gateName"), "layer": ("get_layer", "layerName")]
            for row in rows {
                let (path, member) = paths[row["kind"].string ?? ""] ?? ("get_config", "configName")
                var user = try #require(row["user"].object)
                user["statsigEnvironment"] = ["tier": row["env"]]
                let response = try await console.send(
                    .POST, "/v1/\(path)", key: key, json: .object([member: row["name"], "user": .object(user)]))
                #expect(response.status == 200)
                #expect(response.json["value"] == row["value"], "\(row["name"]) \(row["user"].jsonText)")
                #expect(response.json["rule_id"] == row["ruleID"])
                #expect(response.json["name"] == row["name"])
            }
            for (kind, event) in [("gate", "gate"), ("layer", "layer")] {
                let count = rows.count { $0["kind"].string == kind }
                #expect(count > 0)
                #expect(try await console.console.eventCount(named: "statsig::\(event)_exposure") == count)
            }
            let quiet = try await console.send(
                .POST, "/v1/check_gate", key: key,
                json: [
                    "gateName": "nothing", "user": [:], "statsigMetadata": ["exposureLoggingDisabled": true],
                ])
            #expect(quiet.json["value"] == false)
            #expect(quiet.json["rule_id"] == "")
            let count = rows.count { $0["kind"].string == "gate" }
            #expect(try await console.console.eventCount(named: "statsig::gate_exposure") == count)
        }
    }

    @Test("An exposure that the console stores has the members of an SDK's exposure, and no private attributes")
    func exposureMembers() async throws {
        try await TestConsole.run(TestSpecs.options(try TestSpecs.sample())) { console in
            let key = try await console.createKey(["type": "CLIENT", "description": "A"]).secret
            func event(_ name: String) async throws -> Object {
                let stored = try await console.get("/console/v1/events/statsig%3A%3A\(name)_exposure")
                var event = try #require(stored.data[0]["event"].object)
                #expect(try #require(event["time"]?.integer) > 1_700_000_000_000)
                event["time"] = nil
                return event
            }
            let owned = try await console.send(
                .POST, "/ofrep/v1/evaluate/flags/shop.size", key: key, json: ["context": ["targetingKey": "vip"]])
            #expect(owned.status == 200)
            let secondary: Value = ["gate": "q3_holdout", "gateValue": "false", "ruleID": "hr1:5.00:1"]
            #expect(
                try await event("layer") == [
                    "eventName": "statsig::layer_exposure", "user": ["userID": "vip"], "value": nil,
                    "metadata": [
                        "config": "shop", "parameterName": "size", "isExplicitParameter": "true",
                        "allocatedExperiment": "size_test", "ruleID": "prestart", "reason": "Network:Recognized",
                        "configVersion": "1",
                    ],
                    "statsigMetadata": ["sdkType": "gatehouse-console"], "secondaryExposures": [secondary, secondary],
                ])
            _ = try await console.send(
                .POST, "/v1/check_gate", key: key,
                json: [
                    "gateName": "nothing",
                    "user": ["userID": "a\"b", "privateAttributes": ["email": "a@b.example"], "email": "c"],
                ])
            #expect(
                try await event("gate") == [
                    "eventName": "statsig::gate_exposure", "user": ["userID": "a\"b", "email": "c"], "value": nil,
                    "metadata": [
                        "gate": "nothing", "gateValue": "false", "ruleID": "", "reason": "Network:Unrecognized",
                    ],
                    "statsigMetadata": ["sdkType": "gatehouse-console"], "secondaryExposures": [],
                ])
        }
    }

    @Test("A body that a client in a browser has encoded is read, and refused if it isn't what it says")
    func encodedBodies() async throws {
        try await TestConsole.run(TestSpecs.options(try TestSpecs.sample())) { console in
            let key = try await console.createKey(["type": "CLIENT", "description": "A"]).secret
            // What browsers encode are the code points of the text, as long as they are below 256.
            let text = #"{"user":{"userID":"Zoë"}}"#
            let latin = text.unicodeScalars.compactMap { UInt8(exactly: $0.value) }
            let encoded = Array(Data(latin).base64EncodedString().utf8.reversed())
            let response = try await console.send(.POST, "/v1/initialize?se=1", key: key, body: encoded)
            #expect(response.status == 200)
            #expect(response.json["user"]["userID"] == "Zoë")
            let plain = try await console.send(.POST, "/v1/initialize?se=1", key: key, body: Array(text.utf8))
            #expect(plain.status == 400)
            #expect(plain.json["errors"][0]["property"].string == "body")
        }
    }

    @Test("Bodies without a name or a user are refused")
    func refusals() async throws {
        try await TestConsole.run(TestSpecs.options(try TestSpecs.sample())) { console in
            let key = try await console.createKey(["type": "CLIENT", "description": "A"]).secret
            let bodies: [(Value, String)] = [
                (["user": [:]], "gateName"), (["gateName": 1, "user": [:]], "gateName"),
                (["gateName": "a"], "user"), (["gateName": "a", "user": "u1"], "user"),
                (["gateName": "a", "user": ["custom": 1]], "user"), ([], "body"),
            ]
            for (body, property) in bodies {
                let response = try await console.send(.POST, "/v1/check_gate", key: key, json: body)
                #expect(response.status == 400)
                #expect(response.json["errors"][0]["property"].string == property)
            }
        }
    }

    @Test("Initialize answers what the engine does for the key's view, with names hashed unless the key may have them")
    func initialize() async throws {
        try await TestConsole.run(TestSpecs.options(TestSpecs.twoApps())) { console in
            let server = try await console.createKey(["type": "SERVER", "description": "A", "targetAppID": "web"])
            let document = try await console.get("/v2/download_config_specs", key: server.secret).body
            let ruleset = try Ruleset(document: document)
            let hashed = try await console.createKey(["type": "CLIENT", "description": "A", "targetAppID": "web"])
            let plain = try await console.createKey([
                "type": "CLIENT", "description": "A", "targetAppID": "web", "scopes": ["none_hash_enabled"],
            ])
            let user: Value = ["userID": "tester", "custom": ["a": 1]]
            let cases: [(String, String, NameHash)] = [
                (hashed.secret, "djb2", .djb2), (hashed.secret, "sha256", .sha256), (hashed.secret, "none", .djb2),
                (hashed.secret, "md5", .djb2), (plain.secret, "none", .none), (plain.secret, "djb2", .djb2),
            ]
            for (key, asked, used) in cases {
                let response = try await console.send(
                    .POST, "/v1/initialize", key: key, json: ["user": user, "hash": .string(asked)])
                #expect(response.status == 200)
                var options = ClientResponseOptions()
                options.nameHash = used
                let expected = ruleset.clientInitializeResponse(
                    for: try User(json: Array(user.jsonText.utf8)), in: EvaluationContext(clock: { 0 }),
                    options: options)
                // The time differs: keys that came later changed it.
                #expect(response.json["feature_gates"] == JSONText.value(expected)["feature_gates"], "\(asked)")
                #expect(response.json["dynamic_configs"] == JSONText.value(expected)["dynamic_configs"])
                #expect(response.json["hash_used"].string == used.rawValue)
                #expect(response.text.contains("web_gate") == (used == .none))
                #expect(!response.text.contains("ios_gate"))
                let time = response.json["time"]
                let again = try await console.send(
                    .POST, "/v1/initialize", key: key, json: ["user": user, "hash": .string(asked), "sinceTime": time])
                #expect(again.json == ["has_updates": false])
            }
        }
    }

    @Test("Browsers may ask from any page")
    func browsers() async throws {
        try await TestConsole.run(TestSpecs.options(TestSpecs.twoApps())) { console in
            let preflight = try await console.send(
                .OPTIONS, "/v1/initialize", key: nil,
                headers: [("Origin", "http://a.example"), ("Access-Control-Request-Headers", "statsig-api-key")])
            #expect(preflight.status == 204)
            #expect(preflight.headers.first(name: "access-control-allow-origin") == "*")
            #expect(preflight.headers.first(name: "access-control-allow-headers") == "statsig-api-key")
            let refused = try await console.send(.POST, "/v1/initialize?k=client-x", key: nil, json: ["user": [:]])
            #expect(refused.status == 401)
            #expect(refused.headers.first(name: "access-control-allow-origin") == "*")
            let console = try await console.get("/console/v1/keys")
            #expect(console.headers.first(name: "access-control-allow-origin") == nil)
        }
    }
}
