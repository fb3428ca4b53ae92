// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Contextual bandits (Evaluation §12).
///
/// With the salt `cs`, the users' hashes modulo 10,000 are: u7 272, u9 2495, u10 4086, u1 6327, u2 6524, u8 9359.
@Suite("Autotunes")
struct AutotuneTests {
    private static func group(_ name: String, _ value: Value) -> Value {
        ["name": .string(name), "id": .string("g\(name)"), "parameterValues": ["is": value]]
    }

    private static func model(
        intercept: Value = 0, alpha: Value = 0, records: Value = 0, numbers: Value = [:], categories: Value = [:]
    ) -> Value {
        [
            "alpha": alpha, "intercept": intercept, "records": records, "weightsNumerical": numbers,
            "weightsCategorical": categories,
        ]
    }

    private static func project(
        models: Value = .null, sampleRate: Value = 0, higherIsBetter: Bool = true, members: Object = [:]
    ) -> Project {
        var autotune: Object = [
            "salt": "cs", "defaultValue": ["is": "default"], "idType": "userID", "enabled": true, "version": 3,
            "sampleRate": sampleRate, "higherIsBetter": .bool(higherIsBetter), "config": models,
            "groups": [group("A", "a"), group("B", "b"), group("C", "c")],
        ]
        for member in members { autotune[member.name] = member.value }
        var project = Project()
        project.gate("targeting", Rule("t1", .field("plan", "eq", "pro")))
        project.gate("segment:targeting", Rule("t1", .field("plan", "eq", "pro")))
        project.members["cmab_configs"] = ["tune": .object(autotune)]
        return project
    }

    private static func ask(
        _ project: Project, _ user: User = User(userID: "u1"), random: Double = 0
    ) throws -> ExperimentEvaluation {
        try project.ruleset().experiment(
            "tune", for: user, in: EvaluationContext(clock: { 0 }, random: { random }))
    }

    @Test(
        "Before it starts, or without groups, there is the default",
        arguments: [["enabled": false], ["groups": []]] as [Object])
    func prestart(_ members: Object) throws {
        let result = try Self.ask(Self.project(members: members))
        #expect(result.value == ["is": "default"])
        #expect(result.ruleID == "prestart")
        #expect(result.groupName == nil)
        #expect(result.isActive == (members["enabled"] == nil))
        #expect(result.version == 3)
        #expect(result.idType == "userID")
    }

    @Test(
        "Before anything is learnt, groups share users evenly and all of them explore",
        arguments: [("u7", "A"), ("u9", "A"), ("u10", "B"), ("u1", "B"), ("u2", "B"), ("u8", "C")])
    func evenSplit(_ id: String, _ group: String) throws {
        let result = try Self.ask(Self.project(), User(userID: id))
        #expect(result.groupName == group)
        #expect(result.ruleID == "g\(group):explore")
        #expect(result.value == ["is": .string(group.lowercased())])
        #expect(result.evaluation.passed)
        #expect(result.isActive)
    }

    @Test("Users outside the targeting gate get the default, and the gate is exposed", arguments: [true, false])
    func targeting(_ isSegment: Bool) throws {
        let gate = isSegment ? "segment:targeting" : "targeting"
        let project = Self.project(members: ["targetingGateName": .string(gate)])
        let outside = try Self.ask(project)
        #expect(outside.value == ["is": "default"])
        #expect(outside.ruleID == "inlineTargetingRules")
        #expect(texts(of: outside.secondaryExposures) == (isSegment ? [] : ["targeting=false default"]))
        let inside = try Self.ask(project, User(userID: "u1", custom: ["plan": "pro"]))
        #expect(inside.groupName == "B")
        #expect(texts(of: inside.secondaryExposures) == (isSegment ? [] : ["targeting=true t1"]))
    }

    @Test("An unknown targeting gate is exposed with an empty rule")
    func unknownTargeting() throws {
        let result = try Self.ask(Self.project(members: ["targetingGateName": "nowhere"]))
        #expect(result.ruleID == "inlineTargetingRules")
        #expect(texts(of: result.secondaryExposures) == ["nowhere=false "])
    }

    @Test(
        "Users who explore get a group by chance, likelier the less is known about it",
        // Weights 1, 1/2 and 1/4.
        arguments: [
            (0, "A"), (0.571, "A"), (0.572, "B"), (0.857, "B"), (0.858, "C"), (0.999_999, "C"),
        ] as [(Double, String)])
    func sampling(_ random: Double, _ group: String) throws {
        let models: Value = [
            "gA": Self.model(records: 0), "gB": Self.model(records: 1), "gC": Self.model(records: 3),
        ]
        let result = try Self.ask(Self.project(models: models, sampleRate: 1), random: random)
        #expect(result.groupName == group)
        #expect(result.ruleID == "g\(group):explore")
    }

