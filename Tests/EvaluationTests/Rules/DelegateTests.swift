// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Rules that leave the decision to an experiment, as in classic layers (Evaluation §9).
@Suite("Delegates and layers")
struct DelegateTests {
    private static func project() -> Project {
        var project = Project()
        project.layer(
            "layer", Rule("l1", .gate("holdout"), returns: ["from": "holdout"]),
            Rule("l2", .field("plan", "eq", "pro"), percentage: 0, returns: ["from": "rule"], delegate: "experiment"),
            Rule("l3", .field("plan", "eq", "free"), returns: ["from": "rule"], group: "Free", delegate: "nowhere"),
            default: ["from": "default"], members: ["version": 3, "idType": "stableID", "explicitParameters": ["own"]])
        project.experiment(
            "experiment", Rule("e1", .gate("targeting"), .nobody),
            Rule("e2", percentage: 100, returns: ["from": "experiment"], group: "Test", isGroup: true),
            default: ["from": "experiment default"],
            members: ["isActive": true, "explicitParameters": ["from", "size"], "version": 8])
        project.gate("holdout", Rule("h1", .nobody))
        project.gate("targeting", Rule("t1"))
        return project
    }

    @Test("The experiment decides in the layer's place, whatever the rule's percentage")
    func taken() throws {
        let result = try Self.project().ruleset().layer("layer", for: User(custom: ["plan": "pro"]), in: .plain)
        #expect(result.value == ["from": "experiment"])
        #expect(result.ruleID == "e2")
        #expect(result.groupName == "Test")
        #expect(result.allocatedExperiment == "experiment")
        #expect(result.isExperimentActive)
        #expect(result.isUserInExperiment)
        #expect(result.explicitParameters == ["from", "size"])
        // The layer's own:
        #expect(result.idType == "stableID")
        #expect(result.version == 3)
        #expect(texts(of: result.secondaryExposures) == ["holdout=false default", "targeting=true t1"])
        #expect(texts(of: result.undelegatedSecondaryExposures) == ["holdout=false default"])
        #expect(result.ruleID(of: "from") == "e2")
    }

    @Test("A delegate that doesn't exist leaves the rule as it is")
    func missing() throws {
        let result = try Self.project().ruleset().layer("layer", for: User(custom: ["plan": "free"]), in: .plain)
        #expect(result.value == ["from": "rule"])
        #expect(result.ruleID == "l3")
        #expect(result.groupName == "Free")
        #expect(result.allocatedExperiment == nil)
        #expect(result.explicitParameters == ["own"])
        #expect(texts(of: result.undelegatedSecondaryExposures) == ["holdout=false default"])
    }

    @Test("Without a rule that passes a layer gives its default")
    func fallback() throws {
        let result = try Self.project().ruleset().layer("layer", for: User(), in: .plain)
        #expect(result.value == ["from": "default"])
        #expect(result.ruleID == "default")
        #expect(result.allocatedExperiment == nil)
        #expect(!result.isUserInExperiment)
    }

    @Test("An unsupported delegate is taken and has no value")
    func unsupported() throws {
        var project = Project()
        project.layer("layer", Rule("l1", delegate: "odd"), default: ["a": 1])
        project.experiment("odd", Rule("o1", .unknown))
        let result = try project.ruleset().layer("layer", for: User(), in: .plain)
        #expect(result.reason == .unsupported)
        #expect(result.value == nil)
        #expect(result.json == "null")
        #expect(result.allocatedExperiment == "odd")
    }

    @Test("Experiments and gates may delegate too, and delegates in turn")
    func chain() throws {
        var project = Project(gate: Rule("g1", delegate: "first"))
        project.experiment("first", Rule("f1", .gate("a"), delegate: "second"))
        project.experiment("second", Rule("s1", .gate("b"), returns: ["x": 2], group: "B"))
        project.gate("a", Rule("a1"))
        project.gate("b", Rule("b1"))
        project.layer("layer", Rule("l1", delegate: "first"))
        let ruleset = try project.ruleset()
        #expect(ruleset.gate("gate", for: User(), in: .plain).ruleID == "s1")
        #expect(ruleset.passes(User()))
        let layer = ruleset.layer("layer", for: User(), in: .plain)
        #expect(layer.value == ["x": 2])
        #expect(layer.allocatedExperiment == "first")
        #expect(texts(of: layer.secondaryExposures) == ["a=true a1", "b=true b1"])
    }

    @Test("Delegates in a circle end with the error of nested gates")
    func cycle() throws {
        var project = Project()
        project.layer("layer", Rule("l1", delegate: "a"), default: ["x": 1])
        project.experiment("a", Rule("a1", delegate: "b"))
        project.experiment("b", Rule("b1", delegate: "a"))
        let result = try project.ruleset().layer("layer", for: User(), in: .plain)
        #expect(result.reason == .tooDeep)
        #expect(result.value == nil)
        #expect(result.allocatedExperiment == nil)
    }
}
