// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// `version_eq` and its relatives (Evaluation §7.2).
///
/// Every row was confirmed with the reference.
@Suite("Version comparison")
struct VersionComparisonTests {
    @Test(
        "Versions are compared part by part up to the first difference",
        arguments: [
            Comparison(
                "version_eq", "1.2.3",
                passes: ["1.2.3", "1.2.3-beta", "1.2.3.0", "01.2.3", "+1.2.3", "1. 2.3", "1.2.3 "],
                fails: [
                    "1.2", "1.2.3.1", "1.10", "-1.2.3", "1..3", "1.2.", "v1.2.3", "1.2.3+build", "", .null, 1, true,
                    "2.x", "1.2.x", "1.3.x", "1.2.99999999999999999999999", "0.x.9",
                ], missing: false),
            Comparison(
                "version_neq", "1.2.3",
                passes: ["1.2", "1.2.3.1", "1.10", 1, "2.x", "1.3.x", "1.2.99999999999999999999999", "0.x.9"],
                fails: [
                    "1.2.3", "1.2.3-beta", "1.2.3.0", "01.2.3", "+1.2.3", "1. 2.3", "-1.2.3", "1..3", "1.2.", "v1.2.3",
                    "1.2.3+build", "", .null, true, "1.2.x", "1.2.3 ",
                ], missing: false),
            Comparison(
                "version_gt", "1.2.3", passes: ["1.2.3.1", "1.10", "2.x", "1.3.x", "1.2.99999999999999999999999"],
                fails: [
                    "1.2.3", "1.2.3-beta", "1.2.3.0", "01.2.3", "+1.2.3", "1. 2.3", "1.2", "-1.2.3", "1..3", "1.2.",
                    "v1.2.3", "1.2.3+build", "", .null, 1, true, "1.2.x", "0.x.9", "1.2.3 ",
                ], missing: false),
            Comparison(
                "version_gte", "1.2.3",
                passes: [
                    "1.2.3", "1.2.3-beta", "1.2.3.0", "01.2.3", "+1.2.3", "1. 2.3", "1.2.3.1", "1.10", "2.x", "1.3.x",
                    "1.2.99999999999999999999999", "1.2.3 ",
                ],
                fails: [
                    "1.2", "-1.2.3", "1..3", "1.2.", "v1.2.3", "1.2.3+build", "", .null, 1, true, "1.2.x", "0.x.9",
                ], missing: false),
            Comparison(
                "version_lt", "1.2.3", passes: ["1.2", 1, "0.x.9"],
                fails: [
                    "1.2.3", "1.2.3-beta", "1.2.3.0", "01.2.3", "+1.2.3", "1. 2.3", "1.2.3.1", "1.10", "-1.2.3", "1..3",
                    "1.2.", "v1.2.3", "1.2.3+build", "", .null, true, "2.x", "1.2.x", "1.3.x",
                    "1.2.99999999999999999999999", "1.2.3 ",
                ], missing: false),
            Comparison(
                "version_lte", "1.2.3",
                passes: ["1.2.3", "1.2.3-beta", "1.2.3.0", "01.2.3", "+1.2.3", "1. 2.3", "1.2", 1, "0.x.9", "1.2.3 "],
                fails: [
                    "1.2.3.1", "1.10", "-1.2.3", "1..3", "1.2.", "v1.2.3", "1.2.3+build", "", .null, true, "2.x",
                    "1.2.x", "1.3.x", "1.2.99999999999999999999999",
                ], missing: false),
        ])
    func versions(_ comparison: Comparison) throws {
        try comparison.check()
    }

    @Test(
        "Targets have to be texts of numbers between dots",
        arguments: [
            Comparison("version_eq", 1, fails: [1, "1"]),
            Comparison("version_neq", 1, fails: [2, "2"]),
            Comparison("version_eq", "1", passes: [1, 1.0], fails: [1.5]),
            Comparison("version_eq", "1.5", passes: [1.5, "1.5"]),
            Comparison("version_gte", "1.2.3-rc.1", passes: ["1.2.3"]),
            Comparison("version_neq", "a.b", fails: ["1.2"]),
            Comparison(
                "version_eq", "170141183460469231731687303715884105727",
                passes: ["170141183460469231731687303715884105727"]),
            Comparison(
                "version_eq", "170141183460469231731687303715884105728",
                fails: ["170141183460469231731687303715884105728"]),
            Comparison("version_eq", .null, fails: ["1"]),
            Comparison("version_lt", ["2"], fails: ["1"]),
            Comparison("version_eq", "", fails: [""]),
            Comparison("version_eq", "1\u{A0}.2", passes: ["1.2", "1.\u{2003}2"]),
        ])
    func targets(_ comparison: Comparison) throws {
        try comparison.check()
    }
}
