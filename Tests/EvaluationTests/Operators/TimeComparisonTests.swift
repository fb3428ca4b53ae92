// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// `before`, `after` and `on` (Evaluation §7.4).
///
/// Every row was confirmed with the reference.
@Suite("Time comparison")
struct TimeComparisonTests {
    @Test(
        "Values are times in ms or s, or texts of a time up to 20 bytes",
        arguments: [
            Comparison(
                "before", 1_672_617_600_000,
                passes: [1_672_617_599_999, 1_672_531_200_000, 10_000_000_000, -1_672_617_600],
                fails: [
                    1_672_617_600_000, "1672617600000", 1_672_617_600, "1672617600", "2023-01-02T00:00:00Z",
                    "2023-01-02 00:00:00Z", "2023-1-2 0:0:0", "2023-01-0200:00:00", 1672617600.5, "2023-01-02",
                    "2023-01-02T00:00:00", "2023-01-02T00:00:00.000Z", "2023-01-02T00:00:00+00:00", "1672617600000.0",
                    1_672_617_600_001, 1_672_703_999_999, 1_672_704_000_000, true, .null, "", 9_999_999_999,
                ], missing: false),
            Comparison(
                "after", 1_672_617_600_000,
                passes: [1_672_617_600_001, 1_672_703_999_999, 1_672_704_000_000, 9_999_999_999],
                fails: [
                    1_672_617_600_000, "1672617600000", 1_672_617_600, "1672617600", "2023-01-02T00:00:00Z",
                    "2023-01-02 00:00:00Z", "2023-1-2 0:0:0", "2023-01-0200:00:00", 1672617600.5, "2023-01-02",
                    "2023-01-02T00:00:00", "2023-01-02T00:00:00.000Z", "2023-01-02T00:00:00+00:00", "1672617600000.0",
                    1_672_617_599_999, 1_672_531_200_000, true, .null, "", 10_000_000_000, -1_672_617_600,
                ], missing: false),
            Comparison(
                "on", 1_672_617_600_000,
                passes: [
                    1_672_617_600_000, "1672617600000", 1_672_617_600, "1672617600", "2023-01-02T00:00:00Z",
                    "2023-01-02 00:00:00Z", "2023-1-2 0:0:0", "2023-01-0200:00:00", 1_672_617_600_001,
                    1_672_703_999_999,
                ],
                fails: [
                    1672617600.5, "2023-01-02", "2023-01-02T00:00:00", "2023-01-02T00:00:00.000Z",
                    "2023-01-02T00:00:00+00:00", "1672617600000.0", 1_672_617_599_999, 1_672_531_200_000,
                    1_672_704_000_000, true, .null, "", 9_999_999_999, 10_000_000_000, -1_672_617_600,
                ], missing: false),
        ])
    func values(_ comparison: Comparison) throws {
        try comparison.check()
    }

    @Test(
        "Targets may be longer texts and are never taken for seconds",
        arguments: [
            Comparison("on", "2023-01-02T00:00:00.000Z", passes: [1_672_617_600_000]),
            Comparison("on", "2023-01-02T01:00:00+01:00", passes: [1_672_617_600_000]),
            Comparison("on", "2023-01-02", fails: [1_672_617_600_000]),
            Comparison("on", 1_672_617_600, fails: [1_672_617_600_000]),
            Comparison("on", "1672617600", fails: [1_672_617_600_000]),
            Comparison("on", 1672617600000.9, passes: [1_672_617_600_000]),
            Comparison("on", .null, fails: [1_672_617_600_000]),
            Comparison("on", true, fails: [1_672_617_600_000]),
            Comparison("on", ["1672617600000"], fails: [1_672_617_600_000]),
            Comparison("on", "1672617600000.0", passes: [1_672_617_600_000]),
            Comparison("after", 1_672_617_600, passes: [1_672_617_600]),
            Comparison("before", 1e300, passes: [1_672_617_600_000]),
            Comparison("after", -1e300, passes: [1_672_617_600_000]),
        ])
    func targets(_ comparison: Comparison) throws {
        try comparison.check()
    }

    @Test(
        "Days are cut toward the epoch, so that the day around it has two",
        arguments: [
            Comparison("on", 0, passes: [-86_399], fails: [-86_399_999_000, 86_399_999, 86_400, -86_400]),
            Comparison("on", "1969-12-31 00:00:01", passes: [0]),
        ])
    func epoch(_ comparison: Comparison) throws {
        try comparison.check()
    }
}
