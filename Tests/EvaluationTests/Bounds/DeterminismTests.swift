// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// The same question has the same answer, from wherever and however often it is asked.
@Suite("Determinism")
struct DeterminismTests {
    private static func ruleset() throws -> Ruleset {
        var project = Project(
            gate: Rule("r1", .gate("half"), .field("plan", "str_matches", "^p")),
            Rule("r2", Condition(type: "ua_based", operator: "any", target: ["Firefox"], field: "browser_name")),
            Rule("r3", .notGate("half"), percentage: 30))
        project.gate("half", Rule("h", percentage: 50))
        project.layer(
            "layer", Rule("l1", .gate("gate"), delegate: "experiment"), Rule("l2", returns: ["a": 2]),
            default: ["b": 3], members: ["useNewLayerEval": true])
        project.experiment("experiment", Rule("e1", .gate("half"), returns: ["a": 1], group: "G"))
        return try project.ruleset()
    }

    private static let users = (0..<60).map { number in
        User(
            userID: "user-\(number)", userAgent: number.isMultiple(of: 3) ? "Firefox/1.0" : nil,
            custom: ["plan": number.isMultiple(of: 2) ? "pro" : "free"])
    }

    private static func answers(_ ruleset: Ruleset) -> [String] {
        users.map { user in
            let gate = ruleset.gate("gate", for: user, in: .plain)
            let layer = ruleset.layer("layer", for: user, in: .plain)
            return "\(gate.value) \(gate.ruleID) \(texts(of: gate.secondaryExposures)) \(layer.json) \(layer.ruleID) "
                + "\(texts(of: layer.undelegatedSecondaryExposures)) "
                + ruleset.explain(.layer, "layer", for: user, in: .plain).text
        }
    }

    @Test("Many tasks get the same answers from one ruleset")
    func concurrency() async throws {
        let ruleset = try Self.ruleset()
        let expected = Self.answers(ruleset)
        #expect(Set(expected).count > 10)
        let isSame = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 { group.addTask { Self.answers(ruleset) == expected } }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(isSame)
    }

    @Test("Two rulesets of one document give the same answers")
    func recompiled() throws {
        #expect(Self.answers(try Self.ruleset()) == Self.answers(try Self.ruleset()))
    }

    @Test("Checking a gate and evaluating it agree, and explaining it doesn't change it")
    func agreement() throws {
        let ruleset = try Self.ruleset()
        for user in Self.users {
            let value = ruleset.gate("gate", for: user, in: .plain).value
            #expect(ruleset.checkGate("gate", for: user, in: .plain) == value)
            #expect(ruleset.explain(.gate, "gate", for: user, in: .plain).value == String(value))
        }
    }

    @Test("A result outlives its ruleset")
    func lifetime() throws {
        let results = try Self.users.map { try Self.ruleset().layer("layer", for: $0, in: .plain) }
        let expected = try Self.ruleset()
        for (user, result) in zip(Self.users, results) {
            #expect(result.json == expected.layer("layer", for: user, in: .plain).json)
            #expect(result.ruleID == expected.layer("layer", for: user, in: .plain).ruleID)
        }
    }
}
