// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// Documents that would make a naive engine crash or hang, and every entry of the article Differences.
@Suite("Hostile documents")
struct HostileDocumentTests {
    /// Generous, since tests run unoptimised and side by side; without bounds these documents take hours.
    private static let limit = Duration.seconds(20)

    private func expectQuick(_ body: () throws -> Void) rethrows {
        let duration = try ContinuousClock().measure(body)
        #expect(duration < Self.limit)
    }

    @Test("Gates that name each other end with a depth error", arguments: [1, 2, 3, 100])
    func gateCycle(_ length: Int) throws {
        var project = Project()
        for index in 0..<length {
            project.gate("g\(index)", Rule("r", .gate(.string("g\((index + 1) % length)"))), default: true)
        }
        project.config("config", Rule("c1", .gate("g0")), default: ["a": 1])
        let ruleset = try project.ruleset()
        for index in 0..<length {
            let result = ruleset.gate("g\(index)", for: User(), in: .plain)
            #expect(result.reason == .tooDeep)
            #expect(!result.value)
            #expect(result.ruleID.isEmpty)
            #expect(result.secondaryExposures.isEmpty)
            #expect(result.idType == nil)
        }
        let config = ruleset.dynamicConfig("config", for: User(), in: .plain)
        #expect(config.reason == .tooDeep)
        #expect(config.value == nil)
        #expect(config.json == "null")
    }

    @Test("A chain of 10,000 gates ends with a depth error, except for its last 65")
    func longChain() throws {
        let count = 10_000
        var gates = ""
        var conditions = ""
        for index in 0..<count {
            let separator = index == 0 ? "" : ","
            gates += """
                \(separator)"g\(index)":{"type":"","salt":"","defaultValue":false,"enabled":true,"idType":"userID",\
                "entity":"feature_gate","rules":[{"name":"r","id":"r","passPercentage":100,"returnValue":true,\
                "conditions":["c\(index)"],"idType":"userID"}]}
                """
            let type = index == count - 1 ? "public" : "pass_gate"
            conditions += """
                \(separator)"c\(index)":{"type":"\(type)","idType":"userID","targetValue":"g\(index + 1)"}
                """
        }
        let document = """
            {"has_updates":true,"time":1,"dynamic_configs":{},"layer_configs":{},"experiment_to_layer":{},\
            "feature_gates":{\(gates)},"condition_map":{\(conditions)}}
            """
        let ruleset = try Ruleset(document: Array(document.utf8))
        expectQuick {
            for (index, isFine) in [(0, false), (5_000, false), (count - 66, false), (count - 65, true)] {
                let result = ruleset.gate("g\(index)", for: User(), in: .plain)
                #expect(result.reason == (isFine ? .recognized : .tooDeep))
                #expect(result.value == isFine)
            }
        }
    }

    @Test(
        "Gates that name the next one twice take linear time, and their exposures end at 1,000", arguments: [9, 20, 60])
    func doublingGates(_ levels: Int) throws {
        var project = Project()
        for level in 0..<levels {
            let next = Value.string("g\(level + 1)")
            project.gate("g\(level)", Rule("r\(level)", .gate(next), .gate(next)))
        }
        project.gate("g\(levels)", Rule("last"))
        let ruleset = try project.ruleset()
        expectQuick {
            let result = ruleset.gate("g0", for: User(), in: .plain)
            #expect(result.value)
            #expect(result.ruleID == "r0")
            #expect(result.reason == .recognized)
            // 2 + 4 + … + 2^9 = 1022 are too many already.
            #expect(result.secondaryExposures.count == Limits.secondaryExposures)
            let first = result.secondaryExposures.first
            #expect(first == SecondaryExposure(gate: "g\(levels)", gateValue: true, ruleID: "last"))
            #expect(ruleset.checkGate("g0", for: User(), in: .plain))
        }
    }

    @Test("Fewer exposures than the limit are all there")
    func exposuresBelowLimit() throws {
        var project = Project()
        for level in 0..<8 {
            let next = Value.string("g\(level + 1)")
            project.gate("g\(level)", Rule("r\(level)", .gate(next), .gate(next)))
        }
        project.gate("g8", Rule("last"))
        #expect(try project.ruleset().gate("g0", for: User(), in: .plain).secondaryExposures.count == 510)
    }

