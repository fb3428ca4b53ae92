// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// `eq` and its negation `neq` (Evaluation §7.5).
///
/// Every row was confirmed with the reference.
@Suite("Equality")
struct EqualityTests {
    @Test(
        "A target equals values as its kind demands",
        arguments: [
            Comparison("eq", .null, passes: [.null], fails: ["", 0, false], missing: true),
            Comparison("eq", true, passes: [true], fails: ["true", 1, false]),
            Comparison("eq", false, passes: [false], fails: [.null], missing: false),
            Comparison("eq", 1, passes: [1, 1.0, "1", "1.0"], fails: [true, [1]]),
            Comparison("eq", 1.5, passes: [1.5, "1.5", "15e-1"]),
            Comparison("eq", 9_007_199_254_740_993, passes: [9_007_199_254_740_992]),
            Comparison("eq", "a", passes: ["a"], fails: ["A", ["a"]], missing: false),
            Comparison("eq", "true", passes: [true]),
            Comparison("eq", "1", passes: [1, 1.0], fails: ["1.0"]),
            Comparison("eq", "[\"a\"]", passes: [["a"]]),
            Comparison("eq", "", passes: [""], fails: [.null], missing: false),
            Comparison("eq", [], passes: [[]], fails: [[:]], missing: false),
            Comparison(
                "eq", ["a", "b"], passes: [["a", "b"]], fails: [["b", "a"], ["a"], ["A", "b"], "[\"a\",\"b\"]"]),
            Comparison(
                "eq", [1, true, 1.0], passes: [[1, true, "1.0"], ["1", "true", "1.0"]], fails: [[1.0, true, 1.0]]),
            Comparison("eq", [.null], passes: [["null"]], fails: [[.null]]),
            Comparison("eq", [:], passes: [[:]], fails: [[]]),
            Comparison(
                "eq", ["a": 1, "b": "x"], passes: [["b": "x", "a": 1], ["a": "1", "b": "x"]],
                fails: [["a": 1], ["a": 1, "b": "X"], ["a": 1, "c": "x"]]),
            Comparison("eq", ["a": 1.0], passes: [["a": "1.0"]], fails: [["a": 1.0]]),
            Comparison("eq", ["a": .null], passes: [["a": "null"]], fails: [["a": .null]]),
            Comparison("eq", "\u{E9}", passes: ["\u{E9}"], fails: ["e\u{301}"]),
        ])
    func equal(_ comparison: Comparison) throws {
        try comparison.check()
    }

    @Test(
        "Not equal is the exact opposite, for missing values too",
        arguments: [
            Comparison("neq", .null, passes: ["", 0, false], fails: [.null], missing: false),
            Comparison("neq", true, passes: ["true", 1, false], fails: [true]),
            Comparison("neq", false, passes: [.null], fails: [false], missing: true),
            Comparison("neq", 1, passes: [true, [1]], fails: [1, 1.0, "1", "1.0"]),
            Comparison("neq", 1.5, fails: [1.5, "1.5", "15e-1"]),
            Comparison("neq", 9_007_199_254_740_993, fails: [9_007_199_254_740_992]),
            Comparison("neq", "a", passes: ["A", ["a"]], fails: ["a"], missing: true),
            Comparison("neq", "true", fails: [true]),
            Comparison("neq", "1", passes: ["1.0"], fails: [1, 1.0]),
            Comparison("neq", "[\"a\"]", fails: [["a"]]),
            Comparison("neq", "", passes: [.null], fails: [""], missing: true),
            Comparison("neq", [], passes: [[:]], fails: [[]], missing: true),
            Comparison(
                "neq", ["a", "b"], passes: [["b", "a"], ["a"], ["A", "b"], "[\"a\",\"b\"]"], fails: [["a", "b"]]),
            Comparison(
                "neq", [1, true, 1.0], passes: [[1.0, true, 1.0]], fails: [[1, true, "1.0"], ["1", "true", "1.0"]]),
            Comparison("neq", [.null], passes: [[.null]], fails: [["null"]]),
            Comparison("neq", [:], passes: [[]], fails: [[:]]),
            Comparison(
                "neq", ["a": 1, "b": "x"], passes: [["a": 1], ["a": 1, "b": "X"], ["a": 1, "c": "x"]],
                fails: [["b": "x", "a": 1], ["a": "1", "b": "x"]]),
            Comparison("neq", ["a": 1.0], passes: [["a": 1.0]], fails: [["a": "1.0"]]),
            Comparison("neq", ["a": .null], passes: [["a": .null]], fails: [["a": "null"]]),
            Comparison("neq", "\u{E9}", passes: ["e\u{301}"], fails: ["\u{E9}"]),
        ])
    func notEqual(_ comparison: Comparison) throws {
        try comparison.check()
    }
}
