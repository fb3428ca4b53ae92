# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Tests of versions of a document and of reading the reference's markers."""

import json
import unittest

from variants import process_times, variants

GATES = {"n": None, "g": {"salt": "s"}, "h": {}}
CONTENT = {"time": 7, "checksum": "x", "diagnostics": {"log": 3}, "feature_gates": GATES}


def diagnostics(context, *markers):
    rows = [
        {"key": key, "step": step, "action": action, "timestamp": timestamp, "success": True}
        for key, step, action, timestamp in markers
    ]
    return {"eventName": "statsig::diagnostics", "metadata": {"context": context, "markers": json.dumps(rows)}}


class VariantsTests(unittest.TestCase):
    def test_the_first_version_keeps_the_gates(self):
        first = json.loads(variants(CONTENT, 1)[0])
        self.assertEqual(first["feature_gates"], CONTENT["feature_gates"])
        self.assertEqual(first["time"], 7)

    def test_later_versions_change_one_gate_and_the_time(self):
        first, second, third = map(json.loads, variants(CONTENT, 3))
        self.assertEqual([v["time"] for v in (first, second, third)], [7, 8, 9])
        self.assertEqual(len({v["checksum"] for v in (first, second, third)}), 3)
        before, after = first["feature_gates"], second["feature_gates"]
        self.assertEqual([name for name in before if before[name] != after[name]], ["g"])
        self.assertNotEqual(second["feature_gates"]["g"], third["feature_gates"]["g"])

    def test_loads_are_reported_always(self):
        self.assertEqual(
            json.loads(variants(CONTENT, 1)[0])["diagnostics"], {"log": 3, "initialize": 10_000, "dcs": 10_000}
        )

    def test_the_content_itself_stays(self):
        before = json.dumps(CONTENT)
        variants(CONTENT, 3)
        self.assertEqual(json.dumps(CONTENT), before)


class ProcessTimesTests(unittest.TestCase):
    def test_processing_is_told_from_the_rest(self):
        key = "download_config_specs"
        event = diagnostics(
            "initialize",
            ("overall", None, "start", 0),
            (key, "network_request", "start", 1),
            (key, "network_request", "end", 5),
            (key, "process", "start", 9),
            (key, "process", "end", 32),
            ("overall", None, "end", 33),
        )
        self.assertEqual(process_times([{"eventName": "other"}, event], "initialize"), [23])
        self.assertEqual(process_times([event], "config_sync"), [])

    def test_an_end_without_a_start_is_nothing(self):
        event = diagnostics("config_sync", ("download_config_specs", "process", "end", 32))
        self.assertEqual(process_times([event], "config_sync"), [])


if __name__ == "__main__":
    unittest.main()
