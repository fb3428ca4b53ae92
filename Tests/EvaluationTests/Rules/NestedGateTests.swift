// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Gates that conditions name (Evaluation §8).
@Suite("Nested gates")
struct NestedGateTests {
    private static func exposures(_ project: Project, _ name: String = "gate") throws -> [String] {
        texts(of: try project.ruleset().gate(name, for: User(userID: "u"), in: .plain).secondaryExposures)
    }

    @Test("Exposures come depth first, inner before outer, from all rules tried")
    func order() throws {
        var project = Project(
            gate: Rule("r1", .gate("a"), .gate("b"), .nobody), Rule("r2", .nobody, .gate("c")), Rule("r3"),
            Rule("r4", .gate("never")))
        project.gate("a", Rule("a1", .gate("a_inner")))
        project.gate("a_inner", Rule("inner1", .nobody))
        project.gate("b", Rule("b1"))
        project.gate("c", Rule("c1", .gate("b")))
        project.gate("never", Rule("n1"))
        #expect(
            try Self.exposures(project) == [
                "a_inner=false default", "a=false default", "b=true b1", "b=true b1", "c=true c1",
            ])
    }

    @Test("A gate that is asked for again repeats its exposures")
    func repeated() throws {
        var project = Project(gate: Rule("r1", .gate("a"), .notGate("a")), Rule("r2", .gate("a")))
        project.gate("a", Rule("a1", .gate("b")))
        project.gate("b", Rule("b1"))
        let once = ["b=true b1", "a=true a1"]
        #expect(try Self.exposures(project) == once + once + once)
    }

    @Test("fail_gate passes where the gate doesn't, and is exposed with the gate's own answer")
    func inverted() throws {
        var project = Project(gate: Rule("r1", .notGate("off"), .notGate("on")), Rule("r2", .notGate("off")))
        project.gate("on", Rule("x"))
        project.gate("off")
        let result = try project.ruleset().gate("gate", for: User(), in: .plain)
        #expect(result.ruleID == "r2")
        #expect(texts(of: result.secondaryExposures) == ["off=false default", "on=true x", "off=false default"])
    }

    @Test("An unknown gate is false and isn't exposed", arguments: ["nowhere", "", 5, .null, ["a"]] as [Value])
    func unknown(_ name: Value) throws {
        let ruleset = try Project(gate: Rule("r1", .gate(name)), Rule("r2", .notGate(name))).ruleset()
        let result = ruleset.gate("gate", for: User(), in: .plain)
        #expect(result.ruleID == "r2")
        #expect(result.value)
        #expect(result.reason == .recognized)
        #expect(result.secondaryExposures.isEmpty)
    }

    @Test("Segments aren't exposed, but the gates they ask for are")
    func segments() throws {
        var project = Project(gate: Rule("r1", .gate("segment:s")))
        project.gate("segment:s", Rule("s1", .gate("inner")))
        project.gate("inner", Rule("i1"))
        #expect(try Self.exposures(project) == ["inner=true i1"])
        #expect(try Self.exposures(project, "segment:s") == ["inner=true i1"])
    }

    @Test("A gate whose rule has an empty id isn't exposed")
    func emptyRuleID() throws {
        var project = Project(gate: Rule("r1", .gate("a")))
        project.gate("a", Rule(""))
        #expect(try Self.exposures(project).isEmpty)
    }

    @Test(
        "A nested gate that is unsupported makes the outer one so, and leaves the verdict before it",
        arguments: [
            ([.everyone, .gate("odd")], true), ([.gate("odd"), .everyone], false),
            ([.everyone, .notGate("odd")], true),
            ([.everyone, .gate("odd"), .nobody], false), ([.everyone, .gate("odd"), .gate("odd")], true),
        ] as [([Condition], Bool)])
    func unsupported(_ conditions: [Condition], _ value: Bool) throws {
        var rule = Rule("rule")
        rule.conditions = conditions
        var project = Project(gate: rule)
        project.gate("odd", Rule("o1", .gate("fine")), Rule("o2", .unknown))
        project.gate("fine")
        let result = try project.ruleset().gate("gate", for: User(), in: .plain)
        #expect(result.value == value)
        #expect(result.reason == .unsupported)
        // Exposures that the unsupported gate has seen are kept.
        #expect(Set(texts(of: result.secondaryExposures)) == ["fine=false default"])
    }

    @Test("Nothing but the answer, its rule and its exposures comes from a nested gate")
    func isolation() throws {
        var project = Project()
        project.experiment("experiment", Rule("r1", .notGate("a")), default: ["x": 1], members: ["idType": "companyID"])
        project.gate("a", Rule("a1", group: "Group A", isGroup: true), version: 9)
        let result = try project.ruleset().experiment("experiment", for: User(), in: .plain)
        #expect(result.ruleID == "default")
        #expect(result.groupName == nil)
        #expect(result.version == nil)
        #expect(result.idType == "companyID")
        #expect(!result.isUserInExperiment)
        #expect(texts(of: result.secondaryExposures) == ["a=true a1"])
    }

    @Test("64 gates may nest; one more fails the call", arguments: [(64, true), (65, false)])
    func depth(_ levels: Int, _ isFine: Bool) throws {
        var project = Project()
        for level in 0..<levels { project.gate("g\(level)", Rule("r", .gate(.string("g\(level + 1)")))) }
        project.gate("g\(levels)", Rule("r"))
        let ruleset = try project.ruleset()
        let result = ruleset.gate("g0", for: User(), in: .plain)
        #expect(result.value == isFine)
        #expect(ruleset.checkGate("g0", for: User(), in: .plain) == isFine)
        #expect(result.reason == (isFine ? .recognized : .tooDeep))
        #expect(result.secondaryExposures.count == (isFine ? 64 : 0))
        if !isFine {
            #expect(result.ruleID.isEmpty)
            #expect(result.reason.description(source: "Network") == "Error:Statsig Evaluation Depth Exceeded")
        }
    }

    @Test("Gates without a sampling rate are noticed, segments aside")
    func analyticalGates() throws {
        var project = Project(gate: Rule("r1", .gate("a")))
        project.gate("a", Rule("a1"))
        project.gate("plain", Rule("p1"))
        project.gate("on_segment", Rule("s1", .gate("segment:s")))
        project.gate("segment:s", Rule("x"))
        let ruleset = try project.ruleset()
        #expect(ruleset.gate("gate", for: User(), in: .plain).evaluation.hasSeenAnalyticalGates)
        #expect(!ruleset.gate("plain", for: User(), in: .plain).evaluation.hasSeenAnalyticalGates)
        #expect(!ruleset.gate("on_segment", for: User(), in: .plain).evaluation.hasSeenAnalyticalGates)
    }

    @Test("They are noticed at any depth; a gate that was asked before has the rate of the last one evaluated")
    func analyticalGatesBelow() throws {
        var project = Project(gate: Rule("r1", .gate("middle")))
        project.gate("middle", Rule("m1", .gate("bottom"), samplingRate: 5))
        project.gate("bottom", Rule("b1"))
        project.gate("again", Rule("a1", .gate("sampled"), .gate("segment:s"), .gate("sampled")))
        project.gate("sampled", Rule("s1", samplingRate: 5))
        project.gate("segment:s", Rule("x"))
        let ruleset = try project.ruleset()
        #expect(ruleset.gate("gate", for: User(), in: .plain).evaluation.hasSeenAnalyticalGates)
        #expect(ruleset.gate("again", for: User(), in: .plain).evaluation.hasSeenAnalyticalGates)
        project.gate("again", Rule("a1", .gate("sampled"), .gate("sampled")))
        #expect(!(try project.ruleset().gate("again", for: User(), in: .plain).evaluation.hasSeenAnalyticalGates))
    }
}
