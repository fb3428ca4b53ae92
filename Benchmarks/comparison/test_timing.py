# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Tests of taking turns."""

import unittest

from timing import Loop, Scenario, measure


class LoopTests(unittest.TestCase):
    def test_time_is_divided_by_all_calls(self):
        # A pass of 4 calls takes 1 ms.
        loop = Loop(lambda passes: passes * 1_000_000, 4)
        self.assertEqual(loop.nanoseconds_per_call(0.05), 250_000)

    def test_short_batches_grow_until_reading_the_clock_costs_nothing(self):
        batches = []

        def batch(passes):
            batches.append(passes)
            return passes * 1000

        loop = Loop(batch, 1)
        loop.nanoseconds_per_call(0.01)
        self.assertEqual(batches[:3], [1, 2, 4])
        self.assertGreaterEqual(loop.passes * 1000, Loop.SHORTEST_NS)
        self.assertLess(loop.passes * 1000, 2 * Loop.SHORTEST_NS)


class MeasureTests(unittest.TestCase):
    def test_parts_take_turns_and_the_first_round_does_not_count(self):
        order = []

        def part(name, figures):
            values = iter(figures)

            def run(seconds):
                order.append(name)
                return next(values)

            return run

        scenario = Scenario(
            "s", part("o", [900, 10, 20, 10]), part("r", [900, 110, 130, 110]), part("g", [900, 25, 20, 30])
        )
        measurement = measure(scenario, 1, rounds=3)
        self.assertEqual("".join(order), "org" * 4)
        self.assertEqual(measurement.called, 110)
        self.assertEqual(measurement.reference_rounds, [100, 110, 100])
        self.assertEqual(measurement.reference, 100)
        self.assertEqual(measurement.gatehouse, 25)
        self.assertEqual(measurement.ratio, 4)

    def test_a_round_shares_its_time(self):
        asked = []
        scenario = Scenario("s", *(lambda seconds: asked.append(seconds) or 1 for _ in range(3)))
        measure(scenario, 2, rounds=4)
        self.assertAlmostEqual(sum(asked), 2)

    def test_a_reference_that_is_nearly_all_overhead_is_not_told(self):
        scenario = Scenario("s", lambda _: 90, lambda _: 100, lambda _: 5)
        measurement = measure(scenario, 1, rounds=2)
        self.assertEqual(measurement.called, 100)
        self.assertIsNone(measurement.reference)
        self.assertIsNone(measurement.ratio)


if __name__ == "__main__":
    unittest.main()
