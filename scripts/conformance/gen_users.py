#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Prints random users, one JSON object a line, whose values come from a document's own conditions.

With --idl-dir it also writes one ID list file per list that conditions with (not_)in_segment_list name. The lists
hold hashes of IDs that users get.

The folder data/ beside this script may hold more user agents than the few in here: test_user_agents.txt and
test_must_pass_user_agents.txt (a header, then lines that begin with "AGENT|"), and ua_string_cases.json (an object
whose member names are agents). The repository has none of these files.

The same arguments make the same users, so the order of calls of the random generator must not change.
"""

import argparse
import base64
import hashlib
import json
import os
import pathlib
import random
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from values import COUNTRIES, IPS, LOCALES, NUMBER_TEXTS, NUMBERS, TIMES, UNICODE_TEXTS, VERSIONS  # noqa: E402

DATA = pathlib.Path(__file__).resolve().parent / "data"

COMMON_AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 10_3_1 like Mac OS X) AppleWebKit/603.1.30 (KHTML, like Gecko) Version/10.0 "
    "Mobile/14E304 Safari/602.1",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 "
    "Safari/605.1.15",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 "
    "Edg/120.0.2210.91",
    "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/120.0.6099.119 "
    "Mobile/15E148 Safari/604.1",
]

# The members of a user that a field stands for, by the field's name in lower case.
USER_MEMBERS = {
    "userid": "userID", "email": "email", "ip": "ip", "country": "country", "locale": "locale",
    "appversion": "appVersion", "useragent": "userAgent", "user_id": "userID", "app_version": "appVersion",
    "user_agent": "userAgent",
}  # fmt: skip
ID_LIST_OPERATORS = ("in_segment_list", "not_in_segment_list")
# IDs that lists have beside their own.
ODD_IDS = ["ÀÉÎ", "e\u0301"]


def load_agents() -> list[str]:
    """The user agents of the folder data/; a common one if there are none."""
    agents = []
    try:
        for name in ("test_user_agents.txt", "test_must_pass_user_agents.txt"):
            with open(DATA / name, encoding="utf-8") as lines:
                agents += [line.rstrip("\n").split("|")[0] for number, line in enumerate(lines) if number]
        with open(DATA / "ua_string_cases.json") as file:
            agents += list(json.load(file))
    except OSError:
        pass
    return agents or COMMON_AGENTS[:1]


# --- Values ----------------------------------------------------------------------------------------------------------


def any_case(rng: random.Random, name: str) -> str:
    """The name, mostly in its own case."""
    share = rng.random()
    if share < 0.78:
        return name
    if share < 0.88:
        return name.lower()
    if share < 0.94:
        return name.upper()
    return name.swapcase()


def candidates(target) -> list:
    """The values in a condition's target."""
    if isinstance(target, list):
        return list(target)
    if isinstance(target, dict):
        return list(target.keys())[:50] + list(target.values())[:50]
    return [target]


def text_for_pattern(rng: random.Random, pattern: str) -> str:
    """A text that resembles what the pattern matches."""
    text = re.sub(r"\\d\+?|\[0-9\]\+?", lambda _: str(rng.randrange(10)), pattern)
    text = re.sub(r"\\w\+?|\[a-z\]\+?|\[A-Za-z\]\+?", "ab", text)
    text = re.sub(r"\(\?[:=!<P][^)]*\)|[\^$]|\\b", "", text)
    for part, replacement in [
        (".*", "xyz"), (".+", "q"), ("\\s*", " "), ("\\s+", " "), ("\\.", "."),
        ("\\", ""), ("?", ""), ("(", ""), (")", ""), ("+", ""),
    ]:  # fmt: skip
        text = text.replace(part, replacement)
    if "|" in text:
        text = rng.choice(text.split("|"))
    return rng.choice([text, text, "pre " + text, text + " post", text.upper(), pattern])


def mutated_version(rng: random.Random, version) -> str:
    """The version or one near it."""
    text = str(version)
    parts = text.split("-")[0].split(".")
    share = rng.random()
    try:
        index = rng.randrange(len(parts))
        number = int(parts[index])
        if share < 0.45:
            parts[index] = str(number + 1) if share < 0.25 else str(max(0, number - 1))
            return ".".join(parts)
        if share < 0.55:
            return text + "-beta"
        if share < 0.65:
            return text + ".0"
        if share < 0.72:
            return ".".join(parts[:-1]) or text
    except ValueError:
        pass
    return text if share < 0.9 else rng.choice(VERSIONS)


