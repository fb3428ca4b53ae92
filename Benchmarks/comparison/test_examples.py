# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Tests of picking gates."""

import unittest

import examples


def gate(*rules, enabled=True, entity="feature_gate"):
    rules = [{"passPercentage": percentage, "conditions": list(conditions)} for percentage, *conditions in rules]
    return {"enabled": enabled, "entity": entity, "rules": rules}


CONDITIONS = {
    "public": {"type": "public"},
    "set": {"type": "user_field", "operator": "any", "targetValue": ["a", "b"]},
    "version": {"type": "user_field", "operator": "version_gt", "targetValue": "1.2"},
    "nested": {"type": "pass_gate", "targetValue": "other"},
}


def choose(gates):
    return examples.choose({"condition_map": CONDITIONS, "feature_gates": gates}, list(gates))


class ChooseTests(unittest.TestCase):
    def test_each_feature_gets_a_gate(self):
        gates = {
            "everyone": gate((100, "public")),
            "listed": gate((100, "set")),
            "new": gate((100, "version")),
            "some": gate((10, "public")),
            "inner": gate((100, "nested")),
        }
        expected = [
            ("public", "everyone"),
            ("field in a set of texts", "listed"),
            ("version", "new"),
            ("percentage", "some"),
            ("nested gate", "inner"),
        ]
        self.assertEqual(choose(gates), expected)

    def test_the_percentage_nearest_to_half_wins(self):
        gates = {"tenth": gate((10, "public")), "half": gate((50, "public"), (100, "public"))}
        self.assertIn(("percentage", "half"), choose(gates))

    def test_the_fewest_conditions_win(self):
        gates = {"a": gate((100, "set", "set")), "b": gate((100, "set"))}
        self.assertEqual(choose(gates), [("field in a set of texts", "b")])

    def test_familiar_names_come_first_and_only_for_what_they_stand_for(self):
        gates = {"a": gate((100, "version")), "test_version": gate((100, "version", "set"))}
        self.assertEqual(choose(gates), [("version", "test_version")])

    def test_disabled_gates_and_segments_are_passed_over(self):
        gates = {"off": gate((100, "public"), enabled=False), "segment:s": gate((100, "public"), entity="segment")}
        self.assertEqual(choose(gates), [])

    def test_malformed_gates_do_no_harm(self):
        broken = {"enabled": True, "entity": "feature_gate", "rules": [None, {"conditions": [{}, "missing", 1]}]}
        null_rules = {"enabled": True, "entity": "feature_gate", "rules": None}
        self.assertEqual(choose({"broken": broken, "null": None, "null_rules": null_rules}), [])


if __name__ == "__main__":
    unittest.main()
