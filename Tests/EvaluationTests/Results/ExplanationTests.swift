// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Explanations: as text, as JSON and as values.
@Suite("Explanations")
struct ExplanationTests {
    private static func ruleset() throws -> Ruleset {
        var project = Project(
            gate: Rule("staff", .field("email", "str_ends_with_any", ["@example.com"]), group: "Staff"),
            Rule("beta", .gate("country"), .notGate("country"), .bucket("lt", 500, salt: "bs")),
            Rule("half", .gate("country"), .gate("nowhere"), percentage: 50))
        project.gate("country", Rule("de", .field("country", "any", ["DE", "AT"])))
        project.gate("half", Rule("r", percentage: 62.5))
        project.gate("odd", Rule("r", .unit("companyID", "any", ["c-2"]), .field("n", "gte", 2), .unknown))
        project.gate("on_odd", Rule("r", .everyone, .gate("odd")))
        project.gate("absent", Rule("r", .everyone, .absent))
        project.layer(
            "layer", Rule("l1", .gate("country"), group: "Layer", delegate: "experiment"), default: ["size": 1])
        project.experiment(
            "experiment", Rule("test", .environment("tier", "eq", "dev"), returns: ["size": 2], group: "Test"))
        project.experiment("old", Rule("o1", returns: ["is": "old"]))
        project.map("old", to: "experiment", Rule("swap", .time("after", 1_600_000_000_000)))
        return try project.ruleset()
    }

    private static let context: EvaluationContext = {
        var overrides = LocalOverrides()
        overrides.setGate("nowhere", to: true)
        overrides.setGate("forced", to: true)
        return EvaluationContext(clock: { 1_700_000_000_000 }, environment: "dev", overrides: overrides)
    }()

    private static let user = User(
        userID: "u1", customIDs: ["companyID": "c-2"], email: "a@example.org", country: "DE", custom: ["n": 1.0])

