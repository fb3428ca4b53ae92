// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

struct ExperimentStopTests {
    private static let groups: Value = [
        ["name": "Control", "size": 50, "parameterValues": ["color": "grey"]],
        ["name": "Blue", "size": 50, "parameterValues": ["color": "blue"]],
    ]

    private static func running(_ console: TestConsole) async throws {
        try await console.author(.POST, "layers", ["name": "shop", "idType": "userID"])
        try await console.author(
            .PATCH, "layers/shop", ["parameters": [["name": "color", "type": "string", "defaultValue": "red"]]])
        try await console.author(
            .POST, "experiments", ["name": "one", "layerID": "shop", "allocation": 60, "groups": groups])
        try await console.author(.PUT, "experiments/one/start")
    }

    @Test("Without new assignments nobody gets a group, the experiment stays active, and its buckets are free")
    func assignments() async throws {
        try await TestConsole.run { console in
            try await ExperimentStopTests.running(console)
            let stopped = try await console.author(.PATCH, "experiments/one", ["status": "assignment_stopped"])
            #expect(stopped["status"] == "assignment_stopped")
            #expect(stopped["allocation"] == 0)
            for version in ["v1", "v2"] {
                let ruleset = try await console.ruleset(version)
                for index in 0..<100 {
                    #expect(ruleset.config("one", "u\(index)").rule == "layerAssignment")
                    #expect(ruleset.layerValue("shop", "u\(index)").value == ["color": "red"])
                }
            }
            let key = try await console.createKey(["type": "SERVER", "description": "K"]).secret
            let document = try await console.get("/v2/download_config_specs", key: key).json
            #expect(document["dynamic_configs"]["one"]["isActive"] == true)

            try await console.refuse(.PATCH, "experiments/one", ["allocation": 10], "allocation")
            try await console.author(.POST, "experiments", ["name": "two", "layerID": "shop", "allocation": 100])
            try await console.author(
                .PUT, "experiments/one/make_decision", ["id": "Blue", "decisionReason": "It sells."])
            #expect(try await console.ruleset().layerValue("shop", "u").value == ["color": "blue"])
        }
    }

    @Test("A deferred decision ends an experiment for everyone, and can be made later")
    func deferring() async throws {
        try await TestConsole.run { console in
            try await ExperimentStopTests.running(console)
            let ended = try await console.author(
                .PUT, "experiments/one/defer_decision", ["stopReason": "We want to think."])
            #expect(ended["status"] == "experiment_stopped")
            #expect(ended["decisionReason"] == "We want to think.")
            #expect(ended["endTime"].integer != nil)
            for version in ["v1", "v2"] {
                let ruleset = try await console.ruleset(version)
                for index in 0..<100 {
                    #expect(ruleset.config("one", "u\(index)").value == ["color": "red"])
                    #expect(ruleset.layerValue("shop", "u\(index)").value == ["color": "red"])
                }
            }
            let again = try await console.send(.PUT, "/console/v1/experiments/one/defer_decision")
            #expect(again.status == 400)
            #expect(again.message == "Experiment has not yet started")
            try await console.author(.PUT, "experiments/one/make_decision", ["id": "Blue", "decisionReason": "Now."])
            #expect(try await console.ruleset().layerValue("shop", "u").value == ["color": "blue"])
        }
    }

    @Test("Restarted as new, an experiment has a copy with groups and users of its own, and stays as it is")
    func restart() async throws {
        try await TestConsole.run { console in
            try await ExperimentStopTests.running(console)
            let path = "experiments/one"
            try await console.author(
                .PATCH, path, ["hypothesis": "Blue sells.", "controlGroupID": "Blue", "tags": ["shop"]])
            let first = try await console.author(.GET, path)
            let copy = try await console.author(.POST, path + "/restart_as_new", ["name": "One More"])
            #expect(copy["id"] == "one_more")
            #expect(copy["status"] == "setup")
            #expect(copy["startTime"] == .null)
            #expect(copy["layerID"] == "shop")
            // The first one still has 60 %.
            #expect(copy["allocation"] == 40)
            for member in ["hypothesis", "tags", "idType", "targetingGateID"] {
                #expect(copy[member] == first[member], "\(member)")
            }
            #expect(copy["salt"] != first["salt"])
            #expect(copy["groups"].array?.map { $0["parameterValues"] } == [["color": "grey"], ["color": "blue"]])
            #expect(copy["groups"][0]["id"] != first["groups"][0]["id"])
            #expect(copy["controlGroupID"] == copy["groups"][1]["id"])
            #expect(try await console.author(.GET, path) == first)
            try await console.refuse(.POST, path + "/restart_as_new", ["name": "one"], "name")
        }
    }
}