def mutated(rng: random.Random, value):
    """The value, one near it, or one of another type that compares like it."""
    share = rng.random()
    if isinstance(value, bool):
        if share < 0.5:
            return value
        return rng.choice([not value, str(value).lower(), str(value), 1 if value else 0, None])
    if isinstance(value, (int, float)):
        return mutated_number(rng, value, share)
    if value is None:
        return rng.choice([None, "", "null", 0, False])
    if isinstance(value, list):
        return value if share < 0.5 else [mutated(rng, element) for element in value[:5]]
    if isinstance(value, dict):
        return value
    return mutated_text(rng, value, share)


def mutated_number(rng: random.Random, value, share: float):
    if share < 0.35:
        return value
    if share < 0.45:
        return str(value)
    if share < 0.60:
        return value + rng.choice([1, -1, 0.5, -0.5, 1e-9])
    if share < 0.70:
        return float(value) if abs(value) < 1e300 else value
    if share < 0.80:
        return str(value + 1)
    return rng.choice(NUMBERS)


def mutated_text(rng: random.Random, text: str, share: float):
    for limit, make in [
        (0.38, lambda: text), (0.46, text.upper), (0.54, text.lower), (0.60, text.swapcase),
        (0.66, lambda: "pre" + text), (0.72, lambda: text + "suf"), (0.76, lambda: "a" + text + "b"),
        (0.80, lambda: text[:-1]), (0.83, lambda: text[1:]), (0.85, lambda: " " + text), (0.87, lambda: text + " "),
        (0.90, lambda: [text, "other"]), (0.93, lambda: number_or_text(text)), (0.95, lambda: text + "\u0301"),
    ]:  # fmt: skip
        if share < limit:
            return make()
    return rng.choice(UNICODE_TEXTS)


def number_or_text(text: str):
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def odd_value(rng: random.Random):
    """A value that has nothing to do with a condition."""
    share = rng.random()
    if share < 0.25:
        return rng.choice(UNICODE_TEXTS)
    if share < 0.45:
        return rng.choice(NUMBERS)
    if share < 0.60:
        return rng.choice(NUMBER_TEXTS)
    if share < 0.68:
        return rng.choice([True, False])
    if share < 0.74:
        return None
    if share < 0.80:
        return rng.choice([
            [], ["a", "B", "c"], [1, 2, 3], ["1", 1, 1.0, True, None], [None], [[1], {"k": "v"}], ["foo", "BAR"], [""],
            ["e\u0301", "é"],
        ])  # fmt: skip
    if share < 0.85:
        return rng.choice([{}, {"a": 1}, {"k": "v", "n": None}, {"a": "1", "b": True}])
    if share < 0.92:
        return rng.choice(TIMES)
    if share < 0.96:
        return rng.choice(VERSIONS)
    if share < 0.975:
        return "L" * rng.choice([200, 1001, 3000])
    return ""


def is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# --- What the document asks ------------------------------------------------------------------------------------------


class Questions:
    """What conditions of a document compare: (operator, target) by field, unit type and environment field."""

    def __init__(self, document: dict):
        self.fields: dict[str, list] = {}
        self.units: dict[str, list] = {}
        self.environment: dict[str, list] = {}
        # (name of the list, type of the condition, unit type, field)
        id_lists = set()
        self.unit_types = set()
        self.agent_fields = set()
        for condition in (document.get("condition_map") or {}).values():
            self._add_condition(condition, id_lists)
        for section in ("feature_gates", "dynamic_configs", "layer_configs"):
            for spec in (document.get(section) or {}).values():
                if isinstance(spec, dict):
                    self._add_unit_types([spec] + (spec.get("rules") or []))
        for autotune in (document.get("cmab_configs") or {}).values():
            self.unit_types.add(autotune.get("idType") or "userID")
            for model in (autotune.get("config") or {}).values():
                for field, weights in (model.get("weightsCategorical") or {}).items():
                    self.fields.setdefault(field, []).append(("any", list(weights)))
                for field in model.get("weightsNumerical") or {}:
                    self.fields.setdefault(field, []).append(("gt", 1))
        self.unit_types = {name for name in self.unit_types if isinstance(name, str)}
        self.id_lists = sorted(id_lists, key=str)

    def _add_condition(self, condition: dict, id_lists: set) -> None:
        kind, field, operator = condition.get("type"), condition.get("field"), condition.get("operator")
        target, unit_type = condition.get("targetValue"), condition.get("idType") or ""
        if unit_type:
            self.unit_types.add(unit_type)
        if kind in ("user_field", "ip_based", "ua_based") and field:
            self.fields.setdefault(field, []).append((operator, target))
            if kind == "ua_based":
                self.agent_fields.add(field)
        elif kind == "unit_id":
            self.units.setdefault(unit_type, []).append((operator, target))
        elif kind == "environment_field" and field:
            self.environment.setdefault(field, []).append((operator, target))
        if operator in ID_LIST_OPERATORS and isinstance(target, str):
            id_lists.add((target, kind, unit_type, field))

    def _add_unit_types(self, objects: list[dict]) -> None:
        self.unit_types.update(of["idType"] for of in objects if isinstance(of.get("idType"), str))


