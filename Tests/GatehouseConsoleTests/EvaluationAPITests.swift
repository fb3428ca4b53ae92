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
                (["gateName": "a", "user": []], "user"), (["gateName": "a", "user": "u1"], "user"),
                (["gateNames": "a"], "gateNames"), (["gateNames": ["a", 1]], "gateNames"),
                (["gateNames": .array((0...100).map { .string("g\($0)") })], "gateNames"),
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
            #expect(preflight.headers.first(name: "access-control-allow-methods") == "POST")
            let download = try await console.send(
                .OPTIONS, "/v1/download_config_specs", key: nil, headers: [("Origin", "http://a.example")])
            #expect(download.headers.first(name: "access-control-allow-methods") == "GET, POST")
            let refused = try await console.send(.POST, "/v1/initialize?k=client-x", key: nil, json: ["user": [:]])
            #expect(refused.status == 401)
            #expect(refused.headers.first(name: "access-control-allow-origin") == "*")
            let console = try await console.get("/console/v1/keys")
            #expect(console.headers.first(name: "access-control-allow-origin") == nil)
        }
    }

    @Test("Specs are downloaded by client keys in the query or the path, from any page")
    func downloads() async throws {
        try await TestConsole.run(TestSpecs.options(TestSpecs.twoApps())) { console in
            let key = try await console.createKey([
                "type": "CLIENT", "description": "A", "scopes": ["client_download_config_specs"],
            ]).secret
            let other = try await console.createKey(["type": "CLIENT", "description": "A"]).secret
            let server = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            for version in ["v1", "v2"] {
                for path in ["?k=\(key)&st=js-on-device&sv=3", "/\(key).json", "/\(key).js", "/x.json?k=\(key)"] {
                    let response = try await console.send(
                        .GET, "/\(version)/download_config_specs\(path)", key: nil,
                        headers: [("Origin", "http://a.example")])
                    #expect(response.status == 200, "\(version) \(path)")
                    #expect(response.json["has_updates"] == true)
                    #expect(response.headers.first(name: "access-control-allow-origin") == "*")
                }
            }
            let refused = try await console.get("/v1/download_config_specs?k=\(other)", key: nil)
            #expect(refused.status == 403)
            #expect(refused.headers.first(name: "access-control-allow-origin") == "*")
            #expect(try await console.send(.POST, "/v1/get_id_lists?k=\(server)", key: nil).status == 200)
            #expect(try await console.get("/v1/id_lists/none?k=\(server)", key: nil).status == 404)
            #expect(try await console.get("/v1/id_lists/none?k=\(other)", key: nil).status == 401)
        }
    }

    @Test("The official description of the HTTP API holds: several gates, groups without a name, ranked lists")
    func description() async throws {
        try await TestConsole.run(TestSpecs.options(SDKSpecs.document)) { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            let user: Value = ["userID": "u", "appVersion": "3", "custom": ["age": 1]]
            let many = try await console.ask(
                "/v1/check_gate", key, ["gateNames": ["version", "soon", "nothing", "version"], "user": user])
            #expect(many.object?.map(\.name) == ["version", "soon", "nothing"])
            #expect(many["version"]["value"] == true)
            #expect(many["version"]["group_name"] == "Group version")
            #expect(many["soon"]["name"] == "soon")
            #expect(many["nothing"]["value"] == false)
            #expect(many["nothing"].object?["group_name"] == .some(.null))
            #expect(try await console.ask("/v1/check_gate", key, ["gateNames": [], "user": user]) == [:])
            #expect(try await console.stored("statsig::gate_exposure").count == 3)
            let one = try await console.ask("/v1/check_gate", key, ["gateName": "version"])
            #expect(one.object?["group_name"] == .some(.null))
            let config = try await console.ask("/v1/get_config", key, ["configName": "plain", "user": user])
            #expect(config.object?["group_name"] == .some(.null))
            #expect(config["group"] == "default")
            let layer = try await console.ask("/v1/get_layer", key, ["layerName": "page", "user": user])
            #expect(layer["ruleID"] == layer["rule_id"])
            #expect(layer["value"] == ["title": "Welcome"])

            let ranked = try await console.ask("/v1/get_ranked_list", key, ["configName": "bandit", "user": user])
            #expect(
                ranked == [
                    ["name": "Group high", "value": ["variant": "high"], "rule_id": "high", "score": 2.5],
                    ["name": "Group low", "value": ["variant": "low"], "rule_id": "low", "score": 1.5],
                ])
            for name: Value in ["plain", "nothing", "devices"] {
                let missing = try await console.send(
                    .POST, "/v1/get_ranked_list", key: key, json: ["configName": name, "user": user])
                #expect(missing.status == 404)
            }
            let nameless = try await console.send(.POST, "/v1/get_ranked_list", key: key, json: ["user": user])
            #expect(nameless.status == 400)
        }
    }

    @Test("Exposures that a program logs by itself are stored as an SDK's, with the rule of the group")
    func customExposures() async throws {
        try await TestConsole.run(TestSpecs.options(SDKSpecs.document)) { console in
            let key = try await console.createKey(["type": "CLIENT", "description": "A"]).secret
            let exposures: Value = [
                ["experimentName": "devices", "group": "Group test", "user": ["userID": "u1"]],
                ["experimentName": "devices", "ruleID": "control", "time": "2024-01-02T03:04:05.678Z"],
                ["experimentName": "devices", "group": "Nobody"], ["experimentName": "gone", "group": "A"],
                [
                    "gateName": "version", "passes": true, "group": "Group version",
                    "secondaryExposures": [["gate": "soon", "gateValue": "false", "ruleID": "default"]],
                ],
                ["gateName": "version", "passes": false, "ruleID": "default"],
            ]
            let response = try await console.send(
                .POST, "/v1/log_custom_exposure?k=\(key)", key: nil,
                json: ["exposures": exposures, "user": ["userID": "all"], "statsigMetadata": ["stableID": "d"]])
            #expect(response.status == 202)
            #expect(response.json == ["success": true])
            let configs = Array(try await console.stored("statsig::config_exposure").reversed())
            #expect(configs.map { $0["metadata"]["ruleID"] } == ["test", "control", "Nobody", "A"])
            #expect(configs.map { $0["user"]["userID"] } == ["u1", "all", "all", "all"])
            #expect(configs.allSatisfy { $0["user"]["customIDs"]["stableID"] == "d" })
            let path = "/console/v1/events/statsig%3A%3Aconfig_exposure"
            #expect(try await console.get(path).data[2]["time"] == 1_704_164_645_678)
            let gates = Array(try await console.stored("statsig::gate_exposure").reversed())
            #expect(gates.map { $0["metadata"]["gateValue"] } == ["true", "false"])
            #expect(gates[0]["secondaryExposures"][0]["gate"] == "soon")
            for wrong: Value in [
                [:], ["experimentName": "a"], ["gateName": "a", "ruleID": "r"], 1, ["group": "a"],
                ["gateName": "a", "passes": "true", "ruleID": "r"],
            ] {
                let refused = try await console.send(
                    .POST, "/v1/log_custom_exposure", key: key, json: ["exposures": [wrong]])
                #expect(refused.status == 400, "\(wrong)")
            }
        }
    }

    @Test("Times of events may be texts, and a request's user is that of its events without one")
    func eventForms() async throws {
        try await TestConsole.run { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            let times: [(Value, Value?)] = [
                ("2024-01-02T03:04:05Z", 1_704_164_645_000), ("2024-01-02T03:04:05.250+02:00", 1_704_157_445_250),
                ("2024-01-02", 1_704_153_600_000), (1_704_164_645_000.4, 1_704_164_645_000), ("soon", nil),
                ("2024-13-02T03:04:05Z", nil), (.string(String(repeating: "9", count: 5000)), nil), (1e300, nil),
            ]
            let events = times.map { time, _ -> Value in ["eventName": "timed", "time": time] }
            let body: Value = [
                "events": .array(events + [["eventName": "timed", "user": ["userID": "own"], "time": 1]]),
                "user": ["userID": "shared", "privateAttributes": ["a": "hidden"]],
            ]
            #expect(try await console.send(.POST, "/v1/log_event", key: key, json: body).status == 202)
            let stored = try await console.get("/console/v1/events/timed")
            let rows = Array((stored.data.array ?? []).reversed())
            #expect(rows.map { $0["userID"] } == times.map { _ in "shared" } + ["own"])
            for (row, (_, expected)) in zip(rows, times) {
                #expect(row["time"] == expected ?? row["receivedTime"])
            }
            #expect(!stored.text.contains("hidden"))
            // One user for many events would take more memory and disk than the request.
            let large: Value = [
                "events": .array((0..<1000).map { _ in ["eventName": "timed"] }),
                "user": ["custom": ["a": .string(String(repeating: "x", count: 60_000))]],
            ]
            #expect(try await console.send(.POST, "/v1/log_event", key: key, json: large).status == 413)
        }
    }
}