    static let texts: [(EntityKind, String, String)] = [
        (
            .gate, "gate",
            #"""
            gate gate
              rule staff (Staff), 100.0 %: fails
                ✗ user_field email: "a@example.org" str_ends_with_any ["@example.com"]
              rule beta, 100.0 %: fails
                ✓ pass_gate "country"
                  nested gate country
                    rule de, 100.0 %: conditions pass
                      ✓ user_field country: "DE" any ["DE","AT"]
                    → true, rule de
                ✗ fail_gate "country": true, rule de, evaluated before
                ✗ user_bucket: bucket 968 of 1000 lt 500
              rule half, 50.0 %: conditions pass
                ✓ pass_gate "country": true, rule de, evaluated before
                ✓ pass_gate "nowhere"
                  nested gate nowhere
                    → true, rule override (local override)
                bucket 6753 of 10000, passes below 5000.0
              → false, rule half

            """#
        ),
        (
            .gate, "half",
            #"""
            gate half
              rule r, 62.5 %: conditions pass
                bucket 7633 of 10000, passes below 6250.0
              → false, rule r

            """#
        ),
        (
            .gate, "odd",
            #"""
            gate odd
              rule r, 100.0 %: unsupported
                ✓ unit_id: "c-2" any ["c-2"]
                ✗ user_field n: 1 gte 2
                ? weather: no value eq null: unknown type or operator
              → false (unsupported)

            """#
        ),
        (
            .gate, "on_odd",
            #"""
            gate on_odd
              rule r, 100.0 %: unsupported
                ✓ public
                ? pass_gate "odd"
                  nested gate odd
                    rule r, 100.0 %: unsupported
                      ✓ unit_id: "c-2" any ["c-2"]
                      ✗ user_field n: 1 gte 2
                      ? weather: no value eq null: unknown type or operator
                    → false (unsupported)
              → true (unsupported)

            """#
        ),
        (
            .gate, "absent",
            #"""
            gate absent
              rule r, 100.0 %: unsupported
                ✓ public
                ? a condition that the document doesn't have
              → true (unsupported)

            """#
        ),
        (
            .gate, "unknown",
            #"""
            gate unknown
              → false (unknown name)

            """#
        ),
        (
            .gate, "forced",
            #"""
            gate forced
              → true, rule override (local override)

            """#
        ),
        (
            .layer, "layer",
            #"""
            layer layer
              rule l1 (Layer), 100.0 %: conditions pass
                ✓ pass_gate "country"
                  nested gate country
                    rule de, 100.0 %: conditions pass
                      ✓ user_field country: "DE" any ["DE","AT"]
                    → true, rule de
                delegate experiment experiment
                  rule test (Test), 100.0 %: conditions pass
                    ✓ environment_field tier: "dev" eq "dev"
                  → {"size":2}, rule test, group Test
              → {"size":2}, rule test, group Test

            """#
        ),
        (
            .experiment, "old",
            #"""
            experiment old
              mapping experiment experiment
                rule test (Test), 100.0 %: conditions pass
                  ✓ environment_field tier: "dev" eq "dev"
                → {"size":2}, rule test, group Test
              rule swap, 100.0 %: conditions pass
                ✓ current_time: 1700000000000 after 1600000000000
              → {"size":2}, rule test, group Test

            """#
        ),
    ]

    static let jsons: [(EntityKind, String, String)] = [
        (
            .gate, "gate",
            #"""
            {"kind":"gate","name":"gate","role":"asked","rules":[{"id":"staff","name":"staff",\#
            "group_name":"Staff","pass_percentage":100.0,"passed":false,"conditions":[{"type":"user_field",\#
            "field":"email","operator":"str_ends_with_any","target":["@example.com"],"value":"a@example.org",\#
            "passed":false}]},{"id":"beta","name":"beta","pass_percentage":100.0,"passed":false,\#
            "conditions":[{"type":"pass_gate","target":"country","passed":true,"nested":[{"kind":"gate",\#
            "name":"country","role":"nested","rules":[{"id":"de","name":"de","pass_percentage":100.0,\#
            "passed":true,"conditions":[{"type":"user_field","field":"country","operator":"any","target":["DE",\#
            "AT"],"value":"DE","passed":true}]}],"value":true,"rule_id":"de","reason":"Ruleset:Recognized"}]},\#
            {"type":"fail_gate","target":"country","passed":false,"remembered":"true, rule de"},\#
            {"type":"user_bucket","operator":"lt","target":500,"value":968,"passed":false,\#
            "bucket":{"bucket":968,"total":1000}}]},{"id":"half","name":"half","pass_percentage":50.0,\#
            "passed":true,"conditions":[{"type":"pass_gate","target":"country","passed":true,"remembered":"true,\#
             rule de"},{"type":"pass_gate","target":"nowhere","passed":true,"nested":[{"kind":"gate",\#
            "name":"nowhere","role":"nested","rules":[],"value":true,"rule_id":"override",\#
            "reason":"LocalOverride:Recognized"}]}],"bucket":{"bucket":6753,"total":10000,"threshold":5000.0}}],\#
            "value":false,"rule_id":"half","reason":"Ruleset:Recognized"}
            """#
        ),
        (
            .gate, "odd",
            #"""
            {"kind":"gate","name":"odd","role":"asked","rules":[{"id":"r","name":"r","pass_percentage":100.0,\#
            "passed":false,"unsupported":true,"conditions":[{"type":"unit_id","operator":"any","target":["c-2"],\#
            "value":"c-2","passed":true},{"type":"user_field","field":"n","operator":"gte","target":2,"value":1,\#
            "passed":false},{"type":"weather","operator":"eq","target":null,"passed":false,\#
            "unsupported":true}]}],"value":false,"rule_id":"","reason":"Ruleset:Unsupported"}
            """#
        ),
        (
            .gate, "absent",
            #"""
            {"kind":"gate","name":"absent","role":"asked","rules":[{"id":"r","name":"r","pass_percentage":100.0,\#
            "passed":true,"unsupported":true,"conditions":[{"type":"public","target":null,"passed":true},\#
            {"type":"","target":null,"passed":false,"unsupported":true}]}],"value":true,"rule_id":"",\#
            "reason":"Ruleset:Unsupported"}
            """#
        ),
        (
            .gate, "forced",
            #"""
            {"kind":"gate","name":"forced","role":"asked","rules":[],"value":true,"rule_id":"override",\#
            "reason":"LocalOverride:Recognized"}
            """#
        ),
        (
            .layer, "layer",
            #"""
            {"kind":"layer","name":"layer","role":"asked","rules":[{"id":"l1","name":"l1","group_name":"Layer",\#
            "pass_percentage":100.0,"passed":true,"conditions":[{"type":"pass_gate","target":"country",\#
            "passed":true,"nested":[{"kind":"gate","name":"country","role":"nested","rules":[{"id":"de",\#
            "name":"de","pass_percentage":100.0,"passed":true,"conditions":[{"type":"user_field",\#
            "field":"country","operator":"any","target":["DE","AT"],"value":"DE","passed":true}]}],"value":true,\#
            "rule_id":"de","reason":"Ruleset:Recognized"}]}],"delegates":[{"kind":"experiment",\#
            "name":"experiment","role":"delegate","rules":[{"id":"test","name":"test","group_name":"Test",\#
            "pass_percentage":100.0,"passed":true,"conditions":[{"type":"environment_field","field":"tier",\#
            "operator":"eq","target":"dev","value":"dev","passed":true}]}],"value":{"size":2},"rule_id":"test",\#
            "group_name":"Test","reason":"Ruleset:Recognized"}]}],"value":{"size":2},"rule_id":"test",\#
            "group_name":"Test","reason":"Ruleset:Recognized"}
            """#
        ),
        (
            .experiment, "old",
            #"""
            {"kind":"experiment","name":"old","role":"asked","detours":[{"kind":"experiment",\#
            "name":"experiment","role":"mapping","rules":[{"id":"test","name":"test","group_name":"Test",\#
            "pass_percentage":100.0,"passed":true,"conditions":[{"type":"environment_field","field":"tier",\#
            "operator":"eq","target":"dev","value":"dev","passed":true}]}],"value":{"size":2},"rule_id":"test",\#
            "group_name":"Test","reason":"Ruleset:Recognized"}],"rules":[{"id":"swap","name":"swap",\#
            "pass_percentage":100.0,"passed":true,"conditions":[{"type":"current_time","operator":"after",\#
            "target":1600000000000,"value":1700000000000,"passed":true}]}],"value":{"size":2},"rule_id":"test",\#
            "group_name":"Test","reason":"Ruleset:Recognized"}
            """#
        ),
    ]

    @Test("Each step has a line", arguments: texts)
    func text(_ kind: EntityKind, _ name: String, _ expected: String) throws {
        #expect(try Self.ruleset().explain(kind, name, for: Self.user, in: Self.context).text == expected)
    }

    @Test("The steps are a tree of JSON", arguments: jsons)
    func json(_ kind: EntityKind, _ name: String, _ expected: String) throws {
        #expect(try Self.ruleset().explain(kind, name, for: Self.user, in: Self.context).json == expected)
    }

    @Test("The steps are values")
    func values() throws {
        let explanation = try Self.ruleset().explain(.gate, "gate", for: Self.user, in: Self.context)
        #expect(explanation.kind == .gate)
        #expect(explanation.role == .asked)
        #expect(explanation.reason == .recognized)
        #expect(explanation.rules.map(\.id) == ["staff", "beta", "half"])
        #expect(explanation.rules.map(\.passed) == [false, false, true])
        #expect(explanation.rules[1].conditions[0].nested.map(\.name) == ["country"])
        #expect(explanation.rules[1].conditions[1].remembered == "true, rule de")
        #expect(explanation.rules[1].conditions[2].bucket?.bucket == 968)
        #expect(explanation.rules[2].bucket?.threshold == 5000)
        let again = try Self.ruleset().explain(.gate, "gate", for: Self.user, in: Self.context)
        #expect(explanation == again)
    }

    @Test("A cycle is told as far as it goes, and its answer as that of any failed call")
    func cycle() throws {
        var project = Project(gate: Rule("r", .gate("gate")))
        project.config("config", Rule("r", .gate("gate")), default: ["a": 1])
        let ruleset = try project.ruleset()
        var depth = 0
        var step: Explanation? = ruleset.explain(.gate, "gate", for: User(), in: .plain)
        while let inner = step {
            #expect(inner.reason == .tooDeep)
            #expect(inner.value == "false")
            depth += 1
            step = inner.rules.first?.conditions.first?.nested.first
        }
        #expect(depth == 65)
        let config = ruleset.explain(.dynamicConfig, "config", for: User(), in: .plain)
        #expect(config.value == "null")
        #expect(config.ruleID.isEmpty)
    }

    @Test("An explanation has a bounded number of nested steps, and says how many it lacks")
    func nestedSteps() throws {
        var project = Project()
        for index in 0..<60 {
            project.gate("g\(index)", Rule("r", .gate(.string("g\(index + 1)")), .field("plan", "eq", "pro")))
        }
        project.gate("g60", Rule("r", .field("plan", "eq", "pro")))
        let ruleset = try project.ruleset()
        let user = User(custom: ["plan": "pro"])
        let whole = ruleset.explain(.gate, "g0", for: user, in: .plain)
        #expect(whole.omittedSteps == 0)
        // A gate, its rule and two conditions on each level, but for the last.
        let steps = 59 * 4 + 3
        for limit in [0, 1, 30, steps - 1, steps] {
            let part = ruleset.explain(.gate, "g0", for: user, in: .plain, nestedSteps: limit)
            #expect(part.omittedSteps == steps - limit)
            #expect(part.value == whole.value)
            #expect(part.ruleID == whole.ruleID)
            #expect(part.rules.map(\.passed) == whole.rules.map(\.passed))
            #expect(part.rules[0].conditions.map(\.passed) == whole.rules[0].conditions.map(\.passed))
            #expect(part.text.split(separator: "\n").count <= 6 + limit * 2)
            #expect(part.text.contains("without \(steps - limit) steps of nested entities") == (limit < steps))
            #expect(part.json.contains("\"omitted_steps\":\(steps - limit)") == (limit < steps))
        }
    }

    @Test("Long targets and values are cut short")
    func longTexts() throws {
        let members = (0..<2_000).map { Value.string("member-\($0)") }
        let ruleset = try Project(gate: Rule("r", .field("f", "any", .array(members)))).ruleset()
        let user = User(custom: ["f": .string(String(repeating: "x", count: 10_000))])
        let condition = try #require(
            ruleset.explain(.gate, "gate", for: user, in: .plain).rules.first?.conditions.first)
        for text in [condition.target, condition.value ?? ""] {
            #expect(text.utf8.count < 5_000)
            #expect(text.contains("…"))
        }
    }

    @Test("A line break in a name makes no further line")
    func lineBreaks() throws {
        var project = Project()
        project.gate("a\nb\r\nc", Rule("r\n  → true", .everyone, returns: false))
        let text = try project.ruleset().explain(.gate, "a\nb\r\nc", for: User(), in: .plain).text
        #expect(text.split(separator: "\n").count == 4)
        #expect(text.hasPrefix("gate a\\nb\\r\\nc\n  rule r\\n  → true, 100.0 %: conditions pass\n"))
    }
}
