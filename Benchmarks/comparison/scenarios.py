# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""What is timed, for one project."""

import examples
from failure import Failure
from project import Names
from reference import user_from_json
from timing import Loop, Scenario
from users import FULL, FULL_JSON, FreshIDs, fresh_ids

# Calls of a single gate are timed so many at once, as those of many gates are.
REPEATED = 64
FRESH_BLOCK = 1024
FRESH_CHECKS = 2000
# By how much the lengths of client responses may differ.
RESPONSE_LENGTHS = 0.01

CONFIG_KINDS = (("dynamicConfigs", "dynamic config"), ("experiments", "experiment"), ("layers", "layer"))


def each(names, word):
    """The title of a mean over some entities."""
    return "each of %d %ss, mean" % (len(names), word) if len(names) > 1 else "the only " + word


class Scenarios:
    """Makes the scenarios of a project for two running engines."""

    def __init__(self, reference, gatehouse, project, names, gates):
        """names: what the engines agree on; gates: gates that the caller wants timed by themselves."""
        self.reference = reference
        self.gatehouse = gatehouse
        self.names = names
        self.user = user_from_json(FULL_JSON)
        self.ids = FreshIDs()
        self.examples = examples.choose(project.content, names["gates"])
        known = {name for _, name in self.examples}
        for name in gates:
            if name not in names["gates"]:
                raise Failure("%s: no gate named %s that can be timed" % (project.title, name))
            if name not in known:
                self.examples.append(("by option", name))

    def all(self):
        """The scenarios in the order of the table."""
        scenarios = []
        if self.names["gates"]:
            scenarios.append(self.gates(each(self.names["gates"], "gate"), self.names["gates"]))
        for label, name in self.examples:
            scenarios.append(self.gates("gate %s (%s)" % (name, label), [name] * REPEATED))
        scenarios.append(self.gates("a gate that doesn't exist", ["no gate has this name"] * REPEATED))
        for kind, word in CONFIG_KINDS:
            if self.names[kind]:
                title = each(self.names[kind], word)
                names = Names(**{kind: self.names[kind]})
                scenarios.append(self.results(title, names))
                scenarios.append(self.results(title + ", less making the dict", names, counts_dict=False))
                scenarios.append(self.values(title + ", with its whole value", names))
        if self.names.count:
            scenarios.append(self.everything())
            scenarios.append(self.everything(counts_dict=False))
        scenarios.append(self.client_response())
        percentage = [name for label, name in self.examples if label == "percentage"]
        for name in percentage:
            scenarios.append(self.fresh("gate %s, new user of 1 field" % name, name, "freshUser", None))
            scenarios.append(self.fresh("gate %s, new user of 9 fields" % name, name, "freshFullUser", FULL))
        return scenarios

    def gates(self, title, names):
        calls = self.reference.gate_calls(names)
        return Scenario(
            title,
            Loop(self.reference.time_empty_calls(calls), len(calls)).nanoseconds_per_call,
            Loop(self.reference.time_calls(calls, self.user), len(calls)).nanoseconds_per_call,
            self.gatehouse.timer("gates", Names(gates=names), FULL_JSON),
        )

    def empty(self, calls, counts_dict):
        """What a scenario subtracts: the loop and empty calls, and the making of equal dicts unless that counts."""
        return self.reference.time_empty_calls(calls) if counts_dict else self.reference.time_empty_results(calls)

    def results(self, title, names, counts_dict=True):
        calls = self.reference.result_calls(names, self.user)
        return Scenario(
            title,
            Loop(self.empty(calls, counts_dict), len(calls)).nanoseconds_per_call,
            Loop(self.reference.time_calls(calls, self.user), len(calls)).nanoseconds_per_call,
            self.gatehouse.timer("results", names, FULL_JSON),
        )

    def values(self, title, names):
        # Here the dict is what was asked for, so making it counts.
        calls = self.reference.result_calls(names, self.user)
        return Scenario(
            title,
            Loop(self.reference.time_empty_calls(calls), len(calls)).nanoseconds_per_call,
            Loop(self.reference.time_calls(calls, self.user), len(calls)).nanoseconds_per_call,
            self.gatehouse.timer("values", names, FULL_JSON),
        )

    def everything(self, counts_dict=True):
        calls = self.reference.result_calls(self.names, self.user)
        title = "all %d entities, one user" % len(calls)
        return Scenario(
            title if counts_dict else title + ", less making the dicts",
            Loop(self.empty(calls, counts_dict), 1).nanoseconds_per_call,
            Loop(self.reference.time_calls(calls, self.user), 1).nanoseconds_per_call,
            self.gatehouse.timer("everything", self.names, FULL_JSON, repetitions=len(calls)),
            unit="user",
        )

    def client_response(self):
        expected = len(self.reference.client_response(self.user, "djb2").encode())
        actual = self.gatehouse.response_byte_count(FULL_JSON)
        if abs(actual - expected) > RESPONSE_LENGTHS * expected:
            raise Failure("a client response has %d bytes with the reference, %d with Gatehouse" % (expected, actual))
        calls = self.reference.gate_calls([""])
        return Scenario(
            "client-initialize response, %d bytes and %d" % (expected, actual),
            Loop(self.reference.time_empty_calls(calls), 1).nanoseconds_per_call,
            Loop(self.reference.time_client_responses(self.user), 1).nanoseconds_per_call,
            self.gatehouse.timer("clientResponse", Names(), FULL_JSON),
            unit="user",
        )

    def fresh(self, title, gate, scenario, template):
        first = self.ids.take(FRESH_CHECKS)
        expected = self.reference.passing_fresh_users(gate, fresh_ids(first, FRESH_CHECKS), template)
        actual = self.gatehouse.passing_fresh_users(scenario, gate, FULL_JSON, first, FRESH_CHECKS)
        if expected != actual:
            raise Failure(
                "the engines disagree on gate %s: of %d new users %d pass with the reference, %d with Gatehouse"
                % (gate, FRESH_CHECKS, expected, actual)
            )

        def make_ids(passes):
            return fresh_ids(self.ids.take(passes * FRESH_BLOCK), passes * FRESH_BLOCK)

        return Scenario(
            title,
            Loop(self.reference.time_empty_users(make_ids), FRESH_BLOCK).nanoseconds_per_call,
            Loop(self.reference.time_fresh_users(gate, make_ids, template), FRESH_BLOCK).nanoseconds_per_call,
            self.gatehouse.fresh_timer(scenario, gate, FULL_JSON, self.ids),
        )
