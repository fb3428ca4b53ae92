# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Tests of `budget`: what it lets pass and what it doesn't. Run by `python3 -m unittest` in this folder."""

import contextlib
import importlib.machinery
import importlib.util
import io
import json
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent


def load_budget():
    """The script as a module; its name has no extension."""
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("budget", str(HERE / "budget"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("budget", loader))
    sys.modules["budget"] = module
    loader.exec_module(module)
    return module


budget = load_budget()


def findings(baseline: dict, now: dict):
    """Compares figures given as pairs of instructions and allocations."""
    sides = [{name: budget.Figures(*pair) for name, pair in side.items()} for side in (baseline, now)]
    return budget.compare(*sides)


def verdicts(baseline: tuple, now: tuple) -> tuple[str, str]:
    """The verdicts on instructions and allocations of one scenario."""
    instructions, allocations = findings({"a": baseline}, {"a": now})
    return instructions.verdict, allocations.verdict


class ComparisonTests(unittest.TestCase):
    def test_ten_percent_more_instructions_pass_and_a_bit_more_fails(self):
        self.assertEqual(verdicts((1000, 0), (1100, 0)), ("same", "same"))
        self.assertEqual(verdicts((1000, 0), (1100.2, 0)), ("worse", "same"))

    def test_any_allocation_fails_where_there_was_none(self):
        self.assertEqual(verdicts((1000, 0), (1000, 0.01)), ("same", "worse"))

    def test_one_allocation_more_fails_up_to_nine(self):
        self.assertEqual(verdicts((1000, 9), (1000, 10)), ("same", "worse"))
        self.assertEqual(verdicts((1000, 10), (1000, 11)), ("same", "same"))

    def test_improvements_are_told_from_ten_percent_on(self):
        self.assertEqual(verdicts((1000, 2), (900, 1)), ("better", "better"))
        self.assertEqual(verdicts((1000, 2), (950, 2)), ("same", "same"))

    def test_no_allocations_any_more_is_better(self):
        self.assertEqual(verdicts((1000, 1), (1000, 0)), ("same", "better"))

    def test_only_improvements_pass(self):
        self.assertFalse(budget.fails(findings({"a": (1000, 1)}, {"a": (500, 0)})))

    def test_one_worse_figure_among_many_fails(self):
        baseline = {name: (1000, 0) for name in "abcdef"}
        self.assertFalse(budget.fails(findings(baseline, baseline)))
        self.assertTrue(budget.fails(findings(baseline, baseline | {"e": (1200, 0)})))

    def test_scenarios_without_baseline_and_baselines_without_scenario_fail(self):
        new, gone = findings({"a": (1, 0)}, {"b": (1, 0)})[::2]
        self.assertEqual((new.scenario, new.verdict), ("b", "new"))
        self.assertEqual((gone.scenario, gone.verdict), ("a", "gone"))
        self.assertTrue(budget.fails([new]))
        self.assertTrue(budget.fails([gone]))


class ReportTests(unittest.TestCase):
    def report(self, baseline: dict, now: dict) -> tuple[int, str]:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            code = budget.report(findings(baseline, now))
        return code, printed.getvalue()

    def test_a_failure_names_scenario_baseline_value_and_ratio(self):
        code, printed = self.report({"slow": (1000, 0), "fine": (10, 0)}, {"slow": (1500, 0), "fine": (10, 0)})
        self.assertEqual(code, budget.EXCEEDED)
        self.assertRegex(printed, r"slow +instructions +1,000 +1,500 +1\.500")
        self.assertNotIn("fine", printed)

    def test_an_improvement_passes_with_a_hint(self):
        code, printed = self.report({"a": (1000, 0)}, {"a": (100, 0)})
        self.assertEqual(code, 0)
        self.assertIn("Benchmarks/budget update", printed)


class BaselineTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name, "budget.json")
        patch = mock.patch.object(budget, "BASELINES", self.file)
        patch.start()
        self.addCleanup(patch.stop)

    def test_what_is_written_is_read_again_and_other_platforms_stay(self):
        budget.write_baseline({}, "one", {"a": budget.Figures(12.5, 0.0)})
        budget.write_baseline(budget.read_baselines(), "two", {"b": budget.Figures(7.0, 2.5)})
        read = budget.read_baselines()
        self.assertEqual(read["one"]["scenarios"], {"a": {"instructions": 12.5, "allocations": 0}})
        self.assertEqual(read["two"]["scenarios"], {"b": {"instructions": 7.0, "allocations": 2.5}})

    def test_a_platform_without_baselines_passes_and_says_that_nothing_was_checked(self):
        budget.write_baseline({}, "another", {"a": budget.Figures(1.0, 0.0)})
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), mock.patch.object(budget, "platform_key", lambda: "this"):
            self.assertEqual(budget.check(None), 0)
        self.assertIn("NOTHING WAS CHECKED", printed.getvalue())
        self.assertIn("this", printed.getvalue())

    def test_check_fails_by_what_is_measured(self):
        budget.write_baseline({}, "this", {"a": budget.Figures(1000.0, 0.0)})

        def check(instructions: float) -> int:
            measured = ({"a": budget.Figures(instructions, 0.0)}, {"a": 1.0})
            with contextlib.redirect_stdout(io.StringIO()), mock.patch.object(
                budget, "platform_key", lambda: "this"
            ), mock.patch.object(budget, "measure", lambda probe: measured):
                return budget.check(pathlib.Path("probe"))

        self.assertEqual(check(1050), 0)
        self.assertEqual(check(1150), budget.EXCEEDED)


class DumpTests(unittest.TestCase):
    def test_the_total_of_a_file_is_read(self):
        self.assertEqual(budget.total_of("version: 1\nevents: Ir\nsummary: 9\n\ntotals: 412\n"), 412)

    def test_a_file_without_total_or_of_other_events_is_an_error(self):
        for dump in ("events: Ir\n", "\nevents: Bc\ntotals: 412\n"):
            with self.assertRaises(budget.BudgetError):
                budget.total_of(dump)


class CommittedBaselineTests(unittest.TestCase):
    def test_the_committed_file_is_as_update_writes_it(self):
        committed = json.loads((HERE / "budget.json").read_text())
        self.assertTrue(committed)
        for baseline in committed.values():
            self.assertEqual(set(baseline), {"made with", "scenarios"})
            for row in baseline["scenarios"].values():
                self.assertGreater(budget.Figures(**row).instructions, 0)


if __name__ == "__main__":
    unittest.main()
