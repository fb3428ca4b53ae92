// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// What a response contains, and what its options leave out.
@Suite("Client-initialize response: content")
struct ResponseContentTests {
    private func project() -> Project {
        var project = Project()
        project.gate("on", Rule("r1", .gate("segment:s")))
        project.gate("off", Rule("r2", .nobody))
        project.gate("asking", Rule("r3", .gate("on"), .gate("on"), .nobody))
        project.gate("segment:s", Rule("r4"))
        project.config("config", Rule("c1", returns: ["a": 1]), default: ["a": 0])
        project.experiment(
            "test", Rule("e1", returns: ["b": "x"], group: "Test", isGroup: true), default: [:],
            members: ["isActive": true, "hasSharedParams": true, "explicitParameters": ["b"]])
        project.layer("layer", Rule("l1", .gate("off"), .everyone), Rule("l2", delegate: "test"), default: ["b": "y"])
        project.members["param_stores"] = [
            "store": [
                "parameters": [
                    "p": [
                        "ref_type": "gate", "param_type": "bool", "gate_name": "on", "pass_value": 1,
                        "fail_value": 2,
                    ],
                    "q": ["ref_type": "layer", "param_type": "string", "layer_name": "layer", "param_name": "b"],
                ]
            ]
        ]
        return project
    }

    @Test("Segments aren't told, everything else is")
    func everything() throws {
        let response = try project().ruleset().response()
        #expect(response.names("feature_gates") == ["on", "off", "asking"])
        #expect(response.names("dynamic_configs") == ["config", "test"])
        #expect(response.names("layer_configs") == ["layer"])
        #expect(response.names("param_stores") == ["store"])
        #expect(response["has_updates"]?.bool == true)
        #expect(response["time"]?.integer == 1_700_000_000_000)
        #expect(response["hash_used"]?.string == "none")
        #expect(response["full_checksum"] == nil)
        #expect(response.entity("feature_gates", "on")["secondary_exposures"]?.array?.isEmpty == true)
        let exposures = response.entity("feature_gates", "asking")["secondary_exposures"]?.array
        #expect(exposures == [["gate": "on", "gateValue": "true", "ruleID": "r1"]])
        let layer = response.entity("layer_configs", "layer")
        #expect(layer["allocated_experiment_name"]?.string == "test")
        #expect(layer["group_name"]?.string == "Test")
        #expect(layer["value"]?.object?["b"]?.string == "x")
        #expect(layer["is_experiment_active"]?.bool == true)
        let parameter = response.entity("param_stores", "store")["p"]?.object
        #expect(parameter?["gate_name"]?.string == "on")
        #expect(parameter?["pass_value"]?.integer == 1)
    }

    @Test("Names are hashed everywhere, rules, groups and parameters nowhere")
    func hashed() throws {
        let response = try project().ruleset().response { $0.nameHash = .djb2 }
        func djb2(_ name: String) -> String {
            String(DJB2.hash(name))
        }
        #expect(response.names("feature_gates") == ["on", "off", "asking"].map(djb2))
        let layer = response.entity("layer_configs", djb2("layer"))
        #expect(layer["allocated_experiment_name"]?.string == djb2("test"))
        #expect(layer["group_name"]?.string == "Test")
        let asking = response.entity("feature_gates", djb2("asking"))
        #expect(asking["secondary_exposures"]?.array?.first?.object?["gate"]?.string == djb2("on"))
        let store = response.entity("param_stores", djb2("store"))
        #expect(store.map(\.name) == ["p", "q"])
        #expect(store["q"]?.object?["layer_name"]?.string == djb2("layer"))
        #expect(store["q"]?.object?["param_name"]?.string == "b")
        let sha256 = try project().ruleset().response { $0.nameHash = .sha256 }
        #expect(sha256.names("dynamic_configs").allSatisfy { $0.utf8.count == 44 && $0.hasSuffix("=") })
    }

    @Test("Filters select by name, each for its kind")
    func filters() throws {
        let ruleset = try project().ruleset()
        #expect(try ruleset.response { $0.gates = ["off", "unknown"] }.names("feature_gates") == ["off"])
        #expect(try ruleset.response { $0.gates = [] }.names("feature_gates").isEmpty)
        #expect(try ruleset.response { $0.gates = [] }.names("dynamic_configs") == ["config", "test"])
        #expect(try ruleset.response { $0.dynamicConfigs = [] }.names("dynamic_configs") == ["test"])
        #expect(try ruleset.response { $0.experiments = [] }.names("dynamic_configs") == ["config"])
        #expect(try ruleset.response { $0.layers = ["x"] }.names("layer_configs").isEmpty)
        #expect(try ruleset.response { $0.parameterStores = [] }.names("param_stores").isEmpty)
    }

    @Test("Names that look the same but differ in bytes don't pass a filter")
    func filterBytes() throws {
        var project = Project()
        project.gate("e\u{301}", Rule("r"))
        #expect(try project.ruleset().response { $0.gates = ["é"] }.names("feature_gates").isEmpty)
    }

