// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Local overrides (Evaluation §17).
@Suite("Local overrides")
struct OverrideTests {
    private static func context(_ change: (inout LocalOverrides) -> Void) -> EvaluationContext {
        var overrides = LocalOverrides()
        change(&overrides)
        return EvaluationContext(clock: { 0 }, overrides: overrides)
    }

    private static func project() -> Project {
        var project = Project(gate: Rule("g1", returns: false))
        project.experiment(
            "experiment", Rule("e1", .nobody, returns: ["is": "a"], group: "A"),
            Rule("e2", returns: ["is": "b"], group: "B"), members: ["version": 2])
        project.layer("layer", Rule("l1", delegate: "experiment"))
        return project
    }

    @Test("An override's result has its value and a rule id, and nothing else")
    func gate() throws {
        let context = Self.context { $0.setGate("gate", to: true) }
        let result = try Self.project().ruleset().gate("gate", for: User(), in: context)
        #expect(result.value)
        #expect(result.ruleID == "override")
        #expect(result.reason == .localOverride)
        #expect(result.reason.description(source: "Network") == "LocalOverride:Recognized")
        #expect(result.idType == nil)
        #expect(try Self.project().ruleset().checkGate("gate", for: User(), in: context))
    }

    @Test("The user id comes before custom ids, and those before everybody")
    func units() throws {
        let ruleset = try Self.project().ruleset()
        let context = Self.context { overrides in
            overrides.setDynamicConfig("config", to: ["for": "user"], for: "u")
            overrides.setDynamicConfig("config", to: ["for": "custom"], for: "c")
            overrides.setDynamicConfig("config", to: ["for": "all"])
            overrides.setDynamicConfig("other", to: ["for": "user"], for: "5")
        }
        func value(_ user: User, _ name: String = "config") -> Object? {
            ruleset.dynamicConfig(name, for: user, in: context).value
        }
        #expect(value(User(userID: "u", customIDs: ["x": "c"])) == ["for": "user"])
        #expect(value(User(userID: "U", customIDs: ["x": "c"])) == ["for": "custom"])
        #expect(value(User(customIDs: ["x": "u"])) == ["for": "user"])
        #expect(value(User()) == ["for": "all"])
        #expect(value(User(), "other") == nil)
        var numeric = User()
        numeric[.userID] = 5.0
        #expect(value(numeric, "other") == ["for": "user"])
    }

    @Test("An experiment is overridden with a value or with one of its groups")
    func experiment() throws {
        let ruleset = try Self.project().ruleset()
        func result(_ value: LocalOverrides.ExperimentOverride) -> ExperimentEvaluation {
            ruleset.experiment(
                "experiment", for: User(), in: Self.context { $0.setExperiment("experiment", to: value) })
        }
        #expect(result(.value(["is": "x"])).value == ["is": "x"])
        #expect(result(.value(["is": "x"]))["is", default: ""] == "x")
        #expect(result(.group("A")).value == ["is": "a"])
        #expect(result(.group("a")).value == nil)
        #expect(result(.group("a")).reason == .localOverride)
        #expect(result(.group("A")).groupName == "A")
        #expect(result(.group("A")).ruleID == "override")
        #expect(result(.group("A")).version == nil)
        #expect(!result(.group("A")).evaluation.passed)
        #expect(result(.group("a")).groupName == nil)
        #expect(result(.value(["is": "x"])).groupName == nil)
    }

    @Test("A forced group counts as a group of the experiment")
    func forcedGroup() throws {
        var project = Project()
        project.experiment(
            "experiment", Rule("control", .nobody, returns: ["is": "c"], group: "Control", isGroup: true),
            Rule("rest", returns: ["is": "r"], group: "Rest"),
            members: ["isActive": true, "hasSharedParams": true, "explicitParameters": ["is"]])
        let ruleset = try project.ruleset()
        func result(_ group: String) -> ExperimentEvaluation {
            ruleset.experiment(
                "experiment", for: User(), in: Self.context { $0.setExperiment("experiment", to: .group(group)) })
        }
        let control = result("Control")
        #expect(control.groupName == "Control")
        #expect(control["is", default: ""] == "c")
        #expect(control.isActive)
        #expect(control.isUserInExperiment)
        #expect(control.isInLayer)
        #expect(control.explicitParameters == ["is"])
        #expect(!result("Rest").isUserInExperiment)
        #expect(!result("Contrl").isUserInExperiment)
        #expect(!result("Contrl").isActive)
    }

    @Test("Overrides are told apart by kind")
    func kinds() throws {
        let ruleset = try Self.project().ruleset()
        let context = Self.context { overrides in
            overrides.setExperiment("experiment", to: .value(["is": "x"]))
            overrides.setLayer("gate", to: ["is": "x"])
        }
        #expect(ruleset.dynamicConfig("experiment", for: User(), in: context).value == ["is": "b"])
        #expect(ruleset.gate("gate", for: User(), in: context).reason == .recognized)
        #expect(ruleset.layer("gate", for: User(), in: context).value == ["is": "x"])
    }

    @Test("Nested gates and delegates are overridden too")
    func nested() throws {
        var project = Self.project()
        project.gate("outer", Rule("o1", .gate("gate")))
        let ruleset = try project.ruleset()
        let context = Self.context { overrides in
            overrides.setGate("gate", to: true)
            overrides.setExperiment("experiment", to: .value(["is": "x"]))
        }
        let outer = ruleset.gate("outer", for: User(), in: context)
        #expect(outer.value)
        #expect(outer.ruleID == "o1")
        #expect(texts(of: outer.secondaryExposures) == ["gate=true override"])
        let layer = ruleset.layer("layer", for: User(), in: context)
        #expect(layer.value == ["is": "x"])
        #expect(layer.allocatedExperiment == "experiment")
        #expect(layer.reason == .localOverride)
    }

    @Test("Overrides come before mappings and hold for unknown names")
    func precedence() throws {
        var project = Self.project()
        project.gate("other", Rule("x"))
        project.map("gate", to: "other", Rule("swap"))
        let context = Self.context { overrides in
            overrides.setGate("gate", to: false)
            overrides.setGate("nowhere", to: true)
        }
        let ruleset = try project.ruleset()
        #expect(ruleset.gate("gate", for: User(), in: context).ruleID == "override")
        #expect(ruleset.gate("nowhere", for: User(), in: context).value)
    }

    @Test("Overrides end one by one or all of a name")
    func removing() {
        var overrides = LocalOverrides()
        #expect(overrides.isEmpty)
        overrides.setGate("a", to: true, for: "u")
        overrides.setLayer("a", to: [:])
        overrides.setParameterStore("b", to: [:])
        #expect(!overrides.isEmpty)
        overrides.setGate("a", to: nil, for: "u")
        overrides.setLayer("a", to: nil)
        #expect(!overrides.isEmpty)
        overrides.removeAll(named: "b")
        #expect(overrides.isEmpty)
    }
}
