# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Tests of what is printed."""

import json
import unittest

import report
from agreement import Agreement
from load import Load
from project import Names
from timing import Measurement

MACHINE = [("date", "2026-01-01"), ("machine", "a processor")]


class Project:
    title = "a|b.json"
    data = b" " * 1500
    names = Names(gates=["g"], dynamicConfigs=["c"], experiments=["e"])


def comparison(load=None):
    agreement = Agreement()
    agreement.row_count, agreement.user_count, agreement.crash_count = 1234, 3, 4
    agreement.left_out[("gates", "bad")] = "answers by chance"
    measurements = [
        Measurement("gate g (public)", "call", [80] * 9, [1280] * 9, [60] * 9),
        Measurement("all", "user", [900] * 9, [1000] * 9, [50] * 9),
    ]
    return report.Comparison(Project, agreement, measurements, load)


def loaded():
    load = Load()
    load.reference_process = [20, 21]
    load.gatehouse_load = [4.0, 4.2, 5.0]
    load.gatehouse_peak = [4_000_000]
    return load


class NumberTests(unittest.TestCase):
    def test_figures_keep_about_three_digits(self):
        texts = [report.number(value) for value in (1234567.8, 123.4, 12.34, 0.1234, None)]
        self.assertEqual(texts, ["1,234,568", "123", "12.3", "0.12", "–"])

    def test_ratios(self):
        self.assertEqual([report.times(value) for value in (20.0, 0.5, None)], ["20.0×", "0.50×", "–"])


class ReportTests(unittest.TestCase):
    def test_table_has_a_line_for_each_scenario(self):
        lines = report.write([comparison()], MACHINE, "table").split("\n")
        self.assertIn("date       2026-01-01", lines)
        self.assertIn("a|b.json: 2 kB, 1 gate, 2 configs, 0 layers", lines)
        row = next(line for line in lines if line.startswith("gate g"))
        self.assertEqual(row.split()[-4:], ["1,280", "1,200", "60.0", "20.0×"])
        untold = next(line for line in lines if line.startswith("all, ns per user"))
        self.assertEqual(untold.split()[-4:], ["1,000", "–", "50.0", "–"])

    def test_columns_of_a_table_are_aligned(self):
        lines = report.write([comparison()], MACHINE, "table").split("\n")
        rows = [line for line in lines if line.startswith(("scenario", "gate g", "all,"))]
        self.assertEqual(len({len(row) for row in rows}), 1)

    def test_what_was_subtracted_is_said(self):
        text = report.write([comparison()], MACHINE, "markdown")
        self.assertIn("an empty call of the binding (80 ns together)", text)

    def test_notes_tell_what_was_compared_and_left_out(self):
        notes = " ".join(comparison().notes())
        self.assertIn("1,230 answers for 3 users compared", notes)
        self.assertIn("On 4 more the reference crashed.", notes)
        self.assertIn("Left out, since they answer by chance: 1 (bad).", notes)

    def test_load_is_a_table_of_its_own(self):
        lines = report.write([comparison(loaded())], MACHINE, "table").split("\n")
        row = next(line for line in lines if line.startswith("process the document, ms"))
        self.assertEqual(row.split()[-3:], ["20.5", "4.2", "4.9×"])
        row = next(line for line in lines if line.startswith("peak memory"))
        self.assertEqual(row.split()[-3:], ["–", "4.0", "–"])

    def test_markdown_escapes_names(self):
        lines = report.write([comparison(loaded())], MACHINE, "markdown").split("\n")
        self.assertIn("### a\\|b.json: 2 kB, 1 gate, 2 configs, 0 layers", lines)
        self.assertIn("| gate g (public) | 1,280 | 1,200 | 60.0 | 20.0× |", lines)
        self.assertIn("| process the document, ms | 20.5 | 4.2 | 4.9× |", lines)

    def test_json_keeps_all_rounds(self):
        content = json.loads(report.write([comparison(loaded())], MACHINE, "json"))
        row = content["comparisons"][0]["evaluation"][0]
        self.assertEqual((row["reference"], row["gatehouse"], row["ratio"]), (1200, 60, 20))
        self.assertEqual(len(row["rounds"]["called"]), 9)
        self.assertEqual(content["comparisons"][0]["load"]["rounds"]["reference_process"], [20, 21])
        self.assertEqual(content["machine"]["date"], "2026-01-01")


if __name__ == "__main__":
    unittest.main()
