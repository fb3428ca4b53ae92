// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Which rule decides, and what it returns (Evaluation §2.6, §5.2, §5.4).
@Suite("Rules")
struct RuleTests {
    @Test("The first rule whose conditions pass decides")
    func first() throws {
        let ruleset = try Project(
            gate: Rule("a", .nobody), Rule("b", .everyone, .nobody), Rule("c", .everyone, .everyone), Rule("d")
        ).ruleset()
        #expect(ruleset.gate("gate", for: User(), in: .plain).ruleID == "c")
    }

    @Test("A rule without conditions passes")
    func unconditional() throws {
        #expect(try Project(gate: Rule("a")).ruleset().passes(User()))
    }

    @Test(
        "A gate passes unless its rule returns false, and its default passes only if it is true",
        arguments: [
            (true, true, true), (false, false, false), (.null, true, false), ([:], true, false),
            (["a": 1], true, false),
            ("false", true, false), (0, true, false), ([], true, false),
        ] as [(Value, Bool, Bool)])
    func gateValues(_ value: Value, _ fromRule: Bool, _ fromDefault: Bool) throws {
        var project = Project(gate: Rule("rule", returns: value))
        project.gate("empty", default: value)
        let ruleset = try project.ruleset()
        #expect(ruleset.passes(User()) == fromRule)
        #expect(ruleset.checkGate("empty", for: User(), in: .plain) == fromDefault)
    }

    @Test(
        "Configs return objects, booleans and null; anything else is an empty object",
        arguments: [
            (["a": [1, 1.0]], #"{"a":[1,1.0]}"#), (true, "true"), (false, "false"), (.null, "null"), (5, "{}"),
            ("x", "{}"), ([1], "{}"),
        ] as [(Value, String)])
    func configValues(_ value: Value, _ json: String) throws {
        var project = Project()
        project.config("config", Rule("rule", returns: value))
        project.config("empty", default: value)
        let ruleset = try project.ruleset()
        for name in ["config", "empty"] {
            let result = ruleset.dynamicConfig(name, for: User(), in: .plain)
            #expect(result.json == json)
            #expect(result.value == Value(json: Array(json.utf8))?.object)
        }
    }

    @Test(
        "Without a rule that passes the rule id is default or disabled, and disabled specs try their rules",
        arguments: [(true, "default"), (false, "disabled")])
    func fallback(_ enabled: Bool, _ ruleID: String) throws {
        var project = Project()
        project.gate("none", Rule("rule", .nobody), enabled: enabled, version: 7)
        project.gate("some", Rule("rule"), enabled: enabled)
        let ruleset = try project.ruleset()
        let none = ruleset.gate("none", for: User(), in: .plain)
        #expect(none.ruleID == ruleID)
        #expect(none.reason == .recognized)
        #expect(none.version == 7)
        #expect(none.idType == "userID")
        #expect(ruleset.gate("some", for: User(), in: .plain).ruleID == "rule")
    }

    @Test("An unknown name has neither rule nor ID type", arguments: EntityKind.allCases)
    func unknownName(_ kind: EntityKind) throws {
        let ruleset = try Project().ruleset()
        let results: [any EvaluationResult] = [
            ruleset.gate("x", for: User(), in: .plain), ruleset.dynamicConfig("x", for: User(), in: .plain),
            ruleset.experiment("x", for: User(), in: .plain), ruleset.layer("", for: User(), in: .plain),
        ]
        for result in results {
            #expect(result.reason == .unrecognized)
            #expect(result.reason.description(source: "Network") == "Network:Unrecognized")
            #expect(result.ruleID.isEmpty)
            #expect(result.idType == nil)
            #expect(result.version == nil)
            #expect(result.secondaryExposures.isEmpty)
        }
    }

    @Test(
        "What an unsupported gate answers depends on the conditions around the unknown one",
        arguments: [
            ([.everyone, .unknown], true), ([.unknown, .everyone], false), ([.unknown], false),
            ([.everyone, .unknown, .everyone], true), ([.everyone, .unknown, .nobody], false),
            ([.everyone, .absent], true), ([.absent, .everyone], false), ([.nobody, .absent], false),
            // The reference stops at a condition that the document doesn't have.
            ([.everyone, .absent, .nobody], true), ([.nobody, .everyone, .absent], true),
        ] as [([Condition], Bool)])
    func unsupported(_ conditions: [Condition], _ value: Bool) throws {
        var rule = Rule("rule")
        rule.conditions = conditions
        let result = try Project(gate: rule, Rule("next")).ruleset().gate("gate", for: User(), in: .plain)
        #expect(result.value == value)
        #expect(result.reason == .unsupported)
        #expect(result.ruleID.isEmpty)
    }

    @Test(
        "A missing or unknown operator is unsupported, types are matched exactly",
        arguments: [
            Condition(type: "user_field", field: "a"), Condition(type: "user_field", operator: "EQ", field: "a"),
            Condition(type: "USER_FIELD", operator: "eq", field: "a"),
            Condition(type: "user_field", operator: "encoded_any", field: "a"), Condition(type: "unit_id"),
            Condition(type: "", operator: "eq"),
        ])
    func unsupportedConditions(_ condition: Condition) throws {
        let result = try Project(gate: Rule("rule", condition)).ruleset().gate("gate", for: User(), in: .plain)
        #expect(result.reason == .unsupported)
    }

    @Test("Types that compare nothing ignore the operator")
    func ignoredOperators() throws {
        var everyone = Condition.everyone
        everyone.operatorName = "weather"
        var gate = Condition.gate("other")
        gate.operatorName = "weather"
        var project = Project(gate: Rule("rule", everyone, gate))
        project.gate("other", Rule("other"))
        #expect(try project.ruleset().gate("gate", for: User(), in: .plain).reason == .recognized)
    }

    @Test(
        "The time is in ms and has neither text nor float",
        arguments: [
            ("after", 1_699_999_999_999, true), ("after", 1_700_000_000_000, false),
            ("before", 1_700_000_000_001, true), ("on", 1_700_000_000_000, true), ("gt", 0, false), ("lt", 2e18, false),
            ("eq", 1_700_000_000_000, false), ("eq", .null, true), ("any", [""], true),
            ("any", ["1700000000000"], false), ("str_matches", "", false), ("version_gt", "0", false),
        ] as [(String, Value, Bool)])
    func currentTime(_ comparison: String, _ target: Value, _ passes: Bool) throws {
        #expect(try Project(gate: Rule("rule", .time(comparison, target))).ruleset().passes(User()) == passes)
    }

    @Test(
        "Target apps are compared with the document's app",
        arguments: [
            ("app", "eq", "app", true), ("app", "any", ["APP"], true), (.null, "eq", .null, true),
            (5, "any", ["5"], true),
            ("app", "eq", "other", false),
            (true, "eq", true, true), (true, "eq", "true", true), ([1], "eq", [1], true),
            (["a": 1], "eq", ["a": 1], true),
            (["a": 1], "eq", .null, false), (5, "gt", 4, true),
        ] as [(Value, String, Value, Bool)])
    func targetApp(_ app: Value, _ comparison: String, _ target: Value, _ passes: Bool) throws {
        let condition = Condition(type: "target_app", operator: comparison, target: target)
        var project = Project(gate: Rule("rule", condition))
        project.members["app_id"] = app
        #expect(try project.ruleset().passes(User()) == passes)
    }
}