    @Test("Mappings that lead back to themselves end with a depth error", arguments: EntityKind.allCases)
    func mappingCycle(_ kind: EntityKind) throws {
        var project = Project(gate: Rule("g1"))
        for name in ["a", "b"] {
            project.gate(name, Rule("r"))
            project.experiment(name, Rule("r"))
            project.layer(name, Rule("r"))
        }
        project.map("a", to: "b", Rule("there", .gate("gate")))
        project.map("b", to: "a", Rule("back"))
        project.map("self", to: "self", Rule("round"))
        let ruleset = try project.ruleset()
        expectQuick {
            for name in ["a", "b", "self"] {
                let result: any EvaluationResult =
                    switch kind {
                    case .gate: ruleset.gate(name, for: User(), in: .plain)
                    case .dynamicConfig: ruleset.dynamicConfig(name, for: User(), in: .plain)
                    case .experiment: ruleset.experiment(name, for: User(), in: .plain)
                    case .layer: ruleset.layer(name, for: User(), in: .plain)
                    }
                #expect(result.reason == .tooDeep)
                #expect(result.evaluation.overrideConfigName == nil)
                #expect(result.secondaryExposures.isEmpty)
            }
        }
    }

    @Test("Experiments whose groups depend on each other end with a depth error", arguments: [1, 2, 5])
    func groupCycle(_ length: Int) throws {
        var project = Project()
        for index in 0..<length {
            project.experiment("e\(index)", Rule("r", .group(of: "e\((index + 1) % length)", "eq", "A"), group: "A"))
        }
        let ruleset = try project.ruleset()
        expectQuick {
            let result = ruleset.experiment("e0", for: User(), in: .plain)
            #expect(result.reason == .tooDeep)
            #expect(result.value == nil)
            #expect(result.groupName == nil)
        }
    }

    @Test("An experiment may depend on another one's group")
    func groups() throws {
        var project = Project(gate: Rule("r", .group(of: "e", "any", ["test"]), .gate("seen")))
        project.gate("none", Rule("r", .group(of: nil, "eq", .null), .group(of: "nowhere", "eq", .null)))
        project.gate("seen", Rule("s"))
        project.experiment("e", Rule("e1", .gate("seen"), group: "Test"))
        let ruleset = try project.ruleset()
        let result = ruleset.gate("gate", for: User(), in: .plain)
        #expect(result.value)
        // The experiment's own exposures belong to its own exposure.
        #expect(texts(of: result.secondaryExposures) == ["seen=true s"])
        #expect(ruleset.checkGate("none", for: User(), in: .plain))
    }

    @Test("A graph of groups in which each experiment asks for the next one twice ends after 10,000 evaluations")
    func doublingGroups() throws {
        var project = Project()
        for index in 0..<40 {
            let next = Condition.group(of: "e\(index + 1)", "eq", "A")
            project.experiment("e\(index)", Rule("r", next, next, group: "A"))
        }
        project.experiment("e40", Rule("r", group: "A"))
        let ruleset = try project.ruleset()
        expectQuick {
            #expect(ruleset.experiment("e0", for: User(), in: .plain).reason == .tooDeep)
            // 2^11 evaluations are within the bounds.
            #expect(ruleset.experiment("e30", for: User(), in: .plain).groupName == "A")
        }
    }

    @Test("A graph of mappings in which each leads to the next one twice ends after 10,000 evaluations")
    func doublingMappings() throws {
        var project = Project()
        for index in 0..<40 {
            for turn in 0..<2 { project.map("m\(index)", to: "m\(index + 1)", Rule("rule-\(index)-\(turn)")) }
        }
        let ruleset = try project.ruleset()
        expectQuick {
            #expect(ruleset.gate("m0", for: User(), in: .plain).reason == .tooDeep)
            #expect(ruleset.gate("m32", for: User(), in: .plain).reason == .unrecognized)
        }
    }

