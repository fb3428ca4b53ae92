// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

struct ExperimentAuthoringTests {
    private static let groups: Value = [
        ["name": "Control", "size": 50, "parameterValues": ["color": "grey"]],
        ["name": "Blue", "size": 50, "parameterValues": ["color": "blue"]],
    ]

    private static func layer(_ console: TestConsole) async throws {
        try await console.author(.POST, "layers", ["name": "shop", "idType": "userID"])
        try await console.author(
            .PATCH, "layers/shop", ["parameters": [["name": "color", "type": "string", "defaultValue": "red"]]])
    }

    @Test("An experiment starts, shares users out, is decided, reset, abandoned and archived")
    func life() async throws {
        try await TestConsole.run { console in
            let created = try await console.author(
                .POST, "experiments", ["name": "Color Test", "groups": ExperimentAuthoringTests.groups])
            #expect(created["status"] == "setup")
            #expect(created["allocation"] == 100)
            #expect(try await console.ruleset().config("color_test", "u").rule == "prestart")
            let decision: Value = ["id": "Blue", "decisionReason": "It sells."]
            let early = try await console.send(
                .PUT, "/console/v1/experiments/color_test/make_decision", json: decision)
            #expect(early.status == 400)
            #expect(early.message == "Experiment has not yet started")

            try await console.author(.PUT, "experiments/color_test/start")
            let ids = try await console.author(.GET, "experiments/color_test")["groups"].array?.map { $0["id"] } ?? []
            let running = try await console.ruleset()
            let rules = Set((0..<100).map { running.config("color_test", "u\($0)").rule })
            #expect(rules == Set(ids.compactMap(\.string)))

            try await console.author(.POST, "experiments/color_test/disable_groups", ["group_names": ["Blue"]])
            let half = try await console.ruleset()
            #expect(Set((0..<100).map { half.config("color_test", "u\($0)").rule }) == rules)
            #expect(!(0..<100).contains { half.config("color_test", "u\($0)").value == ["color": "blue"] })
            try await console.author(.POST, "experiments/color_test/enable_groups", ["group_names": ["Blue"]])

            let decided = try await console.author(.PUT, "experiments/color_test/make_decision", decision)
            #expect(decided["status"] == "decision_made")
            #expect(decided["launchedGroupID"] == ids[1])
            let shipped = try await console.ruleset().config("color_test", "anybody")
            #expect(shipped.value == ["color": "blue"])
            #expect(shipped.rule == "launchedGroup")

            let reset = try await console.author(.PUT, "experiments/color_test/reset")
            #expect(reset["status"] == "setup")
            #expect(reset["salt"] != created["salt"])
            try await console.author(.PUT, "experiments/color_test/abandon", ["decisionReason": "No."])
            #expect(try await console.ruleset().config("color_test", "u").rule == "abandoned")
            try await console.author(.PUT, "experiments/color_test/archive")
            #expect(try await console.ruleset().config("color_test", "u").rule == "")
            try await console.author(.PUT, "experiments/color_test/unarchive")

            let log = try await console.get("/console/v1/audit_logs?id=color_test&sortOrder=asc")
            #expect(
                log.data.array?.compactMap { $0["actionType"].string } == [
                    "experiment_create", "experiment_start", "experiment_group_disable", "experiment_group_disable",
                    "experiment_decision_make", "experiment_restart", "experiment_abandon", "archive_experiment",
                    "unarchive_experiment",
                ])
        }
    }

    @Test("Experiments in a layer have disjoint buckets, and grow only into what is free")
    func layers() async throws {
        try await TestConsole.run { console in
            try await ExperimentAuthoringTests.layer(console)
            func create(_ name: String, _ allocation: Double) -> Value {
                [
                    "name": .string(name), "layerID": "shop", "groups": ExperimentAuthoringTests.groups,
                    "allocation": .double(allocation),
                ]
            }
            try await console.author(.POST, "experiments", create("one", 60))
            try await console.refuse(.POST, "experiments", create("two", 50), "allocation")
            try await console.author(.POST, "experiments", create("two", 30))
            for name in ["one", "two"] { try await console.author(.PUT, "experiments/\(name)/start") }
            try await console.refuse(.PATCH, "experiments/one", ["allocation": 50], "allocation")
            try await console.refuse(.PATCH, "experiments/one", ["allocation": 71], "allocation")
            try await console.author(.PATCH, "experiments/one", ["allocation": 70])
            let ruleset = try await console.ruleset()
            let context = EvaluationContext(clock: { 0 })
            let experiments = (0..<500).map { index in
                ruleset.layer("shop", for: User(userID: "u\(index)"), in: context).allocatedExperiment
            }
            #expect(Set(experiments) == ["one", "two"])
            #expect(!(0..<500).contains { ruleset.layerValue("shop", "u\($0)").rule == "layerAssignment" })

            try await console.refuse(
                .PATCH, "experiments/one",
                ["groups": [["name": "Only", "size": 100, "parameterValues": [:]]]], "groups")
            try await console.refuse(
                .POST, "experiments",
                [
                    "name": "three", "layerID": "shop", "allocation": 0,
                    "groups": [["name": "A", "size": 100, "parameterValues": ["size": 1]]],
                ], "groups.0.parameterValues.size")
            try await console.refuse(
                .PATCH, "layers/shop", ["parameters": []], "parameters")

            // What is shipped becomes the layer's, and its buckets are free again.
            try await console.author(.PUT, "experiments/one/make_decision", ["id": "Blue", "decisionReason": "x"])
            #expect(try await console.author(.GET, "layers/shop")["parameters"][0]["defaultValue"] == "blue")
            #expect(try await console.author(.GET, "layers/shop")["parameters"][0]["holdoutValue"] == "red")
            try await console.author(.POST, "experiments", create("three", 70))
            #expect(try await console.author(.GET, "layers/shop/experiments").array?.count == 3)
            #expect(try await console.send(.DELETE, "/console/v1/layers/shop").status == 400)
        }
    }

    @Test("Overrides by ID and by gate win over buckets, in the experiment and in its layer")
    func overrides() async throws {
        try await TestConsole.run { console in
            try await ExperimentAuthoringTests.layer(console)
            try await console.author(
                .POST, "segments", ["name": "staff", "type": "id_list"])
            try await console.author(.PATCH, "segments/staff/id_list", ["ids": ["s"]])
            try await console.author(
                .POST, "experiments",
                ["name": "one", "layerID": "shop", "allocation": 0, "groups": ExperimentAuthoringTests.groups])
            try await console.author(.PUT, "experiments/one/start")
            try await console.author(
                .POST, "experiments/one/overrides",
                [
                    "overrides": [["type": "segment", "id": "staff", "groupID": "Control"]],
                    "userIDOverrides": [["groupID": "Blue", "ids": ["a"]]],
                ])
            try await console.author(
                .PATCH, "layers/shop/overrides", ["idOverrides": [["groupName": "Blue", "ids": ["b"]]]])
            for version in ["v1", "v2"] {
                let ruleset = try await console.ruleset(version)
                for user in ["a", "b"] { #expect(ruleset.layerValue("shop", user).value == ["color": "blue"]) }
                #expect(ruleset.layerValue("shop", "s").value == ["color": "grey"])
                #expect(ruleset.layerValue("shop", "x").value == ["color": "red"])
            }
            try await console.author(
                .DELETE, "experiments/one/overrides",
                ["overrides": [], "userIDOverrides": [["groupID": "Blue", "ids": ["a"]]]])
            #expect(try await console.ruleset().layerValue("shop", "a").value == ["color": "red"])
            try await console.refuse(
                .POST, "experiments/one/overrides",
                ["overrides": [], "userIDOverrides": [["groupID": "Nobody", "ids": []]]], "userIDOverrides.0.groupID")
        }
    }

    @Test("Holdouts keep users out of gates, experiments and layers, global ones of what comes later too")
    func holdouts() async throws {
        try await TestConsole.run { console in
            try await ExperimentAuthoringTests.layer(console)
            let created = try await console.send(
                .POST, "/console/v1/holdouts", json: ["name": "holdout", "isGlobal": true, "passPercentage": 10])
            #expect(created.status == 200)
            #expect(created.data["layerIDs"] == ["shop"])
            try await console.author(
                .POST, "gates",
                ["name": "gate", "rules": [["name": "r", "passPercentage": 100, "conditions": [["type": "public"]]]]])
            #expect(try await console.author(.GET, "gates/gate")["holdoutIDs"] == ["holdout"])
            try await console.author(.POST, "holdouts/holdout/overrides", ["passingUserIDs": ["held"]])
            for version in ["v1", "v2"] {
                let ruleset = try await console.ruleset(version)
                #expect(!ruleset.passes("gate", "held"))
                let held = (0..<2000).count { !ruleset.passes("gate", "u\($0)") }
                // 200 are to be expected, with a standard deviation of 13.4.
                #expect((130...270).contains(held))
            }
            try await console.refuse(.PATCH, "holdouts/holdout", ["passPercentage": 11], "passPercentage")
            try await console.refuse(.PATCH, "holdouts/holdout", ["gateIDs": ["missing"]], "gateIDs.0")
            try await console.author(.DELETE, "gates/gate")
            #expect(try await console.author(.GET, "holdouts/holdout")["gateIDs"] == [])

            try await console.author(.POST, "experiments", ["name": "one", "layerID": "shop", "allocation": 10])
            try await console.author(.POST, "holdouts", ["name": "own", "experimentIDs": ["one"]])
            #expect(try await console.author(.GET, "experiments/one")["holdoutIDs"] == ["holdout", "own"])
        }
    }
}
