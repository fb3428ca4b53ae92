# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Picks gates that are worth timing by themselves, by what their rules ask."""

# In Statsig's own sample projects these are the plain examples of what a label says; elsewhere they don't exist.
FAMILIAR = {
    "public": "test_public",
    "version": "test_version",
    "country of an IP address": "test_country",
    "percentage": "test_50_50",
    "nested gate": "test_nested_gate_condition",
    "most rules": "test_many_rules",
}


class Gate:
    """What a gate of a document asks of a user."""

    def __init__(self, name, spec, conditions):
        self.name = name
        self.rules = [rule for rule in spec.get("rules") or [] if isinstance(rule, dict)]
        ids = [id for rule in self.rules for id in as_list(rule.get("conditions")) if isinstance(id, str)]
        self.conditions = [conditions[id] for id in ids if isinstance(conditions.get(id), dict)]

    def percentages(self):
        """The pass percentages strictly between 0 and 100."""
        values = [rule.get("passPercentage") for rule in self.rules]
        return [value for value in values if isinstance(value, (int, float)) and 0 < value < 100]

    def has(self, kind=None, operator="", target=object):
        """Whether some condition is of a kind, its operator begins with a text and its target is of a type."""
        return any(
            (kind is None or condition.get("type") == kind)
            and str(condition.get("operator") or "").startswith(operator)
            and isinstance(condition.get("targetValue"), target)
            for condition in self.conditions
        )


def as_list(value):
    """A list as it is, anything else as an empty one: documents may be malformed on purpose."""
    return value if isinstance(value, list) else []


def is_public(gate):
    """Whether everyone passes."""
    return bool(gate.conditions) and all(c.get("type") == "public" for c in gate.conditions) and not gate.percentages()


# A label, which gates it is for, and which of them come first; of equals the one with the fewest conditions.
FEATURES = (
    ("public", is_public, lambda gate: 0),
    ("field in a set of texts", lambda gate: gate.has("user_field", "any", list), lambda gate: 0),
    ("version", lambda gate: gate.has("user_field", "version_"), lambda gate: 0),
    ("country of an IP address", lambda gate: gate.has("ip_based", "any"), lambda gate: 0),
    ("user agent", lambda gate: gate.has("ua_based"), lambda gate: 0),
    ("regular expression", lambda gate: gate.has("user_field", "str_matches"), lambda gate: 0),
    ("percentage", lambda gate: gate.percentages(), lambda gate: min(abs(50 - p) for p in gate.percentages())),
    ("nested gate", lambda gate: gate.has("pass_gate") or gate.has("fail_gate"), lambda gate: 0),
    ("most rules", lambda gate: len(gate.rules) > 4, lambda gate: -len(gate.rules)),
)


def choose(content, names):
    """Pairs of a label and the name of a gate, no gate twice.

    names: the gates to choose among.
    """
    conditions = content.get("condition_map") or {}
    gates = []
    for name in names:
        spec = content["feature_gates"].get(name)
        if isinstance(spec, dict) and spec.get("entity") == "feature_gate" and spec.get("enabled") is True:
            gates.append(Gate(name, spec, conditions))
    chosen = []
    for label, is_candidate, rank in FEATURES:
        familiar = FAMILIAR.get(label)
        taken = {name for _, name in chosen} | {name for name in FAMILIAR.values() if name != familiar}
        candidates = [gate for gate in gates if gate.name not in taken and is_candidate(gate)]
        if candidates:
            best = min(candidates, key=lambda g: (g.name != familiar, rank(g), len(g.conditions), g.name))
            chosen.append((label, best.name))
    return chosen
