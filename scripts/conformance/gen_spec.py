#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Prints a random document of format v2 for differential tests.

The same seed and theme make the same document, so the order of calls of the random generator must not change.

What a document has is chosen so that the official engine's answers are defined:

- Nothing depends on chance or the clock: targets of current_time are decades away, bandits never sample, session replay
  rates are 0 or 1, and override rules start in the past or in the year 5138.
- Nested gates form no circle, except in the theme "cycle". Override mappings and experiment_group don't recurse, since
  the official engine overflows its stack then.
- Array targets of eq and neq have no members that differ only by case, since the official engine may panic on those.
"""

import argparse
import json
import os
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from values import NUMBER_TEXTS, NUMBERS, PATTERNS, TIMES, UNICODE_TEXTS, VERSIONS, WORDS  # noqa: E402

# The themes that a seed alone chooses from; "cycle" has to be asked for.
THEMES = [
    "core", "types", "structure", "layers", "time_version", "unicode", "regex", "overrides", "cmab", "malformed", "all",
]  # fmt: skip
# Themes whose documents have more gates of one operator and fewer of everything else.
OPERATOR_THEMES = ("types", "unicode", "regex", "time_version")

STRING_OPERATORS = [
    "any", "none", "str_starts_with_any", "str_ends_with_any", "str_contains_any", "str_contains_none",
    "any_case_sensitive", "none_case_sensitive",
]  # fmt: skip
NUMBER_OPERATORS = ["gt", "gte", "lt", "lte"]
VERSION_OPERATORS = ["version_gt", "version_gte", "version_lt", "version_lte", "version_eq", "version_neq"]
TIME_OPERATORS = ["before", "after", "on"]
ARRAY_OPERATORS = ["array_contains_any", "array_contains_none", "array_contains_all", "not_array_contains_all"]
EQUALITY_OPERATORS = ["eq", "neq"]
ID_LIST_OPERATORS = ["in_segment_list", "not_in_segment_list"]
ALL_OPERATORS = (
    STRING_OPERATORS + NUMBER_OPERATORS + VERSION_OPERATORS + TIME_OPERATORS + ARRAY_OPERATORS + EQUALITY_OPERATORS
    + ID_LIST_OPERATORS + ["str_matches"]
)  # fmt: skip

UNIT_TYPES = [
    "userID", "userID", "userID", "stableID", "companyID", "companyid", "UserID", "workspaceID", "random_id", "",
]  # fmt: skip
USER_FIELDS = [
    "userID", "email", "ip", "country", "locale", "appVersion", "userAgent", "user_id", "app_version", "user_agent",
    "EMAIL", "Country", "userid",
]  # fmt: skip
CUSTOM_FIELDS = [
    "level", "plan", "isBeta", "score", "tags", "createdAt", "newUser", "Mixed_Case", "nested", "ver", "rx", "uni",
    "amount", "cohort",
]  # fmt: skip
FAR_PAST = [0, 946684800000, "2001-01-01T00:00:00Z", "946684800000", 1.0e12]
FAR_FUTURE = [95617584000000, "5000-01-01T00:00:00Z", "95617584000000"]
LETTERS_AND_DIGITS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
# Targets of a type that an operator doesn't expect, or with members that are equal to others in some sense.
MEMBERS_BY_CASE = ["A", "a", "B"]
ODD_TARGETS = [
    None, True, False, 0, 1, -1, 1.5, 1e21, "", "foo", "1", [], [None], [1, "1", 1.0, True, None, "TRUE"], {},
    {"foo": True, "BAR": 1}, [["x"], {"a": 1}], MEMBERS_BY_CASE, "2023-11-14T22:13:20Z", [1.0, 2.50, 1e21, 1e-7],
    ["", " "], 9007199254740993, -0.0,
]  # fmt: skip


class SpecGenerator:
    """Makes the document of a seed and a theme."""

    def __init__(self, seed: str, theme: str):
        self.rng = random.Random(f"spec-{seed}-{theme}")
        self.theme = theme
        self.conditions: dict[str, dict] = {}
        self.gates: dict[str, object] = {}
        # Gates that others may ask, in the order in which they were made.
        self.gate_names: list[str] = []
        self.configs: dict[str, object] = {}
        self.layers: dict[str, object] = {}
        self.layer_of_experiment: dict[str, str] = {}

    def is_theme(self, *names: str) -> bool:
        """Whether the document has what these themes are about."""
        return self.theme in names or self.theme == "all"

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def choice(self, values):
        return self.rng.choice(values)

    def some(self, make, counts: list[int]) -> list:
        """As many results of `make` as a random one of the counts."""
        return [make() for _ in range(self.choice(counts))]

    def name(self, length: int = 10) -> str:
        """A random name of letters and digits."""
        return "".join(self.choice(LETTERS_AND_DIGITS) for _ in range(length))

    # --- Targets -----------------------------------------------------------------------------------------------------

    def texts(self, count: int | None = None) -> list[str]:
        count = self.rng.randrange(1, 6) if count is None else count
        source = list(WORDS)
        if self.is_theme("unicode") and self.chance(0.8):
            source = UNICODE_TEXTS
        elif self.is_theme("types") and self.chance(0.3):
            source = UNICODE_TEXTS + WORDS
        return [self.choice(source) for _ in range(count)]

    def odd_target(self, operator: str):
        targets = ODD_TARGETS
        if operator in EQUALITY_OPERATORS:
            targets = [
                target for target in targets
                if target != MEMBERS_BY_CASE and not (isinstance(target, list) and len(target) == 6)
            ]  # fmt: skip
        return self.choice(targets)

    def target(self, operator: str):
        if self.chance(0.5 if self.theme == "types" else 0.06):
            return self.odd_target(operator)
        if operator in STRING_OPERATORS:
            return self.string_target()
        if operator in NUMBER_OPERATORS:
            return self.choice(NUMBERS) if self.chance(0.7) else self.choice(NUMBER_TEXTS)
        if operator in VERSION_OPERATORS:
            return self.choice(VERSIONS)
        if operator in TIME_OPERATORS:
            return self.choice(TIMES)
        if operator in ARRAY_OPERATORS:
            if self.chance(0.75):
                return self.texts()
            return self.texts(2) + [self.choice(NUMBERS), self.choice([True, None, False])]
        if operator in EQUALITY_OPERATORS:
            return self.equality_target()
        if operator in ID_LIST_OPERATORS:
            if self.chance(0.8):
                return self.choice(["company_list", "vip_list", "Vip_List", "missing_list"])
            return "company_list"
        if self.theme in ("regex", "all") or self.chance(0.3):
            return self.choice(PATTERNS)
        return self.choice(PATTERNS[:14])

    def string_target(self):
        if self.chance(0.12):
            return {text: True for text in self.texts()}
        if self.chance(0.1):
            return [self.choice(NUMBERS) for _ in range(3)] + self.texts(1)
        if self.chance(0.05):
            return self.texts(40)
        return self.texts()

    def equality_target(self):
        share = self.rng.random()
        if share < 0.35:
            return self.choice(self.texts(3))
        if share < 0.6:
            return self.choice(NUMBERS)
        if share < 0.7:
            return self.choice([True, False])
        if share < 0.8:
            return None
        if share < 0.93:
            members = {}
            for member in self.texts(3) + [self.choice([1, 2.5, True, "z"])]:
                key = (member if isinstance(member, str) else json.dumps(member)).lower()
                members.setdefault(key, member)
            return list(members.values())
        return {"a": 1, "k": "v"} if self.chance(0.5) else {}

    def operator(self) -> str:
        """An operator, mostly one that the theme is about."""
        if self.theme == "time_version":
            return self.choice(VERSION_OPERATORS * 2 + TIME_OPERATORS * 4 + NUMBER_OPERATORS)
        if self.theme == "regex":
            return self.choice(["str_matches"] * 6 + STRING_OPERATORS)
        if self.theme == "unicode":
            return self.choice(STRING_OPERATORS * 3 + ARRAY_OPERATORS + EQUALITY_OPERATORS + ["str_matches"])
        return self.choice(ALL_OPERATORS)

    # --- Conditions --------------------------------------------------------------------------------------------------

    def add_condition(
        self, kind: str, target=None, operator: str | None = None, field: str | None = None, unit_type: str = "userID",
        values: dict | None = None,
    ) -> str:  # fmt: skip
        """Adds a condition to the map and returns its ID."""
        condition_id = str(self.rng.randrange(10**6, 4 * 10**9))
        condition = {
            "type": kind, "targetValue": target, "operator": operator, "field": field,
            "additionalValues": values if values is not None else {}, "idType": unit_type,
        }  # fmt: skip
        if self.chance(0.1):
            condition["additionalValues"] = values
        if target is None and self.chance(0.3):
            del condition["targetValue"]
        if operator is None and self.chance(0.5):
            del condition["operator"]
        if field is None and self.chance(0.5):
            del condition["field"]
        self.conditions[condition_id] = condition
        return condition_id

    def field(self) -> str:
        return self.choice(USER_FIELDS) if self.chance(0.35) else self.choice(CUSTOM_FIELDS)

    def condition(self, gates=()) -> str:
        """Adds a condition of any type, which may ask one of the gates, and returns its ID."""
        share = self.rng.random()
        if self.theme in ("structure", "layers", "overrides", "cmab") and share < 0.30 and gates:
            return self.gate_condition(gates)
        if share < 0.06:
            return self.add_condition("public", None, self.choice([None, "none", "any"]))
        if share < 0.14 and gates:
            return self.gate_condition(gates)
        if share < 0.20:
            return self.bucket_condition()
        if share < 0.26:
            return self.add_condition(
                "environment_field",
                self.choice([["production"], ["Production", "staging"], ["development"], [""], "production", None]),
                self.choice(["any", "none", "any_case_sensitive", "eq", "neq", "str_contains_any"]),
                self.choice(["tier", "tier", "Tier", "region", "TIER"]),
            )
        if share < 0.31:
            target = self.choice(FAR_PAST if self.chance(0.5) else FAR_FUTURE)
            operator = self.choice(["after", "before", "before", "after", "gt", "any", "on", "eq"])
            return self.add_condition("current_time", target, operator)
        if share < 0.37:
            return self.agent_condition()
        if share < 0.42:
            return self.add_condition(
                "ip_based",
                self.choice([["US", "CA"], ["us"], ["GB", "DE", "FR"], ["AU"], ["JP"], ["NZ", ""], "US"]),
                self.choice(["any", "none", "any_case_sensitive", "eq"]),
                self.choice(["country", "country", "country", "Country", "ip", "region"]),
            )
        if share < 0.45:
            return self.add_condition(
                "target_app",
                self.choice([["app_1"], ["app_2", "APP_1"], "app_1", ["zz"], []]),
                self.choice(["any", "none", "eq", "any_case_sensitive"]),
            )
        if share < 0.55:
            return self.unit_condition()
        if share < 0.565 and self.is_theme("types", "malformed", "structure"):
            return self.unsupported_condition()
        operator = self.operator()
        field = self.field()
        return self.add_condition(
            "user_field", self.target(operator), operator, field if self.chance(0.97) else None, self.choice(UNIT_TYPES)
        )

    def gate_condition(self, gates) -> str:
        share = self.rng.random()
        gate = self.choice(list(gates))
        if self.theme in ("structure", "all", "malformed") and share < 0.06:
            gate = self.choice(["missing_gate", "segment:missing", "", None, ["gate_0"], 5])
        return self.add_condition(
            self.choice(["pass_gate", "pass_gate", "fail_gate"]), gate, self.choice([None, None, "any"])
        )

    def bucket_condition(self) -> str:
        operator = self.choice(["lt", "gte", "any", "none", "gt", "lte", "eq", "any"])
        target = self.rng.randrange(0, 1001)
        if operator in ("any", "none"):
            first = self.rng.randrange(1000)
            count = self.rng.randrange(1, 600)
            if self.chance(0.5):
                target = {str((first + index) % 1000): True for index in range(count)}
            else:
                target = [(first + index) % 1000 for index in range(min(count, 300))]
            if self.chance(0.2):
                target = [str(bucket) for bucket in target]
            if self.chance(0.1):
                target = {"-1": True}
        if self.chance(0.9):
            values = {"salt": self.name()}
        else:
            values = self.choice([{}, {"salt": ""}, {"Salt": "x"}])
        return self.add_condition("user_bucket", target, operator, None, self.choice(UNIT_TYPES), values)

    def agent_condition(self) -> str:
        field = self.choice([
            "os_name", "osName", "os_version", "OsVersion", "browser_name", "browserName", "browser_version",
            "browserVersion", "device_model",
        ])  # fmt: skip
        if "ersion" in field:
            return self.add_condition(
                "ua_based",
                self.choice(["10", "10.3.1", "140.0.0.0", "16.6", "0.0.0", "120", "17.4"] + VERSIONS[:6]),
                self.choice(VERSION_OPERATORS + ["any"]),
                field,
            )
        return self.add_condition(
            "ua_based",
            self.choice([
                ["Chrome", "Safari"], ["iOS", "Mac OS X"], ["Windows"], ["windows", "linux"],
                ["Android", "Chrome Mobile"], ["Other"], ["Firefox", "Edge"],
            ]),
            self.choice(["any", "none", "any_case_sensitive", "str_contains_any", "eq"]),
            field,
        )  # fmt: skip

    def unit_condition(self) -> str:
        if self.chance(0.5):
            operator = self.operator()
        else:
            operator = self.choice(["any", "none", "any_case_sensitive"] + ID_LIST_OPERATORS)
        target = self.target(operator)
        if operator in ("any", "none") and self.chance(0.6):
            count = self.rng.randrange(1, 30)
            target = [f"user_{self.rng.randrange(2000)}" for _ in range(count)]
            target += ["USER_a", "ÀÉÎ"][:self.rng.randrange(3)]
        return self.add_condition("unit_id", target, operator, None, self.choice(UNIT_TYPES))

    def unsupported_condition(self) -> str:
        """Adds conditions that no evaluation supports, and returns the ID of one of them or of one that isn't there."""
        return self.choice([
            self.add_condition("mystery_type", ["x"], "any", "level"),
            self.add_condition("user_field", ["x"], "fancy_op", "level"),
            self.add_condition("user_field", ["x"], None, "level"),
            self.add_condition("user_field", ["foo"], "encoded_any", "level"),
            "missing_condition_hash",
            self.add_condition("unit_id", "x", "str_contains_all"),
        ])  # fmt: skip

    # --- Rules and specs ---------------------------------------------------------------------------------------------

    def percentage(self):
        share = self.rng.random()
        if share < 0.55:
            return 100
        if share < 0.63:
            return 0
        return self.choice([
            50, 33.33, 0.01, 99.99, 10, 12.5, 0.5, 75.25, 100.0, 1, 90, 66.6667, 0.005, 150, -5, 99.999,
        ])  # fmt: skip

    def json_value(self, depth: int = 0):
        share = self.rng.random()
        if share < 0.3:
            return self.choice(WORDS + UNICODE_TEXTS[:12])
        if share < 0.6:
            return self.choice(NUMBERS)
        if share < 0.72:
            return self.choice([True, False])
        if share < 0.77:
            return None
        if depth > 1:
            return "deep"
        if share < 0.88:
            return [self.json_value(depth + 1) for _ in range(self.rng.randrange(4))]
        names = WORDS[:8] + ["k", "n.m", "ключ"]
        return {self.choice(names): self.json_value(depth + 1) for _ in range(self.rng.randrange(4))}

    def parameters(self, names: list[str] | None = None) -> dict:
        """Parameters with random values: some of those with the names."""
        names = names or ["a", "b", "c", "num", "str", "flag", "arr", "obj", "big"]
        return {name: self.json_value() for name in names if self.chance(0.6)}

    def gate_value(self):
        return True if self.chance(0.85) else self.choice([False, None, {}, {"x": 1}, "false", 0, "true", [False]])

    def config_value(self):
        value = self.parameters() if self.chance(0.94) else self.choice([None, True, False, [], "str", 5])
        return {"explicit": None} if value is None else value

    def rule(
        self, rule_id: str, gates=(), unit_type: str | None = None, condition_count: int | None = None, value=None,
        is_gate: bool = False, **members,
    ) -> dict:  # fmt: skip
        """A rule.

        `gates` are those that its conditions may ask. What is None is chosen at random. `members` replace those of the
        rule when everything else has been chosen.
        """
        if condition_count is None:
            condition_count = self.choice([0, 1, 1, 1, 1, 2, 2, 3])
        if value is None:
            value = self.gate_value() if is_gate else self.config_value()
        rule = {
            "name": rule_id, "passPercentage": self.percentage(),
            "conditions": [self.condition(gates) for _ in range(condition_count)], "returnValue": value, "id": rule_id,
            "salt": self.name(8), "idType": unit_type or self.choice(UNIT_TYPES),
        }  # fmt: skip
        share = self.rng.random()
        if share < 0.12:
            rule["salt"] = ""
        elif share < 0.24:
            del rule["salt"]
        elif share < 0.27:
            rule["salt"] = None
        if self.chance(0.3):
            rule["groupName"] = self.choice(["Control", "Test", "Test #2", "グループ", ""])
        if self.chance(0.3):
            rule["isExperimentGroup"] = self.chance(0.6)
        if self.chance(0.1):
            rule["samplingRate"] = self.choice([1, 100, 10000])
        if self.chance(0.05):
            rule["id"] = self.choice(["", rule_id + ":id_override", "targetingGate", "rule:with:colon"])
            rule["name"] = rule["id"]
        rule.update(members)
        return rule

    def fixed_rule(self, rule_id: str, conditions: list[str], value, unit_type: str | None = None, **members) -> dict:
        """A rule with these conditions that passes all users whom they match."""
        return self.rule(rule_id, (), unit_type, 0, value, conditions=conditions, **({"passPercentage": 100} | members))

    def spec(self, entity: str, rules: list[dict], default, is_gate: bool = False, **members) -> dict:
        """A spec; `members` replace what was chosen for it."""
        spec = {
            "type": "feature_gate" if is_gate else "dynamic_config",
            "salt": self.name(12) if self.chance(0.95) else "", "enabled": self.chance(0.88), "defaultValue": default,
            "rules": rules, "idType": self.choice(UNIT_TYPES), "entity": entity,
        }  # fmt: skip
        if self.chance(0.8):
            spec["version"] = self.rng.randrange(0, 50)
        if self.chance(0.2):
            spec["targetAppIDs"] = self.choice([["app_1"], ["app_2"], ["app_1", "app_2"], []])
        if self.chance(0.1):
            spec["forwardAllExposures"] = self.chance(0.5)
        if self.chance(0.2):
            spec["isActive"] = self.chance(0.5)
        if self.chance(0.1):
            spec["fieldsUsed"] = ["level"]
        if self.chance(0.05):
            spec["checksum"] = self.name(22)
        if self.chance(0.05):
            spec["futureField"] = {"x": [1]}
        spec.update(members)
        return spec

    def gate(self, rules: list[dict], default=False, entity: str = "feature_gate", **members) -> dict:
        return self.spec(entity, rules, default, is_gate=True, **members)

    # --- Gates -------------------------------------------------------------------------------------------------------

    def gate_default(self):
        return False if self.chance(0.85) else self.choice([True, None, {}, "true", 1])

    def add_gates(self, count: int) -> None:
        names = self.gate_names
        for index in range(5):
            is_segment = index % 2 == 0
            rules = self.some(lambda: self.rule(self.name(), names, is_gate=True), [1, 1, 2])
            name = f"segment:seg_{index}" if is_segment else f"holdout_{index}"
            self.gates[name] = self.gate(rules, self.gate_default(), "segment" if is_segment else "holdout")
            names.append(name)
        for index in range(count):
            name = f"gate_{index}"
            if index % 11 == 7:
                name = self.choice(["gate 😀 %d", "Gate_Ünï_%d", "gate.with:odd/chars %d"]) % index
            rules = self.some(lambda: self.rule(self.name(), names[-14:], is_gate=True), [0, 1, 1, 2, 2, 3])
            self.gates[name] = self.gate(rules, self.gate_default())
            names.append(name)
        self.add_operator_gates()

    def add_operator_gates(self) -> None:
        """Adds gates with one rule of one condition each, so that each operator can be seen on its own."""
        for operator in ALL_OPERATORS:
            for number in range(3 if self.theme in OPERATOR_THEMES else 1):
                name = f"{operator}_{number}"
                field = self.field() if self.chance(0.3) else f"f_{name}"
                condition = self.add_condition("user_field", self.target(operator), operator, field)
                rule = self.fixed_rule(f"r_{operator}", [condition], True, "userID", id=f"r_{operator}")
                rule.pop("groupName", None)
                self.gates[f"op_{name}"] = self.gate([rule], enabled=True)
        if self.is_theme("regex"):
            for number, pattern in enumerate(PATTERNS):
                condition = self.add_condition("user_field", pattern, "str_matches", "rx")
                rule = self.fixed_rule("rx", [condition], True, "userID", id="rx")
                self.gates[f"rx_{number:02d}"] = self.gate([rule], enabled=True)

    def add_deep_gates(self) -> None:
        """Adds a chain of gates, each of which asks the one before."""
        previous = self.gate_names[0]
        for index in range(25):
            conditions = [
                self.add_condition(self.choice(["pass_gate", "fail_gate"]), previous),
                self.add_condition("pass_gate", self.choice(self.gate_names)),
            ][:self.choice([1, 2])]
            name = f"deep_{index:02d}"
            self.gates[name] = self.gate([self.fixed_rule(f"d{index}", conditions, True)], enabled=True)
            previous = name

    def add_cycles(self) -> None:
        """Adds gates that ask each other or themselves, and a config and a layer that ask those."""
        for name, asked in (("cyc_a", "cyc_b"), ("cyc_b", "cyc_a"), ("cyc_self", "cyc_self")):
            self.gates[name] = self.gate([self.fixed_rule("c", [self.add_condition("pass_gate", asked)], True)])
        rule = self.fixed_rule("c", [self.add_condition("fail_gate", "cyc_a")], {"x": 1})
        self.configs["cfg_on_cycle"] = self.spec("dynamic_config", [rule], {"x": 0})
        rule = self.fixed_rule("c", [self.add_condition("pass_gate", "cyc_self")], {"x": 1})
        self.layers["layer_on_cycle"] = self.spec("layer", [rule], {"x": 0})

    # --- Experiments and layers --------------------------------------------------------------------------------------

    def experiment(self, layer: str | None = None, names: list[str] | None = None) -> dict:
        """An experiment with the rules that the reference's console makes; `names` are those of its parameters."""
        salt = self.name(12)
        rules = []
        unit_type = self.choice(UNIT_TYPES)
        gates = self.gate_names

        def add(rule_id: str, make_condition, **members) -> None:
            value = self.parameters(names)
            rules.append(self.fixed_rule(rule_id, [make_condition()], value, unit_type, **members))

        def bucket_condition(target, operator: str) -> str:
            return self.add_condition("user_bucket", target, operator, None, unit_type, {"salt": salt})

        def chosen_users() -> str:
            users = [f"user_{self.rng.randrange(2000)}" for _ in range(20)]
            return self.add_condition("unit_id", users, "any", None, unit_type)

        if self.chance(0.3):
            add(self.name() + ":id_override", chosen_users, isExperimentGroup=True, groupName="Override")
        if self.chance(0.35) and gates:
            add("holdout", lambda: self.add_condition("pass_gate", self.choice(gates)))
        if self.chance(0.3):
            value = self.parameters(names)
            condition = self.add_condition("public")
            percentage = self.choice([0, 0, 100])
            rules.append(self.fixed_rule("prestart", [condition], value, unit_type, passPercentage=percentage))
        if self.chance(0.45) and gates:
            add("inlineTargetingRules", lambda: self.add_condition("fail_gate", self.choice(gates)))
        if self.chance(0.5):
            add(
                "layerAssignment",
                lambda: bucket_condition({str(b): True for b in range(self.rng.randrange(300, 1000))}, "none"),
            )
        if self.chance(0.15):
            rules.append(self.rule(self.name(), gates))
        count = self.rng.randrange(2, 5)
        for index in range(count):
            group = self.name()
            value = self.parameters(names)
            condition = bucket_condition(1000 * (index + 1) // count, "lt")
            percentage = 100 if self.chance(0.9) else 50
            rules.append(
                self.fixed_rule(
                    group, [condition], value, unit_type, passPercentage=percentage, isExperimentGroup=True,
                    groupName=["Control", "Test", "Test #2", "Test #3"][index],
                )
            )  # fmt: skip
        members = {"isActive": self.chance(0.7)}
        if layer or self.chance(0.2):
            members["explicitParameters"] = [name for name in (names or ["a", "b"]) if self.chance(0.7)]
            members["hasSharedParams"] = bool(layer) or self.chance(0.3)
        entity = "experiment" if self.chance(0.93) else "autotune"
        return self.spec(entity, rules, self.parameters(names), **members)

    def add_layers(self, count: int) -> None:
        for index in range(count):
            self.add_layer(index)

    def add_layer(self, index: int) -> None:
        names = ["a", "b", "c", "d", "e", "f"][:self.rng.randrange(2, 7)]
        layer = f"layer_{index}"
        experiments = []
        for number in range(self.rng.randrange(0, 4)):
            experiment = f"exp_{index}_{number}"
            own_names = [name for name in names if self.chance(0.6)] or names[:1]
            self.configs[experiment] = self.experiment(layer, own_names)
            self.layer_of_experiment[experiment] = layer
            experiments.append(experiment)
        rules = []
        if self.chance(0.4):
            rules.append(self.layer_rule("layer_holdout_" + self.name(4), names, lambda: 1))
        if self.chance(0.3):
            rules.append(self.layer_rule(self.name(), names))
        for experiment in experiments:
            rule_id = self.choice(["experimentAssignment", self.name()])
            condition_count = self.choice([0, 1])
            value = self.parameters(names)
            percentage = 100 if self.chance(0.8) else 50
            delegate = experiment if self.chance(0.94) else self.choice(["missing_exp", "", "config_0"])
            rules.append(
                self.rule(
                    rule_id, self.gate_names, None, condition_count, value, passPercentage=percentage,
                    configDelegate=delegate,
                )
            )  # fmt: skip
        if self.chance(0.3):
            rules.append(self.layer_rule(self.name(), names))
        if self.chance(0.5):
            self.rng.shuffle(rules)
        members = {}
        if self.chance(0.5):
            members["explicitParameters"] = names[:2]
        if self.theme == "layers" and self.chance(0.6) or self.chance(0.2):
            members["useNewLayerEval"] = self.chance(0.9)
        default = self.parameters(names) if self.chance(0.95) else {name: 0 for name in names}
        self.layers[layer] = self.spec("layer", rules, default, **members)

    def layer_rule(self, rule_id: str, names: list[str], condition_count=lambda: None) -> dict:
        return self.rule(rule_id, self.gate_names, None, condition_count(), self.parameters(names))

    def add_delegates(self) -> None:
        """Adds specs that delegate outside of layers: an experiment to another, and a gate to an experiment."""
        gates = self.gate_names
        experiment = self.choice([name for name in self.configs if name.startswith("exp")])
        rule = self.rule("deleg", gates, None, 1, self.parameters(), configDelegate=experiment)
        self.configs["delegating_exp"] = self.spec("experiment", [rule], self.parameters(), isActive=True)
        rule = self.rule(
            "chain", gates, None, 0, self.parameters(), configDelegate="delegating_exp", passPercentage=100
        )
        self.layers["layer_chain"] = self.spec("layer", [rule], self.parameters())
        rule = self.rule("gd", gates, None, 1, True, configDelegate=experiment)
        self.gates["gate_with_delegate"] = self.gate([rule])

    def add_experiment_group_gate(self) -> None:
        condition = self.add_condition(
            "experiment_group",
            self.choice([["Control"], ["Test", "Test #2"], ["control"], []]),
            self.choice(["any", "none", "any_case_sensitive"]),
            self.choice(["experiment_0", "experiment_0", "missing_exp", None]),
        )
        self.gates["gate_experiment_group"] = self.gate([self.fixed_rule("eg", [condition], True)])

    # --- The other members of a document -----------------------------------------------------------------------------

    def parameter_stores(self) -> dict:
        stores = {}
        for index in range(3):
            parameters = {f"p{number}": self.store_parameter(f"p{number}") for number in range(5)}
            stores[f"store_{index}"] = {
                "parameters": parameters, "targetAppIDs": self.choice([[], ["app_1"], ["app_2"]]), "version": index,
            }  # fmt: skip
        return stores

    def store_parameter(self, name: str) -> dict:
        kind = self.rng.randrange(5)
        if kind == 0:
            return {"name": name, "ref_type": "static", "param_type": "string", "value": self.store_value()}
        if kind == 1:
            return {
                "name": name, "ref_type": "gate", "param_type": "boolean",
                "gate_name": self.choice(self.gate_names + ["missing_gate"]), "pass_value": self.store_value(),
                "fail_value": self.store_value(),
            }  # fmt: skip
        if kind == 2:
            return {
                "name": name, "ref_type": "dynamic_config", "param_type": "number",
                "config_name": self.choice([f"config_{self.rng.randrange(8)}", "missing"]),
                "param_name": self.choice(["a", "num", "str", "flag", "obj"]),
            }  # fmt: skip
        if kind == 3:
            return {
                "ref_type": "experiment", "param_type": "object",
                "experiment_name": f"experiment_{self.rng.randrange(4)}",
                "param_name": self.choice(["a", "num", "str", "flag", "obj"]),
            }  # fmt: skip
        return {
            "name": name, "ref_type": "layer", "param_type": "string", "layer_name": f"layer_{self.rng.randrange(4)}",
            "param_name": self.choice(["a", "b", "c"]),
        }  # fmt: skip

    def store_value(self):
        return self.choice([True, False, "s", 5, 2.5, [1, "x", True], {"k": 1}, None, "", 0])

    def bandits(self) -> dict:
        bandits = {f"cmab_{index}": self.bandit(index) for index in range(7 if self.theme == "cmab" else 2)}
        if self.theme == "cmab":
            # Names that configs have, too.
            bandits["experiment_1"] = dict(bandits["cmab_0"])
            bandits["config_1"] = dict(bandits["cmab_1"])
        return bandits

    def bandit(self, index: int) -> dict:
        groups = [
            {"name": f"Group {number}", "parameterValues": self.parameters(), "id": f"g{index}_{number}"}
            for number in range(self.rng.randrange(1, 5))
        ]
        bandit = {
            "salt": self.name(), "targetAppIDs": self.choice([None, ["app_1"], []]), "defaultValue": self.parameters(),
            "idType": self.choice(UNIT_TYPES), "enabled": self.chance(0.85), "version": self.rng.randrange(9),
            "sampleRate": 0, "higherIsBetter": self.chance(0.6), "groups": groups if self.chance(0.93) else [],
        }  # fmt: skip
        # Nothing uses these numbers: they are drawn so that seeds of existing sets make the same documents.
        if self.chance(0.5):
            self.rng.random()
        if self.chance(0.6):
            bandit["config"] = {
                group["id"]: self.model() for number, group in enumerate(groups) if number == 0 or not self.chance(0.15)
            }
        if self.chance(0.5):
            bandit["targetingGateName"] = self.choice(self.gate_names + ["missing_gate"])
        return bandit

    def model(self) -> dict:
        categories = ["foo", "US", "us", "true", "Pro", "[1,2,3]", "1", "null"]
        return {
            "alpha": self.choice([0, 0.25, 0.5, 1]),
            "intercept": self.choice([0, -1, 0.5, 2]),
            "records": self.rng.randrange(1000),
            "weightsNumerical": {
                self.choice(["level", "score", "amount"]): self.choice([0.5, -1, 2, 0.25])
                for _ in range(self.rng.randrange(1, 3))
            },
            "weightsCategorical": {
                self.choice(["plan", "country", "isBeta", "tags"]): {
                    category: self.choice([1, -2, 0.5, 4]) for category in categories
                }
                for _ in range(self.rng.randrange(0, 3))
            },
        }

    def mappings(self) -> tuple[dict, dict]:
        """Override mappings and the rules that they refer to."""
        gates = self.gate_names
        rules = {}
        for index in range(10):
            condition_count = self.choice([0, 1, 1, 2])
            rules[f"or_{index}"] = self.rule(f"or_{index}", gates[:6], None, condition_count, is_gate=True)
        configs, layers = sorted(self.configs), sorted(self.layers)
        plain_configs = [name for name in configs if name.startswith(("experiment_", "config_"))]
        mapped = self.rng.sample(gates[6:], 6) + self.rng.sample(plain_configs, 4) + self.rng.sample(layers, 2)
        mapped.append("brand_new_name")

        def mapping(targets: list[str]) -> dict:
            new_name = self.choice(targets + ["missing_target"])
            return {
                "new_config_name": new_name, "rules": [trigger() for _ in range(self.rng.randrange(1, 4))],
            }  # fmt: skip

        def trigger() -> dict:
            if self.chance(0.9):
                return {
                    "rule_name": self.choice(list(rules) + ["missing_rule"]),
                    "start_time": self.choice([0, 1600000000000, 100000000000000, None]),
                }
            return {"rule_name": self.choice(list(rules))}

        mappings = {}
        for name in mapped:
            if name in self.gates:
                targets = gates[:6] + ["op_any_0", "op_gt_0", "op_neq_0"]
            else:
                targets = layers if name in self.layers else configs
            # A target of a mapping must not be mapped itself.
            targets = [target for target in targets if target not in mapped]
            mappings[name] = [mapping(targets) for _ in range(self.rng.randrange(1, 3))]
        return mappings, rules

    def session_replay(self) -> dict:
        replay = {"sampling_rate": self.choice([0, 1, 1]), "recording_blocked": self.chance(0.3)}
        if self.chance(0.6):
            replay["targeting_gate"] = self.choice(self.gate_names + ["missing_gate"])
        if self.chance(0.5):
            replay["session_recording_event_triggers"] = {
                "evt": {"values": ["a", "b"], "sampling_rate": 1}, "evt2": {"sampling_rate": 0}, "evt3": {},
            }  # fmt: skip
        if self.chance(0.5):
            replay["session_recording_exposure_triggers"] = {
                "gate_0": {"values": ["true"], "sampling_rate": 1}, "gate_1": {},
            }  # fmt: skip
        if self.chance(0.5):
            replay["session_recording_privacy_settings"] = {"privacy_mode": "input", "masked_elements": ["#x"]}
        return replay

    # --- Malformed specs ---------------------------------------------------------------------------------------------

    # What is wrong with a gate: names of the gate, of the member, and its value. A member without a value is removed.
    BAD_MEMBERS = [
        ("no_salt", "salt"), ("null_salt", "salt", None), ("no_default", "defaultValue"),
        ("enabled_str", "enabled", "true"), ("no_enabled", "enabled"), ("rules_null", "rules", None),
        ("no_rules", "rules"), ("no_entity", "entity"), ("no_type", "type"), ("idtype_null", "idType", None),
        ("version_neg", "version", -1), ("version_float", "version", 1.5), ("version_str", "version", "1"),
        ("version_big", "version", 4294967296), ("version_null", "version", None),
    ]  # fmt: skip
    # The same for the gate's rule.
    BAD_RULE_MEMBERS = [
        ("pct_str", "passPercentage", "100"), ("pct_null", "passPercentage", None), ("no_pct", "passPercentage"),
        ("no_rule_name", "name"), ("no_rule_id", "id"), ("no_conditions", "conditions"),
        ("conditions_obj", "conditions", [{"type": "public"}]), ("conditions_num", "conditions", [123]),
        ("no_return", "returnValue"), ("rule_idtype_null", "idType", None), ("no_rule_idtype", "idType"),
        ("sampling_neg", "samplingRate", -1), ("sampling_float", "samplingRate", 1.0),
    ]  # fmt: skip
    MORE_BAD_MEMBERS = [
        ("isactive_null", "isActive", None), ("explicit_null", "explicitParameters", None),
        ("explicit_str", "explicitParameters", "a"), ("explicit_num", "explicitParameters", [1]),
        ("target_app_null", "targetAppIDs", None),
    ]  # fmt: skip
    MORE_BAD_RULE_MEMBERS = [
        ("group_num", "groupName", 5), ("delegate_num", "configDelegate", 5),
        ("is_exp_group_null", "isExperimentGroup", None), ("is_exp_group_str", "isExperimentGroup", "true"),
    ]  # fmt: skip

    def add_malformed_specs(self) -> None:
        for changes, is_of_rule in [
            (self.BAD_MEMBERS, False), (self.BAD_RULE_MEMBERS, True), (self.MORE_BAD_MEMBERS, False),
            (self.MORE_BAD_RULE_MEMBERS, True),
        ]:  # fmt: skip
            for name, member, *value in changes:
                rule = self.rule("ok", (), "userID", 0, True, passPercentage=100)
                spec = self.gate([rule], enabled=True)
                changed = rule if is_of_rule else spec
                if value:
                    changed[member] = value[0]
                else:
                    del changed[member]
                self.gates[f"bad_{name}"] = spec
        self.gates |= {"bad_null_spec": None, "bad_array_spec": [], "bad_empty_spec": {}}
        self.configs["bad_config"] = {"rules": []}
        self.layers["bad_layer"] = {"salt": 1}

    # --- The document ------------------------------------------------------------------------------------------------

    def document(self) -> dict:
        self.add_specs()
        document = {
            "feature_gates": self.gates, "dynamic_configs": self.configs, "layer_configs": self.layers,
            "experiment_to_layer": self.layer_of_experiment, "has_updates": True,
            "time": 1700000000000 + self.rng.randrange(10**9), "company_id": "synthetic", "response_format": "dcs-v2",
        }  # fmt: skip
        if self.chance(0.6):
            document["app_id"] = self.choice(["app_1", "app_2", "APP_1", "other"])
        apps = {"client-key-1": "app_1", "client-key-2": "app_2"}
        if self.chance(0.5):
            document["sdk_keys_to_app_ids"] = apps
        elif self.chance(0.5):
            document["hashed_sdk_keys_to_app_ids"] = {djb2(key): app for key, app in apps.items()}
        if self.chance(0.3):
            document["default_environment"] = self.choice(["production", "staging"])
        document["param_stores"] = self.parameter_stores()
        if self.is_theme("cmab") or self.chance(0.15):
            document["cmab_configs"] = self.bandits()
        if self.is_theme("overrides"):
            document["overrides"], document["override_rules"] = self.mappings()
        if self.chance(0.4):
            document["session_replay_info"] = self.session_replay()
        if self.is_theme("malformed"):
            self.add_malformed_specs()
        document["condition_map"] = self.conditions
        if self.chance(0.5):
            document["id_lists"] = {"company_list": True, "vip_list": True}
        if self.chance(0.5):
            document["diagnostics"] = {"initialize": 0, "dcs": 0}
        return document

    def add_specs(self) -> None:
        is_about_operators = self.theme in OPERATOR_THEMES
        self.add_gates(22 if is_about_operators else 34)
        for index in range(8 if is_about_operators else 12):
            rules = self.some(lambda: self.rule(self.name(), self.gate_names), [0, 1, 2, 3])
            default = self.parameters() if self.chance(0.95) else self.choice([True, None, {}])
            is_active = self.chance(0.5)
            self.configs[f"config_{index}"] = self.spec("dynamic_config", rules, default, isActive=is_active)
        self.add_layers(4 if is_about_operators else 16 if self.theme == "layers" else 8)
        for index in range(4 if is_about_operators else 8):
            self.configs[f"experiment_{index}"] = self.experiment()
        if self.is_theme("structure", "layers"):
            self.add_delegates()
        if self.is_theme("structure", "types"):
            self.add_experiment_group_gate()
        if self.is_theme("structure"):
            self.add_deep_gates()
        if self.theme == "cycle":
            self.add_cycles()


def djb2(text: str) -> str:
    value = 0
    for character in text:
        value = (value * 31 + ord(character)) & 0xFFFFFFFF
    return str(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seed")
    parser.add_argument(
        "--theme", choices=[*THEMES, "cycle"], help="what the document is about; without it, the seed chooses one"
    )
    arguments = parser.parse_args()
    theme = arguments.theme or THEMES[sum(map(ord, arguments.seed)) % len(THEMES)]
    document = SpecGenerator(arguments.seed, theme).document()
    json.dump(document, sys.stdout, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()
