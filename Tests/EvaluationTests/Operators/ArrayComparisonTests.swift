// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// `array_contains_any` and its relatives (Evaluation §7.7).
///
/// Every row was confirmed with the reference.
@Suite("Array comparison")
struct ArrayComparisonTests {
    @Test(
        "Both sides have to be arrays, for the negative operators too",
        arguments: [
            Comparison(
                "array_contains_any", ["a", "b"], passes: [["a"], ["a", "b", "c"], [["a"], "b"]],
                fails: [["c"], ["A", "B"], [], "a", "[\"a\"]", .null, ["a": 1]], missing: false),
            Comparison("array_contains_any", [], fails: [["a"], []]),
            Comparison("array_contains_any", ["1", "true", "1.0"], passes: [[1, true], [1.0], ["1.0"]]),
            Comparison("array_contains_any", "a", fails: [["a"]]),
            Comparison("array_contains_any", ["A", "a"], passes: [["a"]], fails: [["A"]]),
            Comparison("array_contains_any", ["a": 1], fails: [["a"]]),
            Comparison("array_contains_any", .null, fails: [["a"]]),
            Comparison(
                "array_contains_none", ["a", "b"], passes: [["c"], ["A", "B"], []],
                fails: [["a"], ["a", "b", "c"], "a", "[\"a\"]", .null, ["a": 1], [["a"], "b"]], missing: false),
            Comparison("array_contains_none", [], passes: [["a"], []]),
            Comparison("array_contains_none", ["1", "true", "1.0"], fails: [[1, true], [1.0], ["1.0"]]),
            Comparison("array_contains_none", "a", fails: [["a"]]),
            Comparison("array_contains_none", ["A", "a"], passes: [["A"]], fails: [["a"]]),
            Comparison("array_contains_none", ["a": 1], fails: [["a"]]),
            Comparison("array_contains_none", .null, fails: [["a"]]),
            Comparison(
                "array_contains_all", ["a", "b"], passes: [["a", "b", "c"]],
                fails: [["a"], ["c"], ["A", "B"], [], "a", "[\"a\"]", .null, ["a": 1], [["a"], "b"]], missing: false),
            Comparison("array_contains_all", [], passes: [["a"], []]),
            Comparison("array_contains_all", ["1", "true", "1.0"], fails: [[1, true], [1.0], ["1.0"]]),
            Comparison("array_contains_all", "a", fails: [["a"]]),
            Comparison("array_contains_all", ["A", "a"], passes: [["a"]], fails: [["A"]]),
            Comparison("array_contains_all", ["a": 1], fails: [["a"]]),
            Comparison("array_contains_all", .null, fails: [["a"]]),
            Comparison(
                "not_array_contains_all", ["a", "b"], passes: [["a"], ["c"], ["A", "B"], [], [["a"], "b"]],
                fails: [["a", "b", "c"], "a", "[\"a\"]", .null, ["a": 1]], missing: false),
            Comparison("not_array_contains_all", [], fails: [["a"], []]),
            Comparison("not_array_contains_all", ["1", "true", "1.0"], passes: [[1, true], [1.0], ["1.0"]]),
            Comparison("not_array_contains_all", "a", fails: [["a"]]),
            Comparison("not_array_contains_all", ["A", "a"], passes: [["A"]], fails: [["a"]]),
            Comparison("not_array_contains_all", ["a": 1], fails: [["a"]]),
            Comparison("not_array_contains_all", .null, fails: [["a"]]),
        ])
    func arrays(_ comparison: Comparison) throws {
        try comparison.check()
    }
}
