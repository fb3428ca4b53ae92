# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Tests of `scope`: what it lets pass and what it doesn't. Run by `python3 -m unittest` in this folder."""

import importlib.machinery
import importlib.util
import pathlib
import sys
import unittest


def load_scope():
    """The script as a module; its name has no extension."""
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("scope", str(pathlib.Path(__file__).resolve().parent / "scope"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("scope", loader))
    loader.exec_module(module)
    return module


scope = load_scope()


def problems(one=(100, 100), two=(200, 200), three=(300, 300), ten=(1000, 1000), allocations=(0, 0)):
    """The problems of figures that are given as pairs of the client's and the scope's."""
    ways = ("client", "scope")
    instructions = {
        (way, questions): figure
        for questions, pair in ((1, one), (2, two), (3, three), (10, ten))
        for way, figure in zip(ways, pair)
    }
    return scope.problems(instructions, {(way, 3): count for way, count in zip(ways, allocations)})


class RelationTests(unittest.TestCase):
    def test_equal_costs_pass(self):
        self.assertEqual(problems(), [])

    def test_a_scope_that_costs_more_fails(self):
        self.assertEqual(len(problems(three=(300, 301))), 1)
        self.assertEqual(len(problems(ten=(1000, 1001))), 1)

    def test_a_scope_for_one_or_two_questions_may_cost_more(self):
        self.assertEqual(problems(one=(100, 110), two=(200, 201)), [])

    def test_an_allocation_fails(self):
        self.assertEqual(len(problems(allocations=(0, 1))), 1)
        self.assertEqual(len(problems(allocations=(0.01, 0))), 1)


if __name__ == "__main__":
    unittest.main()