def value_for(rng: random.Random, questions: list):
    """A value that one of the questions, chosen at random, is interesting for."""
    operator, target = rng.choice(questions)
    if rng.random() < 0.06:
        return odd_value(rng)
    values = candidates(target)
    value = rng.choice(values) if values else odd_value(rng)
    if operator and operator.startswith("version"):
        return mutated_version(rng, value) if rng.random() < 0.85 else rng.choice(VERSIONS)
    if operator in ID_LIST_OPERATORS and isinstance(target, str) and rng.random() < 0.8:
        return rng.choice(own_ids(target) + ["removed_id", *ODD_IDS, 5, 1.5, "5"])
    if operator == "str_matches":
        return text_for_pattern(rng, value) if isinstance(value, str) else mutated(rng, value)
    if operator in ("before", "after", "on"):
        if rng.random() < 0.5:
            return rng.choice(TIMES)
        if is_number(value):
            return rng.choice([
                value, value + 1, value - 1, value // 1000, str(int(value)), value + 86400000, value - 86400000,
            ])  # fmt: skip
        return mutated(rng, value)
    if operator and "array_contains" in operator:
        return array_for(rng, values, value)
    return mutated(rng, value)


def array_for(rng: random.Random, values: list, value):
    count = rng.randrange(0, 4)
    array = [rng.choice(values) for _ in range(count)] if values else []
    if rng.random() < 0.4:
        array = list(values)
    if rng.random() < 0.5:
        array = array + [rng.choice(["zzz", 1, None, True, "", 2.5])]
    if rng.random() < 0.3:
        array = [mutated(rng, element) for element in array]
    return array if rng.random() < 0.9 else mutated(rng, value)


# --- ID lists --------------------------------------------------------------------------------------------------------


def own_ids(name: str) -> list[str]:
    """The IDs that are in the list of this name alone."""
    return [f"idl_{name}_{number}" for number in range(6)]


def line_of(unit_id: str) -> str:
    """What a list has for an ID."""
    return base64.b64encode(hashlib.sha256(unit_id.encode()).digest()).decode()[:8]


def write_id_lists(questions: Questions, folder: str) -> None:
    os.makedirs(folder, exist_ok=True)
    for name, *_ in questions.id_lists:
        if not name or "/" in name or name.startswith("missing"):
            continue
        lines = "".join(f"+{line_of(unit_id)}\n" for unit_id in own_ids(name) + [*ODD_IDS, "5", "1.5"])
        # An ID that is added and removed again.
        lines += f"+{line_of('removed_id')}\n-{line_of('removed_id')}\n"
        pathlib.Path(folder, name).write_text(lines)


# --- Users -----------------------------------------------------------------------------------------------------------


