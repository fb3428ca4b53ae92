// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// `gt`, `gte`, `lt` and `lte` (Evaluation §7.1).
///
/// Every row was confirmed with the reference.
@Suite("Numeric comparison")
struct NumericComparisonTests {
    @Test(
        "Numbers and texts that read as numbers are compared, nothing else",
        arguments: [
            Comparison(
                "gt", 5, passes: [6, "inf"],
                fails: [
                    5, 5.0, "5", "+5", "5.", ".5e1", 4.9, "4", "nan", " 5", "0x5", "5_0", true, .null, [5], "", "five",
                ], missing: false),
            Comparison(
                "gte", 5, passes: [5, 5.0, "5", "+5", "5.", ".5e1", 6, "inf"],
                fails: [4.9, "4", "nan", " 5", "0x5", "5_0", true, .null, [5], "", "five"], missing: false),
            Comparison(
                "lt", 5, passes: [4.9, "4"],
                fails: [
                    5, 5.0, "5", "+5", "5.", ".5e1", 6, "inf", "nan", " 5", "0x5", "5_0", true, .null, [5], "", "five",
                ], missing: false),
            Comparison(
                "lte", 5, passes: [5, 5.0, "5", "+5", "5.", ".5e1", 4.9, "4"],
                fails: [6, "inf", "nan", " 5", "0x5", "5_0", true, .null, [5], "", "five"], missing: false),
        ])
    func numbers(_ comparison: Comparison) throws {
        try comparison.check()
    }

    @Test(
        "Both sides may be texts, and with other targets no user passes",
        arguments: [
            Comparison("gt", "5", passes: [6, "5.5"]),
            Comparison("lte", "5", passes: [5]),
            Comparison("gt", "five", fails: [6]),
            Comparison("lt", "nan", fails: [1]),
            Comparison("lt", "inf", passes: [1]),
            Comparison("gt", true, fails: [2]),
            Comparison("gt", .null, fails: [2]),
            Comparison("lt", [5], fails: [2]),
            Comparison("gte", 9_007_199_254_740_993, passes: [9_007_199_254_740_992]),
            Comparison("gt", 1e308, passes: [1.7e308]),
        ])
    func texts(_ comparison: Comparison) throws {
        try comparison.check()
    }
}
