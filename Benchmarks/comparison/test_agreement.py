# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Tests of comparing answers."""

import itertools
import unittest

import agreement
from failure import Failure
from project import Names

NAMES = Names(gates=["a", "b"], layers=["l"])


class Engine:
    """Answers every gate and layer by a function of the user and the name."""

    def __init__(self, answer):
        self.answer = answer

    def answers(self, user, names):
        return {kind: [self.answer(user, name) for name in names[kind]] for kind in names.KINDS}


def yes(user, name):
    return {"value": True, "ruleID": "r"}


class SameTests(unittest.TestCase):
    def test_numbers_compare_by_value(self):
        self.assertTrue(agreement.same(1, 1.0))
        self.assertTrue(agreement.same(10**20, 1e20))
        self.assertTrue(agreement.same(0.1 + 0.2, 0.3))
        self.assertFalse(agreement.same(2**53, 2**53 + 1.5e3))
        self.assertFalse(agreement.same(1, 2))

    def test_booleans_are_no_numbers(self):
        self.assertFalse(agreement.same(True, 1))
        self.assertFalse(agreement.same(0, False))
        self.assertTrue(agreement.same(False, False))

    def test_containers_compare_by_content(self):
        self.assertTrue(agreement.same({"a": [1, {"b": None}]}, {"a": [1.0, {"b": None}]}))
        self.assertFalse(agreement.same({"a": 1}, {"a": 1, "b": None}))
        self.assertFalse(agreement.same([1, 2], [2, 1]))
        self.assertFalse(agreement.same(None, {}))
        self.assertFalse(agreement.same("1", 1))


class CompareTests(unittest.TestCase):
    def test_equal_engines_agree(self):
        result = agreement.compare(Engine(yes), Engine(yes), NAMES, "u", ["v"])
        self.assertEqual((result.row_count, result.user_count), (6, 2))
        self.assertEqual((result.left_out, result.differences, result.crash_count), ({}, {}, 0))
        result.demand("doc")

    def test_a_difference_ends_the_comparison_and_names_the_entity(self):
        def other(user, name):
            return {"value": not (user == "v" and name == "b"), "ruleID": "r"}

        result = agreement.compare(Engine(yes), Engine(other), NAMES, "u", ["v"])
        with self.assertRaises(Failure) as raised:
            result.demand("doc")
        self.assertIn('gates "b" for v', str(raised.exception))
        self.assertNotIn('"a"', str(raised.exception))

    def test_another_rule_is_a_difference(self):
        result = agreement.compare(Engine(yes), Engine(lambda *_: {"value": True, "ruleID": "x"}), NAMES, "u", [])
        self.assertEqual(len(result.differences), 3)

    def test_an_entity_that_answers_by_chance_is_left_out(self):
        flip = itertools.cycle([True, False])

        def chance(user, name):
            return {"value": next(flip), "ruleID": "r"} if name == "a" else yes(user, name)

        result = agreement.compare(Engine(chance), Engine(chance), NAMES, "u", ["v"])
        self.assertEqual(result.differences, {})
        self.assertEqual(result.left_out, {("gates", "a"): "answers by chance"})

    def test_a_crash_for_the_timed_user_leaves_the_entity_out(self):
        def crash(user, name):
            return None if (user, name) == ("u", "a") else yes(user, name)

        result = agreement.compare(Engine(crash), Engine(yes), NAMES, "u", ["v"])
        self.assertEqual(result.left_out, {("gates", "a"): "the reference crashes"})
        self.assertEqual((result.crash_count, result.differences), (1, {}))

    def test_a_crash_for_another_user_only_counts(self):
        def crash(user, name):
            return None if (user, name) == ("v", "a") else yes(user, name)

        result = agreement.compare(Engine(crash), Engine(yes), NAMES, "u", ["v"])
        self.assertEqual((result.left_out, result.crash_count, result.differences), ({}, 1, {}))


if __name__ == "__main__":
    unittest.main()
