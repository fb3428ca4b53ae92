// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import GatehouseSpec
import Testing
import TestSupport

/// A document served in the other format gives the answers that the official engines gave for the project.
struct SpecConversionTests {
    @Test("Either sample document, served in either format, gives the reference's answers", arguments: ["v1", "v2"])
    func sample(imported: String) async throws {
        let expected = try #require(JSONText.value(try Fixture.bytes("sample/sample-expected.json"))["results"].array)
        let format: DocumentFormat = imported == "v1" ? .v1 : .v2
        try await TestConsole.run(TestSpecs.options(try TestSpecs.sample(format))) { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            for served in ["v1", "v2"] {
                let document = try await console.get("/\(served)/download_config_specs/\(key).json", key: nil).body
                let ruleset = try Ruleset(document: document)
                for row in expected { SpecConversionTests.compare(row, ruleset, "\(imported) as \(served)") }
            }
        }
    }

    static func compare(_ row: Value, _ ruleset: Ruleset, _ what: String) {
        // Where no environment was set there was none: the console's documents default to production.
        let context = EvaluationContext(clock: { 1_800_000_000_000 }, environment: row["env"].string ?? "")
        guard let user = try? User(json: Array(row["user"].jsonText.utf8)), let name = row["name"].string else {
            Issue.record("unreadable row")
            return
        }
        let result: any EvaluationResult
        let value: Value
        switch row["kind"].string {
        case "gate":
            let gate = ruleset.gate(name, for: user, in: context)
            (result, value) = (gate, .bool(gate.value))
        case "layer":
            let layer = ruleset.layer(name, for: user, in: context)
            (result, value) = (layer, JSONText.value(Array(layer.json.utf8)))
        default:
            let config = ruleset.experiment(name, for: user, in: context)
            (result, value) = (config, JSONText.value(Array(config.json.utf8)))
        }
        #expect(value == row["value"], "\(what): \(name) \(row["user"].jsonText)")
        #expect(result.ruleID == row["ruleID"].string, "\(what): \(name) \(row["user"].jsonText)")
    }
}
