// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// The sample project against the reference's answers, from both of its documents.
@Suite("The sample project")
struct SampleTests {
    @Test(
        "Both documents evaluate as the reference does",
        arguments: [("sample-dcs-v1.json", DocumentFormat.v1), ("sample-dcs-v2.json", .v2)])
    func sample(file: String, format: DocumentFormat) throws {
        let ruleset = try Ruleset(document: Fixture.bytes("sample/\(file)"))
        #expect(ruleset.documentFormat == format)
        #expect(ruleset.issues.isEmpty)
        let rows = try SampleTests.rows()
        var compared = 0
        var differences: [String] = []
        for row in rows {
            let name = try #require(row["name"]?.string)
            let answer = try SampleTests.answer(row, name, ruleset)
            for (member, value) in answer {
                let expected = row[member] ?? .null
                if value != expected {
                    differences.append("\(row["env"] ?? .null) \(row["user"] ?? .null) \(name) \(member): \(value)")
                }
            }
            compared += 1
        }
        #expect(compared == 1_521)
        #expect(differences.isEmpty, "\(differences.count) differences: \(differences.prefix(5))")
    }

    private static func rows() throws -> [Object] {
        let value = Value(json: try Fixture.bytes("sample/sample-expected.json"))
        return try #require(value?.object?["results"]?.array).compactMap(\.object)
    }

    /// The members of a row as the ruleset answers them.
    private static func answer(_ row: Object, _ name: String, _ ruleset: Ruleset) throws -> [(String, Value)] {
        let context = EvaluationContext(clock: { 1_700_000_000_000 }, environment: row["env"]?.string)
        let user = try User(json: try #require(row["user"]).jsonBytes)
        switch row["kind"]?.string {
        case "gate":
            let gate = ruleset.gate(name, for: user, in: context)
            return [("value", .bool(gate.value)), ("ruleID", .string(gate.ruleID))]
        case "config": return members(ruleset.dynamicConfig(name, for: user, in: context))
        case "experiment": return members(ruleset.experiment(name, for: user, in: context))
        default:
            let layer = ruleset.layer(name, for: user, in: context)
            let experiment = layer.allocatedExperiment.map(Value.string) ?? .null
            return members(layer) + [("allocatedExperiment", experiment)]
        }
    }

    private static func members(_ result: some ParameterizedResult) -> [(String, Value)] {
        [
            ("value", result.value.map(Value.object) ?? .null), ("ruleID", .string(result.ruleID)),
            ("group", result.evaluation.groupName.map(Value.string) ?? .null),
        ]
    }
}
