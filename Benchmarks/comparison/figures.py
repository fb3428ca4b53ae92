# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""The arithmetic of the comparison."""

import statistics

# The part of a figure that may be subtracted from it. What is subtracted is known to some percent only.
LARGEST_OVERHEAD = 0.75


def median(values):
    """The median, None of nothing."""
    values = list(values)
    return statistics.median(values) if values else None


def mean(values):
    """The mean, None of nothing."""
    values = list(values)
    return statistics.fmean(values) if values else None


def net(called, overhead):
    """What is left of each round's figure without the overhead measured in the same round; never below 0."""
    return [max(0.0, gross - cost) for gross, cost in zip(called, overhead, strict=True)]


def is_told(called, overhead):
    """Whether what is left without the overhead says something: the small rest of a large sum doesn't."""
    return overhead <= LARGEST_OVERHEAD * called


def ratio(reference, gatehouse):
    """How many times the reference's figure is Gatehouse's, None where that says nothing."""
    if reference is None or not gatehouse:
        return None
    return reference / gatehouse


def spread(values):
    """The distance of the quartiles as a part of the median: how unquiet the machine was. None for too few values."""
    values = list(values)
    if len(values) < 4 or not statistics.median(values):
        return None
    first, _, third = statistics.quantiles(values, n=4)
    return (third - first) / statistics.median(values)
