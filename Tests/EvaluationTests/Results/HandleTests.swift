// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Names that are looked up once.
@Suite("Handles")
struct HandleTests {
    private static func project(_ names: [String]) -> Project {
        var project = Project()
        for name in names { project.gate(name, Rule("r", .field("who", "eq", .string(name)))) }
        return project
    }

    @Test("A handle asks for the gate it was made for, with any ruleset", arguments: [1, 3, 40])
    func acrossRulesets(_ count: Int) throws {
        let names = (0..<count).map { "gate-\($0)" }
        let first = try Self.project(names).ruleset()
        let second = try Self.project(Array(["new"] + names.reversed())).ruleset()
        for name in names {
            let handle = first.handle(for: .gate, named: name)
            #expect(handle.name == name)
            #expect(handle.kind == .gate)
            for ruleset in [first, second] {
                #expect(ruleset.checkGate(handle, for: User(custom: ["who": .string(name)]), in: .plain))
                #expect(!ruleset.checkGate(handle, for: User(custom: ["who": "somebody else"]), in: .plain))
            }
        }
    }

    @Test("A handle for a gate that comes later, or goes, finds it or not")
    func missing() throws {
        let without = try Self.project(["a"]).ruleset()
        let with = try Self.project(["a", "b"]).ruleset()
        let user = User(custom: ["who": "b"])
        #expect(with.checkGate(without.handle(for: .gate, named: "b"), for: user, in: .plain))
        #expect(!without.checkGate(with.handle(for: .gate, named: "b"), for: user, in: .plain))
        #expect(!without.checkGate(without.handle(for: .gate, named: "b"), for: user, in: .plain))
    }

    @Test("A handle of another kind is no gate", arguments: [EntityKind.dynamicConfig, .experiment, .layer])
    func otherKind(_ kind: EntityKind) throws {
        let ruleset = try Self.project(["a"]).ruleset()
        #expect(!ruleset.checkGate(ruleset.handle(for: kind, named: "a"), for: User(custom: ["who": "a"]), in: .plain))
    }

    @Test("An overridden gate is overridden by handle too")
    func overridden() throws {
        let ruleset = try Self.project(["a"]).ruleset()
        var overrides = LocalOverrides()
        overrides.setGate("nowhere", to: true)
        let context = EvaluationContext(clock: { 0 }, overrides: overrides)
        #expect(ruleset.checkGate(ruleset.handle(for: .gate, named: "nowhere"), for: User(), in: context))
    }
}