    @Test(
        "Only users below the sample rate explore",
        arguments: [("u7", true), ("u9", true), ("u10", false), ("u8", false)])
    func sampleRate(_ id: String, _ explores: Bool) throws {
        let models: Value = ["gB": Self.model(intercept: 1, numbers: ["age": 1])]
        let result = try Self.ask(Self.project(models: models, sampleRate: 0.25), User(userID: id))
        #expect(result.ruleID == (explores ? "gA:explore" : "gB"))
    }

    private static let models: Value = [
        "gA": model(intercept: 1, numbers: ["age": 0.1], categories: ["plan": ["pro": 5]]),
        "gB": model(intercept: 2, alpha: 0.5, numbers: ["age": -0.1]),
        // About this one nothing is known, so it has no score.
        "gC": model(intercept: 100),
    ]

    @Test(
        "The group with the best score decides",
        arguments: [
            ([:], "B", "A"), (["age": 10], "A", "B"), (["age": "10"], "A", "B"), (["age": "ten"], "B", "A"),
            (["plan": "pro"], "A", "B"), (["plan": "Pro"], "B", "A"), (["plan": "pro", "age": -40], "B", "A"),
            (["age": .null], "B", "A"),
        ] as [(Object, String, String)])
    func best(_ custom: Object, _ highest: String, _ lowest: String) throws {
        let user = User(userID: "u1", custom: custom)
        let high = try Self.ask(Self.project(models: Self.models), user)
        #expect(high.groupName == highest)
        #expect(high.ruleID == "g\(highest)")
        #expect(try Self.ask(Self.project(models: Self.models, higherIsBetter: false), user).groupName == lowest)
    }

    @Test("Of equal scores the first group wins")
    func ties() throws {
        let models: Value = [
            "gC": Self.model(intercept: 1, numbers: ["age": 1]), "gB": Self.model(intercept: 1, numbers: ["age": 1]),
        ]
        #expect(try Self.ask(Self.project(models: models)).groupName == "B")
    }

    @Test(
        "A category is the text of the field's value",
        arguments: [
            ("5", 5), ("true", true), ("null", .null), ("[1]", [1]),
            (#"{"b":1.0,"a":[null,{"c":"x"}]}"#, ["b": 1.0, "a": [.null, ["c": "x"]]]),
        ] as [(String, Value)])
    func categories(_ category: String, _ value: Value) throws {
        let models: Value = [
            "gA": Self.model(intercept: 1, numbers: ["x": 1]),
            "gB": Self.model(categories: ["field": .object([category: 9])]),
        ]
        let project = Self.project(models: models)
        #expect(try Self.ask(project, User(userID: "u1", custom: ["field": value])).groupName == "B")
        #expect(try Self.ask(project).groupName == "A")
    }

    @Test(
        "Where nothing is known of any group, chance decides",
        arguments: [(0, "A"), (0.4, "B"), (0.99, "C")] as [(Double, String)])
    func nothingKnown(_ random: Double, _ group: String) throws {
        let result = try Self.ask(Self.project(models: ["gA": Self.model(intercept: 5)]), random: random)
        #expect(result.groupName == group)
        #expect(result.ruleID == "g\(group)")
    }

    @Test("An autotune hides an experiment of its name, but isn't a dynamic config")
    func names() throws {
        var project = Self.project()
        #expect(try project.ruleset().dynamicConfig("tune", for: User(), in: .plain).reason == .unrecognized)
        project.experiment("tune", Rule("e1", returns: ["is": "experiment"]))
        let ruleset = try project.ruleset()
        #expect(ruleset.experiment("tune", for: User(userID: "u1"), in: .plain).groupName == "B")
        #expect(ruleset.dynamicConfig("tune", for: User(), in: .plain).value == ["is": "experiment"])
    }

    @Test("A random source out of range harms nothing", arguments: [-1, 1, 2, .nan, .infinity])
    func oddRandom(_ random: Double) throws {
        let models: Value = ["gA": Self.model(intercept: 5)]
        #expect(try Self.ask(Self.project(models: models), random: random).groupName != nil)
        #expect(try Self.ask(Self.project(models: models, sampleRate: 1), random: random).groupName != nil)
    }
}
