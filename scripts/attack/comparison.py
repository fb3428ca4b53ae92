# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Compares answers row by row, and knows the differences that are documented."""
import math
import re

from tree import Members, Token

# Rows are compared by these members, by kind. Members that the reference doesn't tell for a kind aren't listed.
COMMON = ("value", "rule_id", "id_type", "version", "reason", "sx")
FIELDS = {
    "gate": COMMON,
    "dynamic_config": COMMON + ("passed", "override_config_name"),
    "experiment": COMMON + ("group_name", "is_experiment_active"),
    "layer": COMMON + ("group_name", "is_experiment_active", "allocated_experiment", "usx", "undelegated_rule_id"),
    "param_store": ("value",),
    "response": ("value",),
}
# Members that only exposures have; an exposure may have been left out by a sampling rate.
OF_EXPOSURES = ("sx", "usx", "passed", "override_config_name", "undelegated_rule_id")
# What a response says about session replay is up to chance and to the entities evaluated before (Differences).
SESSION_REPLAY = {"can_record_session", "passes_session_recording_targeting", "passes_sampling"}
MISSING = object()


class Difference:
    """A member of a row, or an acceptance, with what either engine says."""

    def __init__(self, user, kind, name, field, expected, actual):
        self.user, self.kind, self.name, self.field = user, kind, name, field
        self.expected, self.actual = expected, actual

    @property
    def key(self):
        return self.user, self.kind, self.name, self.field

    def __repr__(self):
        return (f"user {self.user}, {self.kind} {self.name!r}, {self.field}: reference {short(self.expected)}, "
                f"Gatehouse {short(self.actual)}")


def short(value):
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "…"


def are_equal(left, right):
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        if left == right or (left != left and right != right):
            return True
        if isinstance(left, int) and isinstance(right, int):
            return False
        return math.isclose(left, right, rel_tol=1e-15, abs_tol=0)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(are_equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(are_equal(left[name], right[name]) for name in left)
    return left == right


def reason(text):
    """A reason without the name of the source, which is in front."""
    source, colon, rest = (text or "").partition(":")
    return rest if colon and source in ("Network", "File") else text


def compare(expected, actual):
    """Returns the differences between rows, how many rows were compared, and how many crashed the reference.

    Both are dictionaries by user, kind and name. What the reference doesn't know, ours may leave out.
    """
    differences, compared, crashed = [], 0, 0
    for key, row in expected.items():
        own = actual.get(key)
        if "panic" in row:
            crashed += 1
            continue
        compared += 1
        if own is None:
            is_unknown = reason(row.get("reason")) == "Unrecognized" or row.get("value") == {}
            if not is_unknown or row["kind"] == "response":
                differences.append(Difference(*key, "entity", row.get("reason", "known"), "not known"))
            continue
        if row["kind"] == "response":
            differences += [Difference(*key, path, left, right)
                            for path, left, right in inside(row["value"], own["value"], "", replay=True)]
            continue
        for field in FIELDS[row["kind"]]:
            if field in OF_EXPOSURES and field not in row:
                if field == "undelegated_rule_id" and "usx" in row and own.get(field) is not None:
                    differences.append(Difference(*key, field, None, own[field]))
                continue
            left, right = row.get(field), own.get(field)
            if field == "reason":
                left, right = reason(left), reason(right)
            if field in ("sx", "usx"):
                left, right = left or [], right or []
            if not are_equal(left, right):
                differences.append(Difference(*key, field, left, right))
    for key, own in actual.items():
        if key not in expected and reason(own.get("reason")) != "Unrecognized":
            differences.append(Difference(*key, "entity", "not asked for", own.get("reason")))
    return differences, compared, crashed


def inside(left, right, path, replay=False):
    """The places in which two responses differ."""
    if isinstance(left, dict) and isinstance(right, dict):
        for name in sorted(left.keys() | right.keys()):
            if name == "sdkInfo" or (replay and name in SESSION_REPLAY):
                continue
            one, other = left.get(name, MISSING), right.get(name, MISSING)
            if one is MISSING or other is MISSING:
                yield f"{path}/{name}", "missing" if one is MISSING else one, "missing" if other is MISSING else other
            else:
                is_trigger = (path + "/" + name).startswith("/session_recording_")
                yield from inside(one, other, f"{path}/{name}", is_trigger)
    elif not are_equal(left, right):
        yield path, left, right


# Documented differences

# Parts of patterns that docs/decisions/0002 lists under "What still differs".
PATTERN_EXCEPTIONS = re.compile(
    r"\(\?<[=!][^)]*[*+{?|\\]|\\[pP]\{\^?(age|gcb|sb|wb|Grapheme|Sentence|Word_Break|Other_Math|Hyphen)|\\G"
    r"|\\[pP]\{\^?scx=|\(\?[a-zA-Z]*i[^)]*\).*(\\[1-9k]|\(\?P=)|\{\d{4,}", re.IGNORECASE | re.DOTALL)


def reached(document, name):
    """The entities, conditions and mappings that an entity's answer may depend on, found by their names."""
    by_name = {}
    for section, members in document:
        if isinstance(members, Members):
            for member, value in members:
                by_name.setdefault(member, []).append(value)
    found, waiting, seen = [], [name], set()
    while waiting:
        next_name = waiting.pop()
        if next_name in seen:
            continue
        seen.add(next_name)
        for value in by_name.get(next_name, []):
            found.append(value)
            waiting += [text for text in strings(value) if text in by_name]
    return found


def strings(value):
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, list):
        for element in value:
            yield from strings(element[1] if isinstance(value, Members) else element)


def known(difference, document):
    """The name of the documented difference that this one is, or `None`."""
    name = difference.name.split("/")[0] if difference.kind == "param_store" else difference.name
    if difference.kind == "response":
        parts = difference.field.split("/")
        name = parts[2] if len(parts) > 2 else ""
    if difference.field == "sx" and isinstance(difference.expected, list):
        if len(difference.expected) > 1000 and difference.actual == difference.expected[:1000]:
            return "exposures after the first 1,000"
    parts = reached(document, name)
    patterns = [str(part.get("targetValue")) for part in parts
                if isinstance(part, Members) and part.get("operator") == "str_matches"]
    if any(PATTERN_EXCEPTIONS.search(pattern) for pattern in patterns):
        return "patterns of decision 0002"
    return None


def is_array(value):
    """Whether a value is an array, which may also be written as it is: what is nested deeply is."""
    return isinstance(value, Token) and value.startswith("[") or \
        isinstance(value, list) and not isinstance(value, Members)


def known_acceptance(document, is_accepted, message):
    """The name of the documented difference in the acceptance of a document, or `None`.

    `is_accepted` says whether the reference accepts it; `message` is what ours says when it refuses.
    """
    if not is_accepted and isinstance(document, Members):
        sections = [document.get(name) for name in ("feature_gates", "dynamic_configs", "layer_configs")]
        if any(is_array(section) for section in sections):
            return "documents of the older format"
        if document.get("time") in ("0", "-0"):
            return "documents of the time 0, which the reference takes for old ones"
    if is_accepted and "bytes that aren't UTF-8" in message:
        return "bytes that aren't UTF-8 where the reference doesn't look"
    return None


# Faults that are known and not yet fixed, by the names that --open takes: each a test of a difference. None at present.
OPEN = {}
