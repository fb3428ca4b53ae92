// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Which environment holds (Evaluation §3.4, §3.5).
@Suite("Environments")
struct EnvironmentTests {
    struct Case: Sendable {
        var field = "tier"
        var user: Object?
        var context: String?
        var document: String?
        let expected: Value
    }

    @Test(
        "The user's environment comes before the context's, and that before the document's",
        arguments: [
            Case(user: ["tier": "u"], context: "c", document: "d", expected: "u"),
            Case(user: nil, context: "c", document: "d", expected: "c"),
            Case(user: [:], context: "c", document: "d", expected: "c"),
            Case(user: ["other": "u"], context: "c", document: "d", expected: "c"),
            Case(user: nil, context: nil, document: "d", expected: "d"),
            Case(user: nil, context: nil, document: nil, expected: .null),
            Case(user: nil, context: "", document: "d", expected: ""),
            // A value of the user's own holds, whatever it is.
            Case(user: ["tier": .null], context: "c", expected: .null),
            Case(user: ["tier": ""], context: "c", expected: ""),
            Case(user: ["tier": 5], context: "c", expected: 5),
            // The user's fields are looked up by their exact names, the context's in lower case too.
            Case(field: "TIER", user: ["tier": "u"], context: "c", expected: "c"),
            Case(field: "TIER", user: ["TIER": "u"], context: "c", expected: "u"),
            Case(field: "tier", user: ["TIER": "u"], context: "c", expected: "c"),
            Case(field: "region", user: ["region": "eu"], context: "c", expected: "eu"),
            Case(field: "region", user: nil, context: "c", document: "d", expected: .null),
            Case(field: "TIER", user: nil, document: "d", expected: "d"),
        ])
    func order(_ row: Case) throws {
        var project = Project(gate: Rule("rule", .environment(row.field, "eq", row.expected)))
        if let document = row.document { project.members["default_environment"] = .string(document) }
        let context = EvaluationContext(clock: { 0 }, environment: row.context)
        #expect(try project.ruleset().passes(User(environment: row.user), in: context))
    }

    @Test("The tier is compared as it is written")
    func letterCase() throws {
        let context = EvaluationContext(clock: { 0 }, environment: "Production")
        let exact = try Project(gate: Rule("rule", .environment("tier", "eq", "production"))).ruleset()
        let listed = try Project(gate: Rule("rule", .environment("tier", "any", ["production"]))).ruleset()
        #expect(!exact.passes(User(), in: context))
        #expect(listed.passes(User(), in: context))
    }
}