    @Test("What clients needn't know can be left out")
    func removal() throws {
        let ruleset = try project().ruleset()
        let lean = try ruleset.response {
            $0.removesDefaultValueGates = true
            $0.removesExperimentsInLayers = true
            $0.removesIDTypes = true
        }
        // A gate with exposures stays, since its check is logged with them.
        #expect(lean.names("feature_gates") == ["on", "asking"])
        #expect(lean.names("dynamic_configs") == ["config"])
        for section in ["feature_gates", "dynamic_configs", "layer_configs"] {
            for name in lean.names(section) { #expect(lean.entity(section, name)["id_type"] == nil) }
        }
    }

    @Test("The user is told back, private attributes only as a hash")
    func user() throws {
        var user = User(userID: "u", customIDs: ["c": 7], email: "e", privateAttributes: ["secret": "x"])
        user.custom = ["own": 1, "both": 2]
        let context = EvaluationContext(
            clock: { 0 }, environment: "staging", globalCustomFields: ["both": 3, "global": [1.5, "a"]])
        let response = try project().ruleset().response(for: user, in: context)
        #expect(
            response["user"] == [
                "userID": "u", "customIDs": ["c": 7], "email": "e",
                "custom": ["own": 1, "both": 2, "global": [1.5, "a"]], "statsigEnvironment": ["tier": "staging"],
            ])
        #expect(response["evaluated_keys"] == ["userID": "u", "customIDs": ["c": "7"]])
        let hash = DJB2.hash("secret:x")
        #expect(response["pa_hash"]?.string == String(hash))
        #expect(try project().ruleset().response(for: User())["evaluated_keys"] == [:])
        #expect(try project().ruleset().response(for: User())["user"] == [:])
    }

    @Test("The document's environment counts as the user's where there is no other")
    func defaultEnvironment() throws {
        var project = project()
        project.members["default_environment"] = "production"
        let ruleset = try project.ruleset()
        #expect(try ruleset.response()["user"]?.object?["statsigEnvironment"] == ["tier": "production"])
        let own = User(userID: "u", environment: [:])
        #expect(try ruleset.response(for: own)["user"]?.object?["statsigEnvironment"] == [:])
    }

    @Test("Local overrides count only where asked for")
    func overrides() throws {
        var overrides = LocalOverrides()
        overrides.setGate("off", to: true)
        overrides.setDynamicConfig("config", to: ["a": [2.5, nil]])
        let context = EvaluationContext(clock: { 0 }, overrides: overrides)
        let ruleset = try project().ruleset()
        let without = try ruleset.response(in: context)
        #expect(without.entity("feature_gates", "off")["value"]?.bool == false)
        let with = try ruleset.response(in: context) { $0.includesLocalOverrides = true }
        #expect(with.entity("feature_gates", "off")["value"]?.bool == true)
        #expect(with.entity("feature_gates", "off")["rule_id"]?.string == "override")
        #expect(with.entity("dynamic_configs", "config")["value"] == ["a": [2.5, nil]])
        #expect(with.entity("dynamic_configs", "config")["id_type"]?.string == "")
    }

    @Test("A replaced document keeps what only responses need")
    func reload() throws {
        var project = project()
        project.members["sdk_keys_to_app_ids"] = ["key": "app"]
        project.members["session_replay_info"] = ["targeting_gate": "on", "recording_blocked": false]
        let first = try Ruleset(document: project.document)
        project.gate("new", Rule("n"))
        let second = try Ruleset(document: project.document, replacing: first)
        let fresh = try Ruleset(document: project.document)
        for key in [nil, "key", "other"] {
            let change = { (options: inout ClientResponseOptions) in options.clientKey = key }
            let reloaded = try second.response(change)
            #expect(try reloaded == fresh.response(change))
            #expect(reloaded["passes_session_recording_targeting"]?.bool == true)
        }
    }

    @Test("An array that has room is written in place")
    func room() throws {
        let ruleset = try project().ruleset()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1 << 16)
        let place = bytes.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
        for format in ClientResponseOptions.Format.allCases {
            var options = ClientResponseOptions()
            options.format = format
            bytes.removeAll(keepingCapacity: true)
            ruleset.clientInitializeResponse(for: User(userID: "u"), in: .plain, options: options, into: &bytes)
            #expect(bytes.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) } == place)
        }
    }

    @Test("A response of a small project takes well below a millisecond")
    func time() throws {
        let ruleset = try project().ruleset()
        let user = User(userID: "u")
        var bytes: [UInt8] = []
        let time = ThreadTime.measure {
            for _ in 0..<100 {
                bytes.removeAll(keepingCapacity: true)
                ruleset.clientInitializeResponse(for: user, in: .plain, into: &bytes)
            }
        }
        // Some 5 µs each when optimised; tests aren't.
        #expect(time < .milliseconds(500))
    }

    @Test("Responses are appended to what is there")
    func appending() throws {
        let ruleset = try project().ruleset()
        let alone = ruleset.clientInitializeResponse(for: User(userID: "u"), in: .plain)
        var bytes = Array("data: ".utf8)
        ruleset.clientInitializeResponse(for: User(userID: "u"), in: .plain, into: &bytes)
        #expect(bytes == Array("data: ".utf8) + alone)
    }
}
