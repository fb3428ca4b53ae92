// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite struct EvaluateTableTests {
    @Test func showsWhatWasAskedForAlignedWithRuleGroupAndReason() async throws {
        let result = try await TestDocument.tool().evaluate(
            "--user", #"{"userID":"u1","custom":{"plan":"pro"}}"#, "new_checkout", "pricing", "colour", "shop",
            "store/price")
        #expect(result.status == 0)
        #expect(
            result.output == """
                KIND        NAME          VALUE                                      RULE      GROUP      WHY
                gate        new_checkout  true                                       rule-pro             rule passed
                config      pricing       {"price":7,"big":1.2345678901234568e29,"…  pro       Pro users  rule passed
                experiment  colour        {"colour":"blue"}                          test      Test       rule passed
                layer       shop          {"colour":"blue"}                          test      Test       experiment colour, rule passed
                parameter   store/price   7                                          pro                  config pricing: rule passed

                """)
    }

    @Test func showsEverythingWithoutNames() async throws {
        let result = try await TestDocument.tool().evaluate("--user", "{}")
        let lines = result.output.split(separator: "\n")
        #expect(
            lines.dropFirst().map { $0.split(separator: " ")[1] } == [
                "after_launch", "dropped", "listed", "new_checkout", "odd", "staging_only", "pricing", "colour", "shop",
                "store/list", "store/price",
            ])
        // Cut off to fit 120 columns where need be.
        #expect(lines.allSatisfy { $0.count <= 120 })
        #expect(!result.output.contains("\u{1B}"))
    }

    @Test func putsAHeadingAboveEachOfSeveralUsers() async throws {
        let result = try await TestDocument.tool().evaluate(
            "-", "new_checkout", input: "{\"userID\":\"a\"}\n\n{\"custom\":{\"plan\":\"pro\"}}\n")
        #expect(
            result.output == """
                user 1: userID "a"
                KIND  NAME          VALUE  RULE     WHY
                gate  new_checkout  false  default  no rule applies

                user 2
                KIND  NAME          VALUE  RULE      WHY
                gate  new_checkout  true   rule-pro  rule passed

                """)
    }

    @Test func warnsOfWhatTheDocumentHasWrong() async throws {
        let result = try await TestDocument.tool().evaluate("--user", "{}", "new_checkout")
        #expect(result.status == 0)
        #expect(result.errors.hasPrefix("gatehouse: warning: spec.json: dropped dropped: feature_gates.dropped"))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test func limitsTheWarnings() async throws {
        let tool = try CommandLineTool()
        let gates = (0..<30).map { "\"g\($0)\": {}" }.joined(separator: ",")
        let spec = """
            {"has_updates": true, "time": 1, "condition_map": {}, "dynamic_configs": {}, "layer_configs": {},
             "experiment_to_layer": {}, "feature_gates": {\(gates)}}
            """
        try tool.write(spec.utf8, to: "spec.json")
        let result = try await tool.evaluate("--user", "{}")
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 21)
        #expect(lines.last == "… and 10 more")
    }

    @Test func explainsAsText() async throws {
        let result = try await TestDocument.tool().evaluate(
            "--user", #"{"custom":{"plan":"pro"}}"#, "new_checkout", "store/price", "store/list", "--explain")
        #expect(result.status == 0)
        let blocks = result.output.components(separatedBy: "\n\n")
        #expect(blocks.count == 3)
        #expect(blocks.first?.hasPrefix("gate new_checkout\n  rule rule-pro") == true)
        #expect(blocks.dropFirst().first?.hasPrefix("parameter store/price\n  dynamic_config pricing\n") == true)
        #expect(blocks.last == "parameter store/list\n  → [1.5,[2.5,3],{\"a\":1.5}]\n")
    }
}
