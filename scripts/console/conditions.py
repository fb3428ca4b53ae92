# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Random conditions of every type, and users who meet them, for the scripts beside this one.

Values on both sides come from the same few, so that conditions hold about as often as not. What the official SDKs
disagree about among each other, whatever the document says, is left out: strings where numbers are compared, dates as
text or within one second of each other, patterns that match nothing, users with neither country nor IP address,
whether a version out of a user agent is `121.0` or `121.0.0` as text, and which of two texts that differ by case only is
in a list where case counts.
"""
COUNTRIES = ["US", "DE", "FR", "JP", "AU"]
IPS = ["1.0.0.5", "8.8.8.8", "5.9.0.1"]
PLANS = ["free", "pro", "team", "Enterprise", "Étoile"]
AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.5 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
]
LISTS = ["any", "none", "any_case_sensitive", "none_case_sensitive", "str_contains_any", "str_contains_none",
         "str_starts_with_any", "str_ends_with_any"]
MATCHES = ["str_matches", "regex"]
NULLS = ["is_null", "is_not_null"]
VERSIONS = ["version_gt", "version_gte", "version_lt", "version_lte", "version_eq", "version_neq"]
ARRAYS = ["array_contains_any", "array_contains_none", "array_contains_all", "not_array_contains_all"]
NUMBERS = ["gt", "gte", "lt", "lte"]
TIMES = ["before", "after", "on"]

USER_IDS = [f"u{n}" for n in range(60)] + ["U7", "U8"]
UNIT_IDS = {"userID": USER_IDS, "companyID": [f"c{n}" for n in range(7)], "stableID": [f"s{n}" for n in range(11)]}
EMAILS = ["@corp.example", "u3@mail.example", "U1@Corp.example", "example", "u"]
APP_VERSIONS = ["2.3", "2.3.0", "2.10.1", "3", "2.3.0-beta"]
AGENT_VERSIONS = ["120.0.0", "16.5.0", "121.0.0", "119", "121", "10", "0.0.0", "9.9.9"]
AGENT_TEXTS = ["9.9.9", "9.9", "9", "12", "16", "1"]
JOINED = [1640995200000, 1650000000000, 1660000000000]
DAY = 24 * 3600 * 1000

# Operators and values of each type; every pair of both comes up.
TYPES = {
    "user_id": (LISTS + MATCHES + NULLS, USER_IDS, ["^u[0-4]", "7$"]),
    "email": (LISTS + MATCHES + NULLS, EMAILS, ["^u[0-4]", r"@corp\.example$"]),
    "ip_address": (["any", "none", "str_starts_with_any"] + NULLS, IPS + ["8.8."], []),
    "locale": (LISTS + MATCHES + NULLS, ["en_US", "de", "EN", "fr_"], ["^en"]),
    "app_version": (LISTS + MATCHES + NULLS + VERSIONS, APP_VERSIONS, [r"^2\."]),
    "device_model": (LISTS + MATCHES + NULLS, ["iPhone", "Pixel 8", "pixel"], ["^iPhone"]),
    "country": (LISTS + NULLS, COUNTRIES + ["us"], []),
    "browser_name": (LISTS + MATCHES + NULLS, ["Chrome", "Mobile Safari", "firefox", "Safari"], ["^Fire"]),
    "browser_version": (LISTS + MATCHES + NULLS + VERSIONS, AGENT_TEXTS, ["^12", r"^9\.9\.9$"]),
    "os_name": (LISTS + MATCHES + NULLS, ["iOS", "Windows", "linux", "Mac OS X"], ["i"]),
    "os_version": (LISTS + MATCHES + NULLS + VERSIONS, AGENT_TEXTS, ["^1"]),
    "unit_id": (LISTS + MATCHES + NULLS, [], ["^[cs][0-4]$", "[0-3]"]),
    "environment_tier": (["any", "none", None], ["development", "staging", "production", "qa"], []),
    "time": (TIMES, [1500000000000, 4000000000000], []),
    "target_app": (["any", "none"], [], []),
    "public": ([None], [], []), "passes_gate": ([None], [], []), "fails_gate": ([None], [], []),
    "passes_segment": ([None], [], []), "fails_segment": ([None], [], []),
    "custom_field": (LISTS + MATCHES + NULLS + VERSIONS + ARRAYS + NUMBERS + TIMES, [], []),
}
NOT_IN_SEGMENTS = {"fails_gate", "passes_gate", "locale", "public", "time", "device_model", "target_app"}
# All that a run has to come by.
PAIRS = {(kind, operator) for kind, (operators, _, _) in TYPES.items() for operator in operators}


def make(author, segment=False):
    """A condition; the author says what there is to ask for."""
    pick = author.pick
    kinds = [kind for kind in TYPES if not (segment and kind in NOT_IN_SEGMENTS)]
    kinds += ["custom_field"] * 4 + (["unit_id", "user_id"] if segment else ["public"] * 6 + ["passes_gate"])
    kind = pick([kind for kind in kinds
                 if not (kind.endswith("_gate") and not author.names["gates"])
                 and not (kind.endswith("_segment") and not author.names["segments"])])
    operators, values, patterns = TYPES[kind]
    operator = pick(operators)
    author.conditions[kind, operator] += 1
    condition = {"type": kind}
    if operator:
        condition["operator"] = operator
    if kind == "public":
        return condition
    if kind.endswith("_gate") or kind.endswith("_segment"):
        name = pick(author.names["gates" if kind.endswith("_gate") else "segments"])
        return {**condition, "targetValue": pick([name, [name]])}
    if kind == "unit_id":
        condition["customID"] = pick(list(UNIT_IDS))
        values = UNIT_IDS[condition["customID"]] + ["C1", "c", "1"]
    elif kind == "target_app":
        values = author.apps
    elif kind in ("browser_version", "os_version") and operator in VERSIONS:
        values = AGENT_VERSIONS
    elif kind == "custom_field":
        return custom(author, operator, condition)
    return {**condition, **target(author, operator, values, patterns)}


def target(author, operator, values, patterns):
    pick = author.pick
    if operator in NULLS:
        return pick([{}, {"targetValue": None}])
    if operator in MATCHES:
        return {"targetValue": pick(patterns)}
    if operator in VERSIONS:
        return {"targetValue": pick([pick(values), [pick(values)]])}
    if operator in TIMES:
        return {"targetValue": pick(values)}
    if operator in ("any", "none"):
        return {"targetValue": pick([pick(values, author.random.randrange(1, 5)), pick(values)])}
    chosen = pick(values, author.random.randrange(1, 5))
    if operator in ("any_case_sensitive", "none_case_sensitive"):
        chosen = list({str(value).lower(): value for value in chosen}.values())
    return {"targetValue": chosen}


def custom(author, operator, condition):
    pick = author.pick
    if operator in NUMBERS:
        return {**condition, "field": pick(["age", "score"]), "targetValue": pick([18, 20, 30.5, "40", [20], 0])}
    if operator in TIMES:
        return {**condition, "field": "joined", "targetValue": pick(JOINED + [JOINED[0] + DAY // 2])}
    if operator in ARRAYS:
        return {**condition, "field": "tags", "targetValue": pick(["a", "b", "c", 1, "2"], author.random.randrange(1, 4))}
    if operator in VERSIONS:
        return {**condition, "field": "build", **target(author, operator, ["1.2.3", "1.2.10", "1", "1.2.3.4"], [])}
    if operator in NULLS:
        return {**condition, "field": pick(["plan", "tags", "age", "nobody"])}
    field, values, patterns = pick([("plan", PLANS, ["^p", "e"]), ("age", [17, 20, 30.5, "41"], ["^[12]"]),
                                    ("secret", ["x", "Y"], ["x"])])
    return {**condition, "field": field, **target(author, operator, values, patterns)}


def user(random, index):
    """A user who meets some of the conditions."""
    person = {"userID": random.choice([f"u{index}"] * 19 + ["U7"])} if random.random() < .95 else {}
    # SDKs want at least one ID.
    if random.random() < .8 or not person:
        person["customIDs"] = {"companyID": f"c{index % 7}", "stableID": f"s{index % 11}"}
    fields = {"plan": random.choice(PLANS + ["PRO", ""]), "age": random.choice([17, 20, 30.5, 41, "20"]),
              "score": random.choice([-1, 0, 18.25, 1000]), "joined": random.choice(JOINED + [JOINED[0] + 5000, str(JOINED[1])]),
              "tags": random.choice([["a"], ["a", "b"], ["c"], [1, 2], [], ["a", 1]]),
              "build": random.choice(["1.2.3", "1.2.10", "1", "2.0-rc"]), "device_model": random.choice(["iPhone15,2", "Pixel 8"])}
    if random.random() < .4:
        fields.update(browser_version="9.9.9", os_version="9.9.9", browser_name="Opera")
    person["custom"] = {key: value for key, value in fields.items() if random.random() < .8}
    if random.random() < .3:
        person["privateAttributes"] = {"secret": random.choice(["x", "y"])}
    for key, values in (("email", [f"u{index}@corp.example", f"u{index}@mail.example"]), ("country", COUNTRIES), ("ip", IPS),
                        ("locale", ["en_US", "de", "fr_FR"]), ("appVersion", APP_VERSIONS), ("userAgent", AGENTS)):
        if random.random() < .7:
            person[key] = random.choice(values)
    if "country" not in person and "ip" not in person:
        person["country"] = random.choice(COUNTRIES)
    return person
