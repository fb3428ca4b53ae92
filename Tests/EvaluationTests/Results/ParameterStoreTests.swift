// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Parameter stores and typed reads (Evaluation §19.4, §20).
@Suite("Parameter stores")
struct ParameterStoreTests {
    private static func parameter(_ members: Object) -> Value {
        var parameter: Object = ["ref_type": "ignored", "param_type": "ignored"]
        for member in members { parameter[member.name] = member.value }
        return .object(parameter)
    }

    private static func project() -> Project {
        var project = Project(gate: Rule("g1", .field("plan", "eq", "pro")))
        project.config("config", Rule("c1", returns: ["size": 5, "name": "big"]))
        project.experiment("experiment", Rule("e1", returns: ["on": true], group: "A"))
        project.layer("layer", Rule("l1", delegate: "experiment"))
        project.members["param_stores"] = [
            "store": [
                "parameters": [
                    "integer": parameter(["value": 5]), "float": parameter(["value": 1.5]),
                    "whole": parameter(["value": 1.0]), "huge": parameter(["value": .unsigned(.max)]),
                    "string": parameter(["value": "text"]), "bool": parameter(["value": true]),
                    "array": parameter(["value": [1, 1.5, "x"]]), "object": parameter(["value": ["a": 1]]),
                    "null": parameter(["value": .null]),
                    "gate": parameter(["gate_name": "gate", "pass_value": "yes", "fail_value": "no"]),
                    "config": parameter(["config_name": "config", "param_name": "size"]),
                    "experiment": parameter(["experiment_name": "experiment", "param_name": "on"]),
                    "layer": parameter(["layer_name": "layer", "param_name": "on"]),
                    "lost": parameter(["config_name": "nowhere", "param_name": "size"]),
                    "missing": parameter(["config_name": "config", "param_name": "nowhere"]),
                    // What it has decides what it is: a value comes first.
                    "both": parameter(["value": 1, "config_name": "config", "param_name": "size"]),
                ]
            ]
        ]
        return project
    }

    private static func store(
        _ user: User = User(), overrides: LocalOverrides = LocalOverrides(), named name: String = "store"
    ) throws -> ParameterStoreEvaluation {
        try project().ruleset().parameterStore(
            name, for: user, in: EvaluationContext(clock: { 0 }, overrides: overrides))
    }

    @Test("A parameter is read as what it is, everything else gives the fallback")
    func typedReads() throws {
        let store = try Self.store()
        #expect(store["integer", default: 0] == 5)
        #expect(store["float", default: 0] == 0)
        #expect(store["whole", default: 0] == 1)
        #expect(store["huge", default: 0] == 0)
        #expect(store["string", default: 0] == 0)
        #expect(store["null", default: 7] == 7)
        #expect(store["nowhere", default: 7] == 7)
        #expect(store["integer", default: 0.5] == 5.0)
        #expect(store["float", default: 0.5] == 1.5)
        // No `Double` is 2^64 - 1.
        #expect(store["huge", default: 0.5] == 0.5)
        #expect(store["string", default: 0.5] == 0.5)
        #expect(store["string", default: "none"] == "text")
        #expect(store["integer", default: "none"] == "none")
        #expect(store["bool", default: false])
        #expect(!store["string", default: false])
        #expect(store["array", default: []] as [Value] == [1, 1.5, "x"])
        #expect(store["object", default: ["z"]] as [Value] == ["z"])
        #expect(store["object", default: [:]] as Object == ["a": 1])
        #expect(store["array", default: ["z": 1]] as Object == ["z": 1])
        #expect(store["null"] == .null)
        #expect(store["both", default: 0] == 1)
    }

    @Test("A parameter that refers to something asks it")
    func references() throws {
        let outside = try Self.store()
        let inside = try Self.store(User(custom: ["plan": "pro"]))
        #expect(outside["gate", default: ""] == "no")
        #expect(inside["gate", default: ""] == "yes")
        #expect(inside["config", default: 0] == 5)
        #expect(inside["experiment", default: false])
        #expect(inside["layer", default: false])
        #expect(inside["lost"] == nil)
        #expect(inside["missing"] == nil)
    }

    @Test("A reading tells who was asked")
    func sources() throws {
        let store = try Self.store()
        #expect(store.read("integer").source == nil)
        #expect(store.read("gate").source?.ruleID == "default")
        #expect(store.read("config").source?.name == "config")
        #expect((store.read("experiment").source as? ExperimentEvaluation)?.groupName == "A")
        #expect((store.read("layer").source as? LayerEvaluation)?.allocatedExperiment == "experiment")
        #expect(store.read("lost").source?.reason == .unrecognized)
        #expect(store.reason == .recognized)
        #expect(store.parameters.count == 16)
    }

    @Test("An unknown store is empty")
    func unknown() throws {
        let store = try Self.store(named: "nowhere")
        #expect(store.reason == .unrecognized)
        #expect(store.parameters.isEmpty)
        #expect(store["integer", default: 3] == 3)
    }

    @Test("A store may be overridden for a unit")
    func overridden() throws {
        var overrides = LocalOverrides()
        overrides.setParameterStore("store", to: ["integer": 6, "new": "x"], for: "u")
        let store = try Self.store(User(userID: "u"), overrides: overrides)
        #expect(store.reason == .localOverride)
        #expect(store.parameters == ["integer", "new"])
        #expect(store["integer", default: 0] == 6)
        #expect(store["new", default: ""] == "x")
        #expect(store["string"] == nil)
        #expect(try Self.store(User(userID: "v"), overrides: overrides)["integer", default: 0] == 5)
    }

    @Test("Configs read their parameters the same way")
    func configs() throws {
        let config = try Self.project().ruleset().dynamicConfig("config", for: User(), in: .plain)
        #expect(config["size", default: 0] == 5)
        #expect(config["size", default: 0.5] == 5)
        #expect(config["size", default: ""].isEmpty)
        #expect(config["name"] == "big")
        #expect(config["nowhere"] == nil)
        #expect(config.value?.count == 2)
    }
}
