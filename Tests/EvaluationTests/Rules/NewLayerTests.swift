// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Layers that merge the parameters of all rules that pass (Evaluation §10).
@Suite("Merging layers")
struct NewLayerTests {
    private static let merging: Object = ["useNewLayerEval": true, "isActive": true]

    @Test("Each rule that passes adds the parameters that aren't there yet, then the defaults do")
    func merge() throws {
        var project = Project()
        project.layer(
            "layer", Rule("r1", .nobody, returns: ["a": 0]), Rule("r2", returns: ["a": 1, "b": 1], group: "G"),
            Rule("r3", percentage: 0, returns: ["c": 2]), Rule("r4", returns: ["b": 3, "c": 3]),
            default: ["a": 9, "b": 9, "c": 9, "d": 9], members: Self.merging)
        let result = try project.ruleset().layer("layer", for: User(userID: "u"), in: .plain)
        #expect(result.value == ["a": 1, "b": 1, "c": 3, "d": 9])
        #expect(result.ruleID == "default")
        #expect(result.groupName == nil)
        #expect(result.allocatedExperiment == nil)
        #expect(result.isExperimentActive)
        let rules = ["a", "b", "c", "d", "e"].map { result.ruleID(of: $0) }
        #expect(rules == ["r2", "r2", "r4", "default", "default"])
        #expect(result.evaluation.passed)
    }

    @Test("Without a rule that passes there are the defaults")
    func fallback() throws {
        var project = Project()
        project.layer("layer", Rule("r1", .nobody), default: ["a": 9], members: Self.merging)
        let result = try project.ruleset().layer("layer", for: User(), in: .plain)
        #expect(result.value == ["a": 9])
        #expect(result.ruleID == "default")
        #expect(!result.evaluation.passed)
    }

    @Test("A delegate that comes first counts, under the rule's id")
    func delegate() throws {
        var project = Project()
        project.layer(
            "layer", Rule("r1", .gate("gate"), returns: ["z": 1], isGroup: true, delegate: "experiment"),
            Rule("r2", .gate("late"), returns: ["a": 2, "b": 2]), default: ["c": 9], members: Self.merging)
        project.experiment(
            "experiment", Rule("e1", .gate("inner"), returns: ["a": 1], group: "Test"),
            members: ["explicitParameters": ["a"]])
        for name in ["gate", "inner", "late"] { project.gate(name, Rule("x")) }
        let result = try project.ruleset().layer("layer", for: User(), in: .plain)
        #expect(result.value == ["a": 1, "b": 2, "c": 9])
        #expect(result.ruleID == "r1")
        #expect(result.groupName == "Test")
        #expect(result.allocatedExperiment == "experiment")
        #expect(result.explicitParameters == ["a"])
        #expect(result.isUserInExperiment)
        #expect(["a", "b", "c"].map { result.ruleID(of: $0) } == ["r1", "r2", "default"])
        #expect(texts(of: result.secondaryExposures) == ["gate=true x", "inner=true x", "late=true x"])
        #expect(texts(of: result.undelegatedSecondaryExposures) == ["gate=true x", "late=true x"])
    }

    @Test("A delegate that comes too late is passed over, but leaves its exposures to the next rule")
    func lateDelegate() throws {
        var project = Project()
        project.layer(
            "layer", Rule("r1", returns: ["a": 1]), Rule("r2", returns: ["b": 1], delegate: "experiment"),
            Rule("r3", returns: ["c": 3]), members: Self.merging)
        project.layer(
            "last", Rule("r1", returns: ["a": 1]), Rule("r2", returns: ["b": 1], delegate: "experiment"),
            members: Self.merging)
        project.experiment("experiment", Rule("e1", .gate("inner"), returns: ["b": 2], group: "Test"))
        project.gate("inner", Rule("x"))
        let ruleset = try project.ruleset()
        let result = ruleset.layer("layer", for: User(), in: .plain)
        #expect(result.value == ["a": 1, "c": 3])
        #expect(result.allocatedExperiment == nil)
        #expect(result.groupName == nil)
        #expect(texts(of: result.secondaryExposures) == ["inner=true x"])
        #expect(ruleset.layer("last", for: User(), in: .plain).secondaryExposures.isEmpty)
    }

    @Test("The percentage comes before the delegate")
    func percentageFirst() throws {
        var project = Project()
        project.layer(
            "layer", Rule("r1", percentage: 0, delegate: "experiment"), default: ["a": 9], members: Self.merging)
        project.experiment("experiment", Rule("e1", returns: ["a": 1]))
        let result = try project.ruleset().layer("layer", for: User(), in: .plain)
        #expect(result.value == ["a": 9])
        #expect(result.allocatedExperiment == nil)
    }

    @Test("An unknown condition ends the evaluation without a value")
    func unsupported() throws {
        var project = Project()
        project.layer("layer", Rule("r1", returns: ["a": 1]), Rule("r2", .unknown), members: Self.merging)
        let result = try project.ruleset().layer("layer", for: User(), in: .plain)
        #expect(result.reason == .unsupported)
        #expect(result.value == nil)
        #expect(result.ruleID.isEmpty)
    }
}
