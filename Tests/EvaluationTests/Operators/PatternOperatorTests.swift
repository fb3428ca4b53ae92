// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// `str_matches` (Evaluation §7.6); the dialect has tests of its own.
///
/// Every row was confirmed with the reference.
@Suite("Pattern operator")
struct PatternOperatorTests {
    @Test(
        "A pattern is searched for in the text of a value",
        arguments: [
            Comparison("str_matches", "^a+$", passes: ["aaa"], fails: ["aaa\n", "b", "A"]),
            Comparison("str_matches", "a", passes: ["xay", ["a"]], fails: [["a": 1], .null, ""], missing: false),
            Comparison("str_matches", "(?i)STRASSE", passes: ["strasse"], fails: ["straße"]),
            Comparison("str_matches", "^\\d+$", passes: [12, 1.0, "\u{661}٢"], fails: ["1.5"]),
            Comparison("str_matches", "^true$", passes: [true]),
            Comparison("str_matches", "(a)\\1", passes: ["aa"], fails: ["ab"]),
            Comparison("str_matches", "(?<!b)a", passes: ["ca"], fails: ["ba"]),
            Comparison("str_matches", "(", fails: ["("]),
            Comparison("str_matches", "^\\h\\Z", passes: ["f\n"], fails: ["g"]),
            Comparison("str_matches", "", passes: ["", "x"], missing: false),
            Comparison("str_matches", "^(x+x+)+(?!z)y$", fails: ["xxxxxxxxxxxxxxxxxxxxxxxxxxxx"]),
            Comparison("str_matches", 1, fails: ["a", 1]),
            Comparison("str_matches", .null, fails: ["a", 1]),
            Comparison("str_matches", ["a"], fails: ["a", 1]),
            Comparison("str_matches", true, fails: ["a", 1]),
        ])
    func patterns(_ comparison: Comparison) throws {
        try comparison.check()
    }

    @Test("Matches at the same time share no memory")
    func atTheSameTime() async throws {
        let rules = [
            Rule("letters", .field("field", "str_matches", "^(a+)b?(c|d)+$")),
            Rule("digits", .field("field", "str_matches", "(\\d+)-(\\d+)")),
        ]
        let ruleset = try Project(gate: rules[0], rules[1]).ruleset()
        let texts = ["aaabccd", "aaab", "12-34", "12_34", String(repeating: "a", count: 300) + "c"]
        let users = texts.map { User(custom: ["field": .string($0)]) }
        let expected = ["letters", "default", "digits", "default", "letters"]
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<1_000).allSatisfy { round in
                        let index = round % users.count
                        return ruleset.gate("gate", for: users[index], in: .plain).ruleID == expected[index]
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
