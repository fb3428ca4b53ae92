// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// `any`, `none` and the operators on parts of texts (Evaluation §7.3).
///
/// Every row was confirmed with the reference.
@Suite("Lists of texts")
struct StringListTests {
    @Test(
        "Values are looked for among the texts of a list",
        arguments: [
            Comparison(
                "any", ["apple", "1", "true", "straße", "οδος", "k", "\u{E9}"],
                passes: ["Apple", "apple", 1, 1.0, true, "Straße", "ΟΔΟΣ", "\u{212A}", "\u{E9}"],
                fails: ["pineapple", "applesauce", "pear", "", .null, ["apple": 1], ["apple"], "STRASSE", "e\u{301}"],
                missing: false),
            Comparison(
                "none", ["apple", "1", "true", "straße", "οδος", "k", "\u{E9}"],
                passes: ["pineapple", "applesauce", "pear", "", .null, ["apple": 1], ["apple"], "STRASSE", "e\u{301}"],
                fails: ["Apple", "apple", 1, 1.0, true, "Straße", "ΟΔΟΣ", "\u{212A}", "\u{E9}"], missing: true),
            Comparison(
                "any_case_sensitive", ["apple", "1", "true", "straße", "οδος", "k", "\u{E9}"],
                passes: ["apple", 1, 1.0, true, "\u{E9}"],
                fails: [
                    "Apple", "pineapple", "applesauce", "pear", "", .null, ["apple": 1], ["apple"], "Straße", "STRASSE",
                    "ΟΔΟΣ", "\u{212A}", "e\u{301}",
                ], missing: false),
            Comparison(
                "none_case_sensitive", ["apple", "1", "true", "straße", "οδος", "k", "\u{E9}"],
                passes: [
                    "Apple", "pineapple", "applesauce", "pear", "", .null, ["apple": 1], ["apple"], "Straße", "STRASSE",
                    "ΟΔΟΣ", "\u{212A}", "e\u{301}",
                ], fails: ["apple", 1, 1.0, true, "\u{E9}"], missing: true),
            Comparison(
                "str_starts_with_any", ["apple", "1", "true", "straße", "οδος", "k", "\u{E9}"],
                passes: ["Apple", "apple", "applesauce", 1, 1.0, true, "Straße", "ΟΔΟΣ", "\u{212A}", "\u{E9}"],
                fails: ["pineapple", "pear", "", .null, ["apple": 1], ["apple"], "STRASSE", "e\u{301}"], missing: false),
            Comparison(
                "str_ends_with_any", ["apple", "1", "true", "straße", "οδος", "k", "\u{E9}"],
                passes: ["Apple", "apple", "pineapple", 1, 1.0, true, "Straße", "ΟΔΟΣ", "\u{212A}", "\u{E9}"],
                fails: ["applesauce", "pear", "", .null, ["apple": 1], ["apple"], "STRASSE", "e\u{301}"], missing: false
            ),
            Comparison(
                "str_contains_any", ["apple", "1", "true", "straße", "οδος", "k", "\u{E9}"],
                passes: [
                    "Apple", "apple", "pineapple", "applesauce", 1, 1.0, true, ["apple"], "Straße", "ΟΔΟΣ", "\u{212A}",
                    "\u{E9}",
                ], fails: ["pear", "", .null, ["apple": 1], "STRASSE", "e\u{301}"], missing: false),
            Comparison(
                "str_contains_none", ["apple", "1", "true", "straße", "οδος", "k", "\u{E9}"],
                passes: ["pear", "", .null, ["apple": 1], "STRASSE", "e\u{301}"],
                fails: [
                    "Apple", "apple", "pineapple", "applesauce", 1, 1.0, true, ["apple"], "Straße", "ΟΔΟΣ", "\u{212A}",
                    "\u{E9}",
                ], missing: true),
        ])
    func lists(_ comparison: Comparison) throws {
        try comparison.check()
    }

