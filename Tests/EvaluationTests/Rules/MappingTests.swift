// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Config mappings (Evaluation §11).
@Suite("Config mappings")
struct MappingTests {
    private static func project() -> Project {
        var project = Project(gate: Rule("g1"))
        project.gate("other", Rule("o1"), version: 4)
        project.experiment("old", Rule("old1", returns: ["is": "old"]), members: ["version": 1])
        project.experiment(
            "new", Rule("new1", .gate("other"), returns: ["is": "new"], group: "N"),
            members: ["version": 2, "idType": "companyID"])
        project.experiment("newest", Rule("newest1", returns: ["is": "newest"]))
        return project
    }

    @Test("A user whom the rule lets pass gets the new config, with its details")
    func mapped() throws {
        var project = Self.project()
        project.map("old", to: "new", Rule("swap", .field("plan", "eq", "pro"), .gate("gate")))
        let ruleset = try project.ruleset()
        let mapped = ruleset.experiment("old", for: User(custom: ["plan": "pro"]), in: .plain)
        #expect(mapped.name == "old")
        #expect(mapped.value == ["is": "new"])
        #expect(mapped.ruleID == "new1")
        #expect(mapped.version == 2)
        #expect(mapped.idType == "companyID")
        #expect(mapped.groupName == "N")
        #expect(mapped.evaluation.overrideConfigName == "new")
        #expect(mapped.reason == .recognized)
        // What the mapping's own rule has seen is forgotten.
        #expect(texts(of: mapped.secondaryExposures) == ["other=true o1"])
        let usual = ruleset.experiment("old", for: User(), in: .plain)
        #expect(usual.value == ["is": "old"])
        #expect(usual.evaluation.overrideConfigName == nil)
        #expect(usual.secondaryExposures.isEmpty)
    }

    @Test("Mappings hold for every kind and for names without a spec", arguments: EntityKind.allCases)
    func kinds(_ kind: EntityKind) throws {
        var project = Self.project()
        project.layer("layer", Rule("l1", returns: ["is": "layer"]))
        let target = kind == .gate ? "other" : kind == .layer ? "layer" : "new"
        project.map("nowhere", to: target, Rule("swap"))
        let ruleset = try project.ruleset()
        let result: any EvaluationResult =
            switch kind {
            case .gate: ruleset.gate("nowhere", for: User(), in: .plain)
            case .dynamicConfig: ruleset.dynamicConfig("nowhere", for: User(), in: .plain)
            case .experiment: ruleset.experiment("nowhere", for: User(), in: .plain)
            case .layer: ruleset.layer("nowhere", for: User(), in: .plain)
            }
        #expect(result.reason == .recognized)
        #expect(result.evaluation.overrideConfigName == target)
    }

    @Test("Mappings follow one another, and the last name is told")
    func chain() throws {
        var project = Self.project()
        project.map("old", to: "new", Rule("swap1"))
        project.map("new", to: "newest", Rule("swap2"))
        let result = try project.ruleset().experiment("old", for: User(), in: .plain)
        #expect(result.value == ["is": "newest"])
        #expect(result.evaluation.overrideConfigName == "newest")
    }

    @Test("A mapping to nothing gives way to the next one, and that to the config itself")
    func unknownTarget() throws {
        var project = Self.project()
        project.map("old", to: "nowhere", Rule("swap1"))
        #expect(try project.ruleset().experiment("old", for: User(), in: .plain).value == ["is": "old"])
        project.map("old", to: "newest", Rule("swap2"))
        let result = try project.ruleset().experiment("old", for: User(), in: .plain)
        #expect(result.value == ["is": "newest"])
    }

    @Test(
        "A mapping rests before its time",
        arguments: [(1_700_000_000_000, true), (1_700_000_000_001, false), (0, true), (-5, true)] as [(Int64, Bool)])
    func startTime(_ time: Int64, _ isMapped: Bool) throws {
        var project = Self.project()
        project.map("old", to: "new", Rule("swap"), from: time)
        let result = try project.ruleset().experiment("old", for: User(), in: .plain)
        #expect((result.evaluation.overrideConfigName != nil) == isMapped)
    }

    @Test("The percentage is hashed with the salt of the config that was asked for")
    func percentage() throws {
        // The salt of all specs here is "salt".
        for (bucket, id) in PercentageTests.users where bucket > 0 && bucket < 9_999 {
            for (percentage, isMapped) in [(Double(bucket) / 100 - 0.005, false), (Double(bucket) / 100 + 0.005, true)]
            {
                var project = Self.project()
                project.map("old", to: "new", Rule("r", percentage: .double(percentage)))
                let result = try project.ruleset().experiment("old", for: User(userID: id), in: .plain)
                #expect((result.ruleID == "new1") == isMapped)
            }
        }
    }

    @Test("A rule that fails, is unsupported or is missing maps no user")
    func resting() throws {
        for rule in [Rule("swap", .nobody), Rule("swap", .unknown), Rule("swap", .everyone, .absent)] {
            var project = Self.project()
            project.map("old", to: "new", rule)
            let result = try project.ruleset().experiment("old", for: User(), in: .plain)
            #expect(result.ruleID == "old1")
            #expect(result.reason == .recognized)
        }
        var project = Self.project()
        project.members["overrides"] = ["old": [["new_config_name": "new", "rules": [["rule_name": "nowhere"]]]]]
        project.members["override_rules"] = [:]
        #expect(try project.ruleset().experiment("old", for: User(), in: .plain).ruleID == "old1")
    }

    @Test("Nested gates are mapped too, and tell it to the outer result")
    func nested() throws {
        var project = Project(gate: Rule("r1", .gate("inner")))
        project.gate("inner", Rule("i1", returns: false))
        project.gate("replacement", Rule("x1"), version: 5)
        project.map("inner", to: "replacement", Rule("swap"))
        let result = try project.ruleset().gate("gate", for: User(), in: .plain)
        #expect(result.value)
        #expect(result.ruleID == "r1")
        #expect(result.version == nil)
        #expect(result.evaluation.overrideConfigName == "replacement")
        #expect(texts(of: result.secondaryExposures) == ["inner=true x1"])
    }
}
