// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import Testing

/// Documents of format v1 as people write them by hand, for SDKs that need less than the reference does.
@Suite("What format v1 may lack")
struct OlderFormatTests {
    typealias Part = MinimalDocument.Part

    private static let omissions: [(MinimalDocument.Change, Part, String)] = [
        (.remove("idType"), .inlineSpec, #"feature_gates[0]: the member "idType" is missing and read as "userID""#),
        (.set("idType", to: "null"), .inlineSpec, #"feature_gates[0]: the member "idType" is missing"#),
        (
            .remove("entity"), .inlineSpec,
            #"feature_gates[0]: the member "entity" is missing and read as "feature_gate""#
        ),
        (.remove("idType"), .inlineRule, #"feature_gates[0].rules[0]: the member "idType" is missing"#),
        (
            .remove("idType"), .inlineCondition,
            #"feature_gates[0].rules[0].conditions[0]: the member "idType" is missing and read as "userID""#
        ),
        (
            .set("idType", to: "null"), .inlineCondition,
            #"feature_gates[0].rules[0].conditions[0]: the member "idType""#
        ),
    ]

    private func answers(_ ruleset: Ruleset) -> [String] {
        let context = EvaluationContext(clock: { 1 })
        return (0..<60).map { index in
            let gate = ruleset.gate(
                "g", for: User(userID: "user-\(index)", email: index % 3 == 0 ? "a" : "b"), in: context)
            return "\(gate.value) \(gate.ruleID) \(gate.evaluation.idType ?? "none")"
        }
    }

    @Test("A gate without a member that older SDKs don't need answers as with it, and is reported", arguments: 0..<6)
    func accepted(index: Int) throws {
        let (change, part, message) = Self.omissions[index]
        let whole = try Ruleset(document: Array(MinimalDocument.text(in: part).utf8))
        let ruleset = try Ruleset(document: MinimalDocument.bytes(change, in: part))
        #expect(answers(ruleset) == answers(whole))
        #expect(Set(answers(ruleset)).count > 1)
        let issue = try #require(ruleset.issues.first)
        #expect(ruleset.issues.count == 1 && !issue.isDropped && issue.name == "g")
        #expect(issue.description.hasPrefix("accepted g: \(message)"), "\(issue)")
        // The same, when the document replaces itself or another.
        for previous in [ruleset, whole] {
            let again = try Ruleset(document: MinimalDocument.bytes(change, in: part), replacing: previous)
            #expect(again.issues == ruleset.issues && answers(again) == answers(ruleset))
        }
    }

    @Test("The entity of a section's specs is the usual one")
    func entities() throws {
        let spec = #"{"name":"%","type":"x","salt":"s","defaultValue":{},"enabled":true,"rules":[]}"#
        func list(_ name: String) -> String { "[\(spec.replacing("%", with: name))]" }
        let json = """
            {"has_updates":true,"time":1,"feature_gates":\(list("a")),"dynamic_configs":\(list("b")),\
            "layer_configs":\(list("c"))}
            """
        let ruleset = try Ruleset(document: Array(json.utf8))
        #expect(ruleset.entities.map(\.description) == ["gate a", "dynamic_config b", "layer c"])
        #expect(ruleset.issues.map(\.isDropped) == [false, false, false])
    }

    @Test("Another type, and the same in format v2, still leave the spec out")
    func refused() throws {
        for part in [Part.inlineSpec, .inlineRule, .inlineCondition] {
            let ruleset = try Ruleset(document: MinimalDocument.bytes(.set("idType", to: "7"), in: part))
            #expect(ruleset.issues.map(\.isDropped) == [true])
        }
        for (member, part) in [("idType", Part.spec), ("entity", .spec), ("idType", .rule)] {
            let ruleset = try Ruleset(document: MinimalDocument.bytes(.remove(member), in: part))
            #expect(ruleset.issues.map(\.isDropped) == [true])
        }
    }
}
