# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Times both engines in turns."""

import gc

import figures

ROUNDS = 9
# The share of a round's time that each part gets.
OVERHEAD_SHARE, ENGINE_SHARE = 0.2, 0.4


class Loop:
    """Repeats a batch of calls for some time."""

    SHORTEST_NS = 2_000_000

    def __init__(self, batch, call_count):
        """batch: runs a number of passes and returns their ns; call_count: the calls of one pass."""
        self.batch = batch
        self.call_count = call_count
        self.passes = 1

    def nanoseconds_per_call(self, seconds):
        """Runs for about some seconds."""
        total = calls = 0
        while total < seconds * 1e9:
            elapsed = self.batch(self.passes)
            total += elapsed
            calls += self.passes * self.call_count
            if elapsed < self.SHORTEST_NS:
                self.passes *= 2
        return total / calls


class Scenario:
    """One row of the table: three ways to be timed, each a function of seconds that returns ns per call."""

    def __init__(self, title, overhead, reference, gatehouse, unit="call"):
        self.title = title
        self.overhead = overhead
        self.reference = reference
        self.gatehouse = gatehouse
        self.unit = unit


class Measurement:
    """The rounds of one scenario, in ns per call."""

    def __init__(self, title, unit, overhead, called, gatehouse):
        self.title = title
        self.unit = unit
        self.overhead_rounds = overhead
        self.called_rounds = called
        self.reference_rounds = figures.net(called, overhead)
        self.gatehouse_rounds = gatehouse

    @property
    def overhead(self):
        return figures.median(self.overhead_rounds)

    @property
    def called(self):
        return figures.median(self.called_rounds)

    @property
    def reference(self):
        """None where nearly everything is overhead."""
        return figures.median(self.reference_rounds) if figures.is_told(self.called, self.overhead) else None

    @property
    def gatehouse(self):
        return figures.median(self.gatehouse_rounds)

    @property
    def ratio(self):
        return figures.ratio(self.reference, self.gatehouse)


def measure(scenario, seconds, rounds=ROUNDS):
    """Times a scenario: overhead, reference, Gatehouse, and again, so that noise of the machine hits all of them.

    A first round, which warms up caches and finds how many calls fill the time, isn't counted.
    """
    part = seconds / (rounds + 1)
    overhead, called, gatehouse = [], [], []
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds + 1):
            overhead.append(scenario.overhead(part * OVERHEAD_SHARE))
            called.append(scenario.reference(part * ENGINE_SHARE))
            gatehouse.append(scenario.gatehouse(part * ENGINE_SHARE))
    finally:
        gc.enable()
    return Measurement(scenario.title, scenario.unit, overhead[1:], called[1:], gatehouse[1:])