class UserGenerator:
    """Makes users for the questions of a document."""

    def __init__(self, document: dict, seed: str):
        self.rng = random.Random(seed)
        self.questions = Questions(document)
        self.agents = load_agents()
        self.fields = sorted(self.questions.fields)
        self.environment_fields = sorted(self.questions.environment)
        self.ids = [f"user_{number}" for number in range(2000)] + [
            "USER_a", "user_A", "", "ÀÉÎ", "e\u0301", "\u00e9", "😀user", "removed_id", "0", "1", "a.b.c", "x" * 300,
        ]  # fmt: skip
        for name, *_ in self.questions.id_lists:
            self.ids += own_ids(name)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def user(self) -> dict:
        user = {}
        shares = [0.15, 0.4, 0.7, 0.95] if len(self.fields) < 40 else [0.2, 0.5, 0.8, 0.95]
        density = self.rng.choice(shares)
        self._add_ids(user)
        custom, private = {}, {}
        self._add_fields(user, custom, private, density)
        self._add_members(user)
        self._add_environment(user)
        if self.chance(0.10):
            value = odd_value(self.rng)
            name = self.rng.choice([
                "ip", "userAgent", "country", "userid", "user_id", "os_name", "browser_name", "browserversion", "email",
            ])  # fmt: skip
            custom[name] = value
        if custom or self.chance(0.1):
            user["custom"] = custom
        if private or self.chance(0.05):
            user["privateAttributes"] = private
        for name in list(user):
            if user[name] is None and self.chance(0.7):
                del user[name]
        return user

    def _unit(self, unit_type: str):
        """An ID of a type."""
        if unit_type in self.questions.units and self.chance(0.45):
            value = value_for(self.rng, self.questions.units[unit_type])
            if isinstance(value, str) or is_number(value):
                return value
        for name, kind, list_unit_type, _ in self.questions.id_lists:
            if kind == "unit_id" and list_unit_type.lower() == unit_type.lower() and self.chance(0.35):
                return self.rng.choice(own_ids(name) + ["removed_id", *ODD_IDS])
        share = self.rng.random()
        if share < 0.90:
            return self.rng.choice(self.ids)
        if share < 0.96:
            return self.rng.choice(NUMBERS)
        return self.rng.choice([True, None, "", 5, 1.5])

    def _add_ids(self, user: dict) -> None:
        if self.chance(0.93):
            spellings = [name for name in self.questions.units if name.lower() == "userid"]
            user["userID"] = self._unit(self.rng.choice(spellings) if spellings else "userID")
        if user.get("userID", 1) is None and self.chance(0.5):
            del user["userID"]
        ids = {}
        for unit_type in sorted(self.questions.unit_types | set(self.questions.units)):
            if unit_type.lower() == "userid" or unit_type == "":
                continue
            if self.chance(0.7):
                value = self._unit(unit_type)
                ids[any_case(self.rng, unit_type)] = value
        if self.chance(0.2):
            ids["companyid"] = self.rng.choice(self.ids)
        if self.chance(0.15):
            ids["companyID"] = self.rng.choice(self.ids)
        if ids:
            user["customIDs"] = ids

    def _add_fields(self, user: dict, custom: dict, private: dict, density: float) -> None:
        """Adds values of fields that conditions ask for, as members of the user or as custom fields."""
        for field in self.fields:
            if self.rng.random() > density:
                continue
            if field in self.questions.agent_fields and self.chance(0.85):
                continue
            value = value_for(self.rng, self.questions.fields[field])
            lowered = field.lower()
            share = self.rng.random()
            if lowered in USER_MEMBERS and share < 0.65:
                member = USER_MEMBERS[lowered]
                if member != "userID" or isinstance(value, (str, int, float)):
                    user[member] = value
                continue
            if share < 0.88 or lowered not in USER_MEMBERS:
                fields = custom if self.chance(0.78) else private
                fields[any_case(self.rng, field)] = value
            else:
                custom[field] = value
            if self.chance(0.04):
                private[field] = odd_value(self.rng)

    def _add_members(self, user: dict) -> None:
        """Adds members that no condition asked for."""
        rng = self.rng
        share = rng.random()
        if share < 0.55:
            user["userAgent"] = rng.choice(COMMON_AGENTS) if self.chance(0.5) else rng.choice(self.agents)
        elif share < 0.58:
            user["userAgent"] = rng.choice(COMMON_AGENTS) + " " + "z" * 900
        elif share < 0.60:
            user["userAgent"] = ""
        if self.chance(0.5):
            is_known = self.chance(0.7)
            user["ip"] = rng.choice(IPS) if is_known else ".".join(str(rng.randrange(256)) for _ in range(4))
        if "country" not in user and self.chance(0.2):
            user["country"] = rng.choice(COUNTRIES)
        if "locale" not in user and self.chance(0.3):
            user["locale"] = rng.choice(LOCALES)
        if "appVersion" not in user and self.chance(0.35):
            user["appVersion"] = rng.choice(VERSIONS)
        if "email" not in user and self.chance(0.3):
            number = rng.randrange(99)
            user["email"] = f"u{number}@{rng.choice(['statsig.com', 'STATSIG.io', 'gmail.com', 'x.y'])}"

    def _add_environment(self, user: dict) -> None:
        share = self.rng.random()
        if share < 0.5:
            environment = {}
            for field in self.environment_fields:
                if self.chance(0.7):
                    value = value_for(self.rng, self.questions.environment[field])
                    environment[any_case(self.rng, field)] = value
            if self.chance(0.5):
                environment["tier"] = self.rng.choice(
                    ["production", "staging", "development", "Production", "DEVELOPMENT", ""]
                )
            user["statsigEnvironment"] = environment
        elif share < 0.53:
            user["statsigEnvironment"] = {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("document", help="the document, of format v2")
    parser.add_argument("seed")
    parser.add_argument("count", type=int, help="how many users")
    parser.add_argument("--idl-dir", metavar="FOLDER", help="where to write ID lists")
    arguments = parser.parse_args()
    with open(arguments.document) as file:
        generator = UserGenerator(json.load(file), arguments.seed)
    if arguments.idl_dir:
        write_id_lists(generator.questions, arguments.idl_dir)
    for _ in range(arguments.count):
        print(json.dumps(generator.user(), ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
