# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""python3 -B -m unittest discover scripts/attack"""
import json
import random
import unittest

import comparison
import mutation
from comparison import Difference, compare, known, known_acceptance
from cross import Cross
from tree import Members, Token, copy, dump, parse, tree


def row(kind, name, **members):
    base = {"u": 0, "kind": kind, "name": name, "value": True, "rule_id": "r", "id_type": "userID", "version": 3,
            "reason": "Network:Recognized", "sx": [["a", "true", "r"]]}
    return base | members


def keyed(*rows):
    return {(row["u"], row["kind"], row["name"]): row for row in rows}


class TreeTests(unittest.TestCase):
    def test_spelling_of_numbers_and_repeated_members_are_kept(self):
        text = '{"a":1.0,"a":1E+2,"b":[-0,123456789012345678901234567890,null,true,"é\\n"],"":{}}'
        self.assertEqual(dump(parse(text)), text)

    def test_half_a_surrogate_pair_is_escaped(self):
        self.assertEqual(dump("\ud800é"), '"\\ud800\\u00e9"')

    def test_last_member_of_a_name_counts(self):
        members = parse('{"a":1,"a":2}')
        self.assertEqual(members.get("a"), "2")
        members.set("a", Token("3"))
        self.assertEqual(dump(members), '{"a":3,"a":3}')


class ComparisonTests(unittest.TestCase):
    def differences(self, expected, actual):
        return [difference.field for difference in compare(keyed(expected), keyed(actual) if actual else {})[0]]

    def test_equal_rows_have_no_difference(self):
        for kind in comparison.FIELDS:
            expected = row(kind, "e", version=3.0)
            self.assertEqual(self.differences(expected, row(kind, "e", reason="File:Recognized")), [])

    def test_each_member_is_compared(self):
        changes = {
            "value": {"a": 1}, "rule_id": "s", "id_type": "x", "version": 4, "reason": "File:Unsupported", "sx": [],
            "passed": False, "override_config_name": "o", "group_name": "g", "is_experiment_active": True,
            "allocated_experiment": "x", "usx": [["a", "true", "r"]], "undelegated_rule_id": "u"}
        for kind, fields in comparison.FIELDS.items():
            for field in fields:
                whole = {"passed": True, "override_config_name": None, "usx": [], "undelegated_rule_id": None}
                changed = {field: changes[field]}
                expected, actual = row(kind, "e", **whole), row(kind, "e", **(whole | changed))
                self.assertEqual(len(self.differences(expected, actual)), 1, f"{kind}.{field}")

    def test_types_and_whole_suffixes_of_reasons_count(self):
        self.assertEqual(self.differences(row("gate", "e", value=True), row("gate", "e", value=1)), ["value"])
        self.assertEqual(
            self.differences(row("gate", "e"), row("gate", "e", reason="File:Recognized:IdListInMemory")), ["reason"])

    def test_numbers_are_compared_as_numbers(self):
        pairs = [(1, 1.0, True), (0.1, 0.1 + 1e-17, True), (2**53, 2**53 + 1, False), (1, True, False),
                 (1e300, 1e301, False)]
        for left, right, equal in pairs:
            self.assertEqual(comparison.are_equal({"a": [left]}, {"a": [right]}), equal, (left, right))

    def test_an_entity_that_only_one_engine_reads_is_a_difference(self):
        self.assertEqual(self.differences(row("gate", "e"), None), ["entity"])
        self.assertEqual(self.differences(row("gate", "e", reason="Network:Unrecognized"), None), [])
        unknown = row("gate", "e", reason="Network:Unrecognized", rule_id="")
        self.assertIn("reason", self.differences(unknown, row("gate", "e")))

    def test_rows_on_which_the_reference_crashes_are_counted_only(self):
        differences, compared, crashed = compare(keyed({"u": 0, "kind": "gate", "name": "e", "panic": "x"}), {})
        self.assertEqual((differences, compared, crashed), ([], 0, 1))

    def test_responses_are_compared_in_depth_except_sampling(self):
        expected = {"feature_gates": {"e": {"value": True}}, "sdkInfo": 1, "can_record_session": True}
        actual = {"feature_gates": {"e": {"value": False, "x": 1}}, "can_record_session": False}
        fields = self.differences(
            row("response", "none/", value=expected), {"u": 0, "kind": "response", "name": "none/", "value": actual})
        self.assertEqual(fields, ["/feature_gates/e/value", "/feature_gates/e/x"])


