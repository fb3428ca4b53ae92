# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the arithmetic."""

import unittest

import figures


class FiguresTests(unittest.TestCase):
    def test_median_of_odd_even_and_no_values(self):
        self.assertEqual(figures.median([3, 1, 100]), 3)
        self.assertEqual(figures.median(iter([1, 2, 3, 100])), 2.5)
        self.assertIsNone(figures.median([]))

    def test_mean(self):
        self.assertEqual(figures.mean([1, 2, 6]), 3)
        self.assertIsNone(figures.mean([]))

    def test_overhead_is_subtracted_round_by_round(self):
        self.assertEqual(figures.net([100, 300], [10, 200]), [90, 100])

    def test_what_is_left_is_never_negative(self):
        self.assertEqual(figures.net([5], [7]), [0])

    def test_rounds_without_a_partner_are_an_error(self):
        with self.assertRaises(ValueError):
            figures.net([1, 2], [1])

    def test_a_small_rest_of_a_large_sum_is_not_told(self):
        self.assertTrue(figures.is_told(100, 75))
        self.assertFalse(figures.is_told(100, 76))

    def test_ratio(self):
        self.assertEqual(figures.ratio(100, 25), 4)
        self.assertIsNone(figures.ratio(None, 25))
        self.assertIsNone(figures.ratio(100, None))
        self.assertIsNone(figures.ratio(100, 0))

    def test_spread_is_the_middle_half_by_the_median(self):
        self.assertEqual(figures.spread([10, 10, 10, 10]), 0)
        self.assertAlmostEqual(figures.spread([8, 9, 10, 11, 12]), 0.3)
        self.assertIsNone(figures.spread([1, 2, 3]))


if __name__ == "__main__":
    unittest.main()