    @Test(
        "Targets of other kinds and members of other kinds",
        arguments: [
            Comparison("any", "apple", fails: ["apple"]),
            Comparison("any", [], fails: ["apple"]),
            Comparison("any", [""], passes: [.null, [:]], fails: ["apple"], missing: true),
            Comparison("any", .null, fails: ["apple"]),
            Comparison("any", ["apple": 0, "Pear": 1], passes: ["APPLE"], fails: ["pear", "Pear"]),
            Comparison("any", ["A", "a"], passes: ["A", "a"]),
            Comparison("any", ["a", "A"], passes: ["A", "a"]),
            Comparison("any", [1.0], passes: ["1.0"], fails: [1, 1.0]),
            Comparison("any", [1], passes: [1, 1.0]),
            Comparison(
                "any", [9_007_199_254_740_993], passes: ["9007199254740993"],
                fails: [9_007_199_254_740_993, 9_007_199_254_740_992]),
            Comparison("any", [9_007_199_254_740_992], passes: [9_007_199_254_740_993]),
            Comparison("any", [.null, ["a": 1.50], [1, 2]], passes: ["null", "{\"a\":1.5}", [1, 2]]),
            Comparison("any", ["null"], fails: [.null]),
            Comparison("none", "apple", passes: ["apple"]),
            Comparison("none", [], passes: ["apple"]),
            Comparison("none", [""], passes: ["apple"], fails: [.null, [:]], missing: false),
            Comparison("none", .null, passes: ["apple"]),
            Comparison("none", ["apple": 0, "Pear": 1], passes: ["pear", "Pear"], fails: ["APPLE"]),
            Comparison("none", ["A", "a"], fails: ["A", "a"]),
            Comparison("none", ["a", "A"], fails: ["A", "a"]),
            Comparison("none", [1.0], passes: [1, 1.0], fails: ["1.0"]),
            Comparison("none", [1], fails: [1, 1.0]),
            Comparison(
                "none", [9_007_199_254_740_993], passes: [9_007_199_254_740_993, 9_007_199_254_740_992],
                fails: ["9007199254740993"]),
            Comparison("none", [9_007_199_254_740_992], fails: [9_007_199_254_740_993]),
            Comparison("none", [.null, ["a": 1.50], [1, 2]], fails: ["null", "{\"a\":1.5}", [1, 2]]),
            Comparison("none", ["null"], passes: [.null]),
            Comparison("any_case_sensitive", "apple", fails: ["apple"]),
            Comparison("any_case_sensitive", [], fails: ["apple"]),
            Comparison("any_case_sensitive", [""], passes: [.null, [:]], fails: ["apple"], missing: true),
            Comparison("any_case_sensitive", .null, fails: ["apple"]),
            Comparison("any_case_sensitive", ["apple": 0, "Pear": 1], fails: ["APPLE", "pear", "Pear"]),
            Comparison("any_case_sensitive", ["A", "a"], passes: ["a"], fails: ["A"]),
            Comparison("any_case_sensitive", ["a", "A"], passes: ["A"], fails: ["a"]),
            Comparison("any_case_sensitive", [1.0], passes: ["1.0"], fails: [1, 1.0]),
            Comparison("any_case_sensitive", [1], passes: [1, 1.0]),
            Comparison(
                "any_case_sensitive", [9_007_199_254_740_993], passes: ["9007199254740993"],
                fails: [9_007_199_254_740_993, 9_007_199_254_740_992]),
            Comparison("any_case_sensitive", [9_007_199_254_740_992], passes: [9_007_199_254_740_993]),
            Comparison("any_case_sensitive", [.null, ["a": 1.50], [1, 2]], passes: ["null", "{\"a\":1.5}", [1, 2]]),
            Comparison("any_case_sensitive", ["null"], fails: [.null]),
            Comparison("none_case_sensitive", "apple", passes: ["apple"]),
            Comparison("none_case_sensitive", [], passes: ["apple"]),
            Comparison("none_case_sensitive", [""], passes: ["apple"], fails: [.null, [:]], missing: false),
            Comparison("none_case_sensitive", .null, passes: ["apple"]),
            Comparison("none_case_sensitive", ["apple": 0, "Pear": 1], passes: ["APPLE", "pear", "Pear"]),
            Comparison("none_case_sensitive", ["A", "a"], passes: ["A"], fails: ["a"]),
            Comparison("none_case_sensitive", ["a", "A"], passes: ["a"], fails: ["A"]),
            Comparison("none_case_sensitive", [1.0], passes: [1, 1.0], fails: ["1.0"]),
            Comparison("none_case_sensitive", [1], fails: [1, 1.0]),
            Comparison(
                "none_case_sensitive", [9_007_199_254_740_993], passes: [9_007_199_254_740_993, 9_007_199_254_740_992],
                fails: ["9007199254740993"]),
            Comparison("none_case_sensitive", [9_007_199_254_740_992], fails: [9_007_199_254_740_993]),
            Comparison("none_case_sensitive", [.null, ["a": 1.50], [1, 2]], fails: ["null", "{\"a\":1.5}", [1, 2]]),
            Comparison("none_case_sensitive", ["null"], passes: [.null]),
            Comparison("str_starts_with_any", "apple", fails: ["apple"]),
            Comparison("str_starts_with_any", [], fails: ["apple"]),
            Comparison("str_starts_with_any", [""], passes: ["apple", .null, [:]], missing: true),
            Comparison("str_starts_with_any", .null, fails: ["apple"]),
            Comparison("str_starts_with_any", ["apple": 0, "Pear": 1], fails: ["APPLE", "pear", "Pear"]),
            Comparison("str_starts_with_any", ["A", "a"], passes: ["A", "a"]),
            Comparison("str_starts_with_any", ["a", "A"], passes: ["A", "a"]),
            Comparison("str_starts_with_any", [1.0], passes: ["1.0"], fails: [1, 1.0]),
            Comparison("str_starts_with_any", [1], passes: [1, 1.0]),
            Comparison(
                "str_starts_with_any", [9_007_199_254_740_993], passes: ["9007199254740993"],
                fails: [9_007_199_254_740_993, 9_007_199_254_740_992]),
            Comparison("str_starts_with_any", [9_007_199_254_740_992], passes: [9_007_199_254_740_993]),
            Comparison(
                "str_starts_with_any", [.null, ["a": 1.50], [1, 2]], passes: ["null", "{\"a\":1.5}", [1, 2]]),
            Comparison("str_starts_with_any", ["null"], fails: [.null]),
            Comparison("str_ends_with_any", "apple", fails: ["apple"]),
            Comparison("str_ends_with_any", [], fails: ["apple"]),
            Comparison("str_ends_with_any", [""], passes: ["apple", .null, [:]], missing: true),
            Comparison("str_ends_with_any", .null, fails: ["apple"]),
            Comparison("str_ends_with_any", ["apple": 0, "Pear": 1], fails: ["APPLE", "pear", "Pear"]),
            Comparison("str_ends_with_any", ["A", "a"], passes: ["A", "a"]),
            Comparison("str_ends_with_any", ["a", "A"], passes: ["A", "a"]),
            Comparison("str_ends_with_any", [1.0], passes: ["1.0"], fails: [1, 1.0]),
            Comparison("str_ends_with_any", [1], passes: [1, 1.0]),
            Comparison(
                "str_ends_with_any", [9_007_199_254_740_993], passes: ["9007199254740993"],
                fails: [9_007_199_254_740_993, 9_007_199_254_740_992]),
            Comparison("str_ends_with_any", [9_007_199_254_740_992], passes: [9_007_199_254_740_993]),
            Comparison("str_ends_with_any", [.null, ["a": 1.50], [1, 2]], passes: ["null", "{\"a\":1.5}", [1, 2]]),
            Comparison("str_ends_with_any", ["null"], fails: [.null]),
            Comparison("str_contains_any", "apple", fails: ["apple"]),
            Comparison("str_contains_any", [], fails: ["apple"]),
            Comparison("str_contains_any", [""], passes: ["apple", .null, [:]], missing: true),
            Comparison("str_contains_any", .null, fails: ["apple"]),
            Comparison("str_contains_any", ["apple": 0, "Pear": 1], fails: ["APPLE", "pear", "Pear"]),
            Comparison("str_contains_any", ["A", "a"], passes: ["A", "a"]),
            Comparison("str_contains_any", ["a", "A"], passes: ["A", "a"]),
            Comparison("str_contains_any", [1.0], passes: ["1.0"], fails: [1, 1.0]),
            Comparison("str_contains_any", [1], passes: [1, 1.0]),
            Comparison(
                "str_contains_any", [9_007_199_254_740_993], passes: ["9007199254740993"],
                fails: [9_007_199_254_740_993, 9_007_199_254_740_992]),
            Comparison("str_contains_any", [9_007_199_254_740_992], passes: [9_007_199_254_740_993]),
            Comparison("str_contains_any", [.null, ["a": 1.50], [1, 2]], passes: ["null", "{\"a\":1.5}", [1, 2]]),
            Comparison("str_contains_any", ["null"], fails: [.null]),
            Comparison("str_contains_none", "apple", passes: ["apple"]),
            Comparison("str_contains_none", [], passes: ["apple"]),
            Comparison("str_contains_none", [""], fails: ["apple", .null, [:]], missing: false),
            Comparison("str_contains_none", .null, passes: ["apple"]),
            Comparison("str_contains_none", ["apple": 0, "Pear": 1], passes: ["APPLE", "pear", "Pear"]),
            Comparison("str_contains_none", ["A", "a"], fails: ["A", "a"]),
            Comparison("str_contains_none", ["a", "A"], fails: ["A", "a"]),
            Comparison("str_contains_none", [1.0], passes: [1, 1.0], fails: ["1.0"]),
            Comparison("str_contains_none", [1], fails: [1, 1.0]),
            Comparison(
                "str_contains_none", [9_007_199_254_740_993], passes: [9_007_199_254_740_993, 9_007_199_254_740_992],
                fails: ["9007199254740993"]),
            Comparison("str_contains_none", [9_007_199_254_740_992], fails: [9_007_199_254_740_993]),
            Comparison("str_contains_none", [.null, ["a": 1.50], [1, 2]], fails: ["null", "{\"a\":1.5}", [1, 2]]),
            Comparison("str_contains_none", ["null"], passes: [.null]),
        ])
    func targets(_ comparison: Comparison) throws {
        try comparison.check()
    }

    @Test(
        "An array takes part as its compact JSON text",
        arguments: [
            Comparison("str_contains_any", ["abc"], passes: [["abc"], ["x", "zabcz"], [["abc"]]]),
            Comparison("any", ["[1.0,true,null]"], passes: [[1.0, true, .null]]),
            Comparison("str_starts_with_any", ["["], passes: [[]]),
            Comparison("any", ["{\"a\":1}"], fails: [["a": 1]]),
        ])
    func arrays(_ comparison: Comparison) throws {
        try comparison.check()
    }
}