    @Test("A failed call leaves nothing behind for the next one")
    func recovery() throws {
        var project = Project(gate: Rule("r", .gate("gate")))
        project.gate("fine", Rule("f"))
        let ruleset = try project.ruleset()
        for _ in 0..<3 {
            #expect(ruleset.gate("gate", for: User(), in: .plain).reason == .tooDeep)
            #expect(ruleset.gate("fine", for: User(), in: .plain).value)
        }
    }

    // MARK: - Values

    @Test("An array with a text in two cases equals no array that the reference crashes on")
    func collapsedArray() throws {
        let equal = try Project(gate: Rule("r", .field("f", "eq", ["A", "a", "b"]))).ruleset()
        let unequal = try Project(gate: Rule("r", .field("f", "neq", ["A", "a", "b"]))).ruleset()
        for value in [["A", "b"], ["a", "b"], ["b", "a"], ["A", "a", "b"], ["a"]] as [Value] {
            #expect(!equal.passes(User(custom: ["f": value])))
            #expect(unequal.passes(User(custom: ["f": value])))
        }
    }

    @Test(
        "An address above all others has no country",
        arguments: ["256.0.0.0", "255.255.255.256", "9223372036854775807.0.0.0", "0.0.0.4294967296"])
    func largeAddress(_ address: String) throws {
        let condition = Condition(type: "ip_based", operator: "eq", target: .null, field: "country")
        #expect(try Project(gate: Rule("r", condition)).ruleset().passes(User(ip: address)))
    }

    @Test("The lowest time is before all others")
    func lowestTime() throws {
        for value in [.integer(.min), "-9223372036854775808", -1e300] as [Value] {
            for (comparison, passes) in [("before", true), ("after", false), ("on", false)] {
                let ruleset = try Project(gate: Rule("r", .field("f", comparison, 0))).ruleset()
                // A float has no integer view unless converting it back gives the same.
                let expected = value == -1e300 ? false : passes
                #expect(ruleset.passes(User(custom: ["f": value])) == expected)
            }
        }
    }

    @Test("An element without text never matches the empty text", arguments: [.null, [:], ["a": 1]] as [Value])
    func elementWithoutText(_ element: Value) throws {
        let user = User(custom: ["f": [element]])
        for (comparison, passes) in [
            ("array_contains_any", false), ("array_contains_none", true), ("array_contains_all", false),
            ("not_array_contains_all", true),
        ] {
            #expect(try Project(gate: Rule("r", .field("f", comparison, [""]))).ruleset().passes(user) == passes)
        }
    }

    @Test("A pattern of exponential effort doesn't match, and soon")
    func hostilePattern() throws {
        let ruleset = try Project(gate: Rule("r", .field("f", "str_matches", "^(x+x+)+(?!z)y$"))).ruleset()
        expectQuick {
            #expect(!ruleset.passes(User(custom: ["f": .string(String(repeating: "x", count: 28))])))
            #expect(!ruleset.passes(User(custom: ["f": .string(String(repeating: "x", count: 5_000))])))
        }
    }

    @Test("Long lists and long texts are compared")
    func largeTargets() throws {
        let members = (0..<20_000).map { Value.string("Member-\($0)") }
        let long = String(repeating: "é", count: 50_000)
        var project = Project(gate: Rule("r", .field("f", "any", .array(members + [.string(long)]))))
        project.gate("array", Rule("r", .field("f", "array_contains_all", .array(members))))
        project.gate("parts", Rule("r", .field("f", "str_contains_any", [.string("x\(long)")])))
        let ruleset = try project.ruleset()
        expectQuick {
            #expect(ruleset.passes(User(custom: ["f": "MEMBER-19999"])))
            #expect(!ruleset.passes(User(custom: ["f": "MEMBER-20000"])))
            #expect(ruleset.passes(User(custom: ["f": .string(long.uppercased())])))
            let user = User(custom: ["f": .array(members.reversed())])
            #expect(ruleset.checkGate("array", for: user, in: .plain))
            #expect(!ruleset.checkGate("array", for: User(custom: ["f": .array(members.dropLast())]), in: .plain))
            #expect(!ruleset.checkGate("parts", for: User(custom: ["f": .string(long + long)]), in: .plain))
        }
    }
}