class KnownTests(unittest.TestCase):
    def document(self, pattern):
        return tree({
            "feature_gates": {"e": {"rules": [{"conditions": ["c"]}]}, "other": {"rules": []}},
            "condition_map": {"c": {"operator": "str_matches", "targetValue": pattern}}})

    def test_only_documented_patterns_of_the_entity_itself_are_excluded(self):
        difference = Difference(0, "gate", "e", "value", True, False)
        self.assertEqual(known(difference, self.document("(?<=a+)b")), "patterns of decision 0002")
        self.assertIsNone(known(difference, self.document("a+b")))
        self.assertIsNone(known(Difference(0, "gate", "other", "value", True, False), self.document("(?<=a+)b")))

    def test_only_the_first_1000_exposures_may_be_there(self):
        many = [["g", "true", str(index)] for index in range(1001)]
        document = self.document("a")
        self.assertIsNotNone(known(Difference(0, "gate", "e", "sx", many, many[:1000]), document))
        self.assertIsNone(known(Difference(0, "gate", "e", "sx", many, many[1:]), document))
        self.assertIsNone(known(Difference(0, "gate", "e", "sx", many[:1000], many[:999]), document))

    def test_only_the_older_format_may_be_accepted_alone(self):
        self.assertIsNotNone(known_acceptance(tree({"feature_gates": []}), False, ""))
        self.assertIsNotNone(known_acceptance(Members([["dynamic_configs", Token("[[]]")]]), False, ""))
        self.assertIsNone(known_acceptance(tree({"feature_gates": {}}), False, ""))
        self.assertIsNone(known_acceptance(Members([["dynamic_configs", Token("1e400")]]), False, ""))
        self.assertIsNone(known_acceptance(tree({"feature_gates": []}), True, ""))

    def test_only_documents_that_the_reference_takes_may_be_refused_for_their_utf8(self):
        self.assertIsNotNone(known_acceptance(None, True, "line 1, column 5: bytes that aren't UTF-8"))
        self.assertIsNone(known_acceptance(None, False, "line 1, column 5: bytes that aren't UTF-8"))
        self.assertIsNone(known_acceptance(None, True, "line 1, column 5: more than 128 levels of nesting"))


class GeneratorTests(unittest.TestCase):
    def test_the_same_seed_makes_the_same_document_and_users(self):
        def made():
            cross = Cross(random.Random("7/1"))
            document = cross.document()
            return dump(document), [dump(cross.user(document)) for _ in range(5)]
        self.assertEqual(made(), made())
        json.loads(made()[0])

    def test_all_operators_meet_all_types_of_targets(self):
        seen = set()
        for number in range(400):
            conditions = Cross(random.Random(number)).document().get("condition_map")
            for _, condition in conditions:
                target = condition.get("targetValue")
                name = "number" if isinstance(target, Token) else type(target).__name__
                seen.add((condition.get("operator"), name))
        from cross import OPERATORS
        types = {"number", "str", "bool", "NoneType", "list", "Members"}
        self.assertEqual({(operator, name) for operator in OPERATORS for name in types} - seen, set())

    def test_mutated_documents_are_made_from_the_fixtures_and_differ(self):
        import differential
        folder = differential.os.path.join(differential.ROOT, "fixtures", "conformance")
        sources = mutation.sources([folder])
        self.assertGreaterEqual(len(sources), 23)
        change = mutation.Mutation(random.Random(1))
        texts = {dump(change.document(sources[0], 8)) for _ in range(5)}
        self.assertEqual(len(texts), 5)

    def test_copies_share_nothing(self):
        one = parse('{"a":[{"b":1}]}')
        other = copy(one)
        other.get("a")[0].set("b", None)
        self.assertEqual(dump(one), '{"a":[{"b":1}]}')
        self.assertIsInstance(other, Members)


if __name__ == "__main__":
    unittest.main()
