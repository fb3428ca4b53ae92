// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

// Short names for tables of cases.
typealias Project = DocumentBuilder
typealias Rule = DocumentBuilder.Rule
typealias Condition = DocumentBuilder.Condition

/// A condition on a user's field, with values that meet it and values that don't.
struct Comparison: Sendable, CustomTestStringConvertible {
    let comparison: String
    let target: Value
    let passes: [Value]
    let fails: [Value]
    /// Whether a user without the field passes, `nil` where that isn't the question.
    let missing: Bool?

    init(_ comparison: String, _ target: Value, passes: [Value] = [], fails: [Value] = [], missing: Bool? = nil) {
        self.comparison = comparison
        self.target = target
        self.passes = passes
        self.fails = fails
        self.missing = missing
    }

    var testDescription: String { "\(comparison) \(Comparison.text(target))" }

    private static func text(_ value: Value) -> String {
        String(decoding: value.jsonBytes, as: UTF8.self)
    }

    func check(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let ruleset = try Project(gate: Rule("rule", .field("field", comparison, target))).ruleset()
        for (values, expected) in [(passes, true), (fails, false)] {
            for value in values {
                #expect(
                    ruleset.passes(User(custom: ["field": value])) == expected,
                    "\(Comparison.text(value)) \(testDescription)", sourceLocation: sourceLocation)
            }
        }
        if let missing {
            #expect(
                ruleset.passes(User()) == missing, "no value \(testDescription)", sourceLocation: sourceLocation)
        }
    }
}
