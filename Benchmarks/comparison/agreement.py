# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Compares the engines' answers, since timing engines that do different things says nothing."""

import json
import math

from failure import Failure

ATTEMPTS = 20


class Agreement:
    """What came out of comparing."""

    def __init__(self):
        self.row_count = 0
        self.user_count = 0
        # By pair of kind and name: why it isn't timed.
        self.left_out = {}
        # Rows that the reference crashed on, for whatever user; there is nothing to compare them with.
        self.crash_count = 0
        # By pair of kind and name: the first user for whom the answers differ, and the answers.
        self.differences = {}

    def demand(self, title):
        """Fails when there is a difference, and names it."""
        if not self.differences:
            return
        lines = ["%s: the engines disagree, so they aren't timed:" % title]
        for (kind, name), (user, reference, gatehouse) in sorted(self.differences.items())[:10]:
            lines.append("  %s %s for %s" % (kind, json.dumps(name, ensure_ascii=False), user))
            lines.append("    reference %s" % json.dumps(reference, ensure_ascii=False)[:300])
            lines.append("    Gatehouse %s" % json.dumps(gatehouse, ensure_ascii=False)[:300])
        if len(self.differences) > 10:
            lines.append("  and %d more entities" % (len(self.differences) - 10))
        raise Failure("\n".join(lines))


def same(left, right):
    """Whether two JSON values are the same: numbers by value, and fractions up to the last digit that a text keeps."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right or math.isclose(left, right, rel_tol=1e-15)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and left == right


def compare(reference, gatehouse, names, timed_user, users):
    """Asks both engines for everything, for all users.

    reference, gatehouse: have answers(user, names); timed_user: the one for whom nothing that is timed may crash.
    """
    agreement = Agreement()
    for user in [timed_user, *users]:
        answers = reference.answers(user, names), gatehouse.answers(user, names)
        agreement.user_count += 1
        for kind in names.KINDS:
            for name, *pair in zip(names[kind], answers[0][kind], answers[1][kind], strict=True):
                agreement.row_count += 1
                entity = (kind, name)
                if pair[0] is None:
                    agreement.crash_count += 1
                    if user is timed_user:
                        agreement.left_out[entity] = "the reference crashes"
                elif not same(*pair) and entity not in agreement.differences and entity not in agreement.left_out:
                    if varies(reference, names, entity, user) or varies(gatehouse, names, entity, user):
                        agreement.left_out[entity] = "answers by chance"
                    else:
                        agreement.differences[entity] = (user, *pair)
    return agreement


def varies(engine, names, entity, user):
    """Whether an engine answers the same question differently."""
    kind, name = entity
    only = type(names)(**{kind: [name]})
    answers = (engine.answers(user, only)[kind][0] for _ in range(ATTEMPTS))
    return len({json.dumps(answer, sort_keys=True) for answer in answers}) > 1
