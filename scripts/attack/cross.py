# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Documents in which operators meet targets of all types, and users whose values are of all types.

Each gate has one condition, so a difference names the operator and the two values. The values are this generator's own:
it has nothing in common with `scripts/conformance/gen_spec.py`, except that both know the names of operators.
"""
from tree import Members, Token, tree

GATES, USERS = 90, 24

TEXT = [
    "any", "none", "any_case_sensitive", "none_case_sensitive", "str_starts_with_any", "str_ends_with_any",
    "str_contains_any", "str_contains_none",
]
NUMBER = ["gt", "gte", "lt", "lte"]
VERSION = ["version_gt", "version_gte", "version_lt", "version_lte", "version_eq", "version_neq"]
TIME = ["before", "after", "on"]
LIST = ["array_contains_any", "array_contains_none", "array_contains_all", "not_array_contains_all"]
OTHER = ["eq", "neq", "str_matches", "in_segment_list", "not_in_segment_list"]
OPERATORS = TEXT + NUMBER + VERSION + TIME + LIST + OTHER
UNKNOWN = ["ANY", "Eq", "any ", "", "==", "contains", "in", "encoded_any", "str_matches_any", "version", None]

SPACES = [" ", "\t", "\n", "\r\n", "\u00a0", "\u200b", "\u3000", "\ufeff", "\u2028", "\x0b", "\x1f", "\x85"]
DIGITS = [
    "0", "1", "-1", "42", "007", "1.5", "-0.0", "1e5", "1E-5", "+3", ".25", "6.", "1_0", "0x1F", "1,5", "٣", "１２",
    "NaN", "inf", "-Infinity", "infinit", "1e308", "1e309", "-1e999", "4.9e-324", "1e-400", "9007199254740991",
    "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616",
    "0.1", "0.10", "0.30000000000000004", "123456789012345678901234567890", "--1", "1-", "1e", "e1", ".", "-", "+",
    "½", "1e+5", "1.e5", "00.10",
]
NUMBERS = [
    "0", "-0", "-0.0", "0.0", "1", "1.0", "1.00", "1e0", "10e-1", "2", "-1", "42", "1.5", "-1.5", "0.1",
    "0.1000000000000000055", "1e5", "100000", "1E5", "1e15", "1e16", "1e17", "123456789012345680", "1e21", "1e22",
    "1e23", "1.5e300", "1e308", "1.7976931348623157e308", "5e-324", "2.5e-7", "0.000001", "0.0000001",
    "9007199254740991", "9007199254740992", "9007199254740993", "9223372036854775807", "9223372036854775808",
    "-9223372036854775807", "18446744073709551615", "18446744073709551616", "4294967296", "2147483648", "1700000000",
    "1700000000000", "9999999999", "10000000000", "-62135596800000", "253402300799999",
]
TIMES = [
    "2024-02-29T12:00:00Z", "2023-02-29T12:00:00Z", "2024-02-29t12:00:00z", "2024-02-29 12:00:00Z",
    "2024-02-29 12:00:00", "2024-2-9 1:2:3", "2024-02-29", "2024-02-29T12:00", "2024-02-29T12:00:00",
    "2024-02-29T12:00:00.5Z", "2024-02-29T12:00:00.123456789123Z", "2024-02-29T12:00:00+00:00",
    "2024-02-29T12:00:00-00:30", "2024-02-29T12:00:00+0530", "2024-02-29T12:00:00+23:59", "2024-02-29T23:59:60Z",
    "2024-02-29T24:00:00Z", "2024-W09-4", "2024-060", "20240229T120000Z", "29 Feb 2024 12:00:00 GMT",
    "Thu, 29 Feb 2024 12:00:00 +0000", "2/29/2024", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    "10000-01-01T00:00:00Z", "+2024-02-29 12:00:00", "-0001-01-01 00:00:00", "1970-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999Z", "2024-02-29T12:00:00 Z", " 2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z ",
    "1709208000", "1709208000000", "1709208000.0", "1709208000123", "-1", "-86400001", "now", "2024-02-29  12:00:00",
    "2024-02-2912:00:00", "2024-02-29T12:00:00,5Z", "2024-13-01T00:00:00Z", "2024-00-10 00:00:00", "99999999999999",
]
VERSIONS = [
    "0", "1", "1.0", "1.0.0", "1.0.0.0", "1.0.1", "1.0.10", "1.0.9", "01.0.0", "1.0.0-rc.1", "1.0.0-", "-1", "1.-1",
    "1..0", ".1", "1.", "1.0.0+build.5", "v1.0.0", "1.0.0 ", " 1.0.0", "1. 0.0", "1.0.x", "1.0.0.0.0.0.0.1",
    "170141183460469231731687303715884105727", "170141183460469231731687303715884105728", "1.+1", "1.0.0\n", "", "-",
    "1-2-3", "２.0", "1,0", "2024.02.29", "1.0e0", "9" * 60,
]
LETTERS = [
    "", "a", "A", "ab", "AB", "Ab", "abc", "true", "TRUE", "false", "null", "[]", "{}", "[1]", "[\"a\"]", "ı", "İ",
    "i̇", "ß", "ẞ", "SS", "ss", "Σ", "σ", "ς", "ΑΣ", "ας", "é", "e\u0301", "É", "ﬀ", "ff", "Ǆ", "ǅ", "ǆ", "K", "k",
    "Å", "å", "😀", "👩\u200d👩", "\u0301", "🏳️\u200d🌈", "Ꭰ", "ꭰ", "Ⴀ", "ⴀ", "𐐀", "𐐨", "ﬃ", "\u0000", "a\u0000b", "\\",
    "\"", "a,b", "名前", "שלום", "‏a", "user@example.com", "USER@EXAMPLE.COM", "x" * 300, "ŉ", "ǰ", "ΐ", "ᾳ", "ᾼ", "և",
]
PATTERNS = [
    "a", "^a", "a$", "^a$", "^$", "", ".", "^.$", "(?i)ab", "a|b", "[ab]", "[^a]", "\\d+", "\\w", "\\W", "\\s",
    "\\S+$", "\\bab\\b", "a{2}", "a{1,}", "a{,2}", "(a)(b)?", "(a", "[", "a)", "*", "a**", "\\", "(?=a)", "a(?!b)",
    "(?<=a)b", "(?<!a)b", "(a)\\1", "\\p{L}", "\\p{Greek}", "\\pN", "\\x{61}", "\\u{61}", "[[:digit:]]", "(?x)a # b",
    "(?s).", "(?m)^b", "\\Aa\\z", "^1\\.0", "@example\\.com$", "(?i)σ", "(?i)ß", "(?i)k", "😀|é", "^[\\w.]+@[\\w.]+$",
    "(?P<n>a)(?P=n)", "(?<n>a)\\k<n>", "(?:a|ab)(?:c|bcd)", "x{300}", "^\\d{4}-\\d{2}", "[a-z&&[^b]]", "true|false",
]
COUNTRIES = ["US", "us", "DE", "GB", "", "JP", "XX", "NZ"]
ADDRESSES = [
    "8.8.8.8", "1.1.1.1", "24.18.183.148", "0.0.0.0", "127.0.0.1", "10.1.2.3", "255.255.255.255", "1.2.3", "::1",
    "2001:4860:4860::8888", "8.8.8.8:80", " 8.8.8.8", "08.08.08.08", "8.8.8.256", "8.8.8.-8", "", "a.b.c.d",
    "8.8.8.8.8", "+8.8.8.8", "8,8,8,8", "３.8.8.8", "134744072",
]
AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.6778.39 Mobile "
    "Safari/537.36", "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "curl/8.5.0",
    "okhttp/4.12", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "", " ",
    "Dalvik/2.1.0 (Linux; U; Android 13)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Safari/605.1.15",
]
AGENT_FIELDS = [
    "os_name", "osName", "os_version", "osversion", "browser_name", "browserName", "browser_version", "OS_VERSION",
    "browser", "userAgent",
]
UNITS = ["userID", "userid", "USERID", "user_id", "stableID", "stableid", "companyID", "x", "X", "", "é"]
FIELDS = [
    "x", "X", "custom", "userID", "userid", "user_id", "email", "Email", "ip", "country", "locale", "appVersion",
    "appversion", "app_version", "userAgent", "user_agent", "private", "glob", "stableID", "", "é", "tier",
]
LISTS = ["vip", "VIP", "empty", "unknown", ""]


class Cross:
    """Makes documents and users with a random generator."""

    def __init__(self, rng):
        self.rng = rng

    def choice(self, values):
        return self.rng.choice(values)

    # Values

    def string(self):
        value = self.choice(self.choice([DIGITS, LETTERS, LETTERS, TIMES, VERSIONS, COUNTRIES, ADDRESSES]))
        share = self.rng.random()
        if share < 0.06:
            return self.choice(SPACES) + value
        if share < 0.12:
            return value + self.choice(SPACES)
        if share < 0.15:
            return value + self.choice(LETTERS)
        return value

    def scalar(self):
        share = self.rng.random()
        if share < 0.55:
            return self.string()
        if share < 0.85:
            return Token(self.choice(NUMBERS))
        return self.choice([True, False, None])

    def value(self, depth=0):
        """Any value, arrays and objects included."""
        share = self.rng.random()
        if share < 0.72 or depth > 2:
            return self.scalar()
        if share < 0.9:
            return [self.value(depth + 1) for _ in range(self.choice([0, 1, 1, 2, 3, 5]))]
        return Members([self.string(), self.value(depth + 1)] for _ in range(self.choice([0, 1, 2, 3])))

    def members_for(self, operator):
        """Values that the operator is made for."""
        if operator in NUMBER:
            return self.choice([DIGITS, NUMBERS])
        if operator in VERSION:
            return VERSIONS
        if operator in TIME:
            return TIMES + NUMBERS[-9:]
        if operator == "str_matches":
            return PATTERNS
        if operator in ("in_segment_list", "not_in_segment_list"):
            return LISTS
        return self.choice([LETTERS, DIGITS, NUMBERS, COUNTRIES])

    def target(self, operator):
        share = self.rng.random()
        if share < 0.3:
            return self.value()
        source = self.members_for(operator)
        wants_list = operator in TEXT + LIST
        if share < 0.4:
            wants_list = not wants_list
        if wants_list:
            if share > 0.96:
                values = [True, False, None, Token("1")]
                return Members([str(self.choice(source)), self.choice(values)] for _ in range(3))
            members = [self.number_or_text(self.choice(source)) for _ in range(self.choice([1, 1, 2, 3, 8]))]
            if self.rng.random() < 0.15:
                members.append(self.value())
            return self.without_two_cases(members) if operator in ("eq", "neq") else members
        return self.number_or_text(self.choice(source))

    def number_or_text(self, text):
        """One of the spellings of NUMBERS is a number nearly always, everything else is text."""
        return Token(text) if text in NUMBERS and self.rng.random() < 0.85 else text

    def without_two_cases(self, members):
        """The reference crashes where `eq` has a target array with one text in two cases."""
        seen = {}
        for member in members:
            seen.setdefault(str(member).lower(), member)
        return list(seen.values())

    # Conditions

    def condition(self, gates):
        operator = self.choice(OPERATORS) if self.rng.random() < 0.96 else self.choice(UNKNOWN)
        share = self.rng.random()
        if share < 0.52:
            made = {"type": "user_field", "field": self.choice(["x", "x", "x", "x"] + FIELDS)}
        elif share < 0.64:
            made = {"type": "unit_id"}
        elif share < 0.70:
            made = {"type": "environment_field", "field": self.choice(["tier", "Tier", "x", "TIER", None])}
        elif share < 0.76:
            return self.bucket()
        elif share < 0.80:
            target = self.choice(["0", "978307200000", "95617584000000", "95617584000"])
            made = {"type": "current_time", "targetValue": self.choice([target, Token(target)]),
                    "operator": self.choice(TIME + NUMBER + ["any", "eq"])}
        elif share < 0.86:
            made = {"type": "ip_based", "field": self.choice(["country", "country", "Country", "ip", "x", None]),
                    "targetValue": self.choice([COUNTRIES, [self.choice(COUNTRIES)], self.choice(COUNTRIES)])}
        elif share < 0.92:
            made = {"type": "ua_based", "field": self.choice(AGENT_FIELDS)}
        elif share < 0.94:
            made = {"type": "target_app", "targetValue": self.choice([["app"], "app", ["APP", "b"], [], None])}
        elif share < 0.97 and gates:
            made = {"type": self.choice(["pass_gate", "fail_gate", "multi_pass_gate", "PASS_GATE"]),
                    "targetValue": self.choice(gates + ["missing", [self.choice(gates)]])}
        else:
            made = {"type": self.choice(["public", "Public", "", "user_fields", "javascript", "experiment_group"])}
        base = {"operator": operator, "idType": self.choice(UNITS) if share < 0.76 else "userID"}
        if "targetValue" not in made:
            base["targetValue"] = self.target(operator)
        return tree(base | made)

    def bucket(self):
        operator = self.choice(NUMBER + TEXT[:4] + ["eq", "neq", "on", "version_gt"])
        target = Token(str(self.rng.randrange(0, 1001)))
        if operator in TEXT:
            target = [self.choice([Token(str(n)), str(n)]) for n in self.rng.sample(range(1000), 400)]
        values = self.choice([{"salt": self.string()}, {"salt": "s"}, {}, None, {"salt": "", "x": "y"}])
        return tree({"type": "user_bucket", "operator": operator, "targetValue": target, "additionalValues": values,
                     "idType": self.choice(UNITS)})

    # Documents

    def document(self):
        gates, conditions = Members(), Members()
        for index in range(GATES):
            ids = []
            for number in range(self.choice([1, 1, 1, 1, 2])):
                ids.append(f"c{index}_{number}")
                conditions.append([ids[-1], self.condition([name for name, _ in gates[-5:]])])
            gates.append([f"g{index}", self.gate(ids)])
        configs = Members([f"d{index}", self.config(conditions)] for index in range(4))
        app = self.choice([None, "app", "APP", ["app", "b"], True, 5])
        document = tree({
            "has_updates": True, "time": 1700000000000, "company_id": "c", "feature_gates": gates,
            "dynamic_configs": configs, "layer_configs": {}, "experiment_to_layer": {}, "condition_map": conditions})
        if app is not None:
            document.append(["app_id", tree(app)])
        if self.rng.random() < 0.3:
            document.append(["default_environment", self.choice(["a", "production", "", "1.0"])])
        return document

    def gate(self, ids):
        percentage = self.choice(["100"] * 9 + ["50", "0.01", "99.99", "100.0", "0", "33.333333"])
        rule = {"name": "n", "id": "r", "salt": self.string(), "passPercentage": Token(percentage), "conditions": ids,
                "returnValue": True, "idType": self.choice(UNITS)}
        return tree({
            "type": "feature_gate", "entity": "feature_gate", "salt": self.string(),
            "enabled": self.rng.random() < 0.95, "defaultValue": False, "rules": [rule], "idType": "userID"})

    def config(self, conditions):
        ids = [self.choice(conditions.names())]
        rules = [{"name": "", "id": f"r{index}", "passPercentage": Token(self.choice(["100", "50", "1e2"])),
                  "conditions": ids if index == 0 else [], "returnValue": self.value(), "idType": "userID"}
                 for index in range(self.choice([1, 2]))]
        return tree({
            "type": "dynamic_config", "entity": "dynamic_config", "salt": self.string(), "enabled": True,
            "defaultValue": self.value(), "rules": rules, "idType": "userID", "version": 3, "isActive": True})

    # Users

    def user(self, document):
        """A user, with values that targets of the document have or nearly have."""
        conditions = document.get("condition_map")
        conditions = conditions.objects() if isinstance(conditions, Members) else []
        targets = [target for _, condition in conditions for target in flattened(condition.get("targetValue"))][:2000]

        def value():
            if targets and self.rng.random() < 0.5:
                return self.near(self.choice(targets))
            return self.value()

        user = Members([["userID", self.choice([self.string(), self.string(), Token(self.choice(NUMBERS))])]])
        if self.rng.random() < 0.9:
            custom = Members([["x", value()]])
            for _ in range(self.choice([0, 1, 3])):
                custom.append([self.choice(FIELDS), value()])
            user.append(["custom", custom])
        if self.rng.random() < 0.5:
            user.append(["customIDs", Members([self.choice(UNITS), self.choice([self.string(), value()])]
                                              for _ in range(2))])
        for name, source in (("email", LETTERS), ("ip", ADDRESSES), ("country", COUNTRIES), ("locale", LETTERS),
                             ("appVersion", VERSIONS), ("userAgent", AGENTS)):
            if self.rng.random() < 0.5:
                user.append([name, self.choice(source) if self.rng.random() < 0.8 else value()])
        if self.rng.random() < 0.3:
            user.append(["privateAttributes", Members([self.choice(FIELDS), value()] for _ in range(2))])
        if self.rng.random() < 0.3:
            user.append(["statsigEnvironment", Members([[self.choice(["tier", "Tier", "x"]), self.string()]])])
        return user

    def near(self, value):
        """The value, or one that compares like it in some sense."""
        share = self.rng.random()
        if isinstance(value, Token):
            return value if share < 0.4 else str(value) if share < 0.7 else Token(self.choice(NUMBERS))
        if isinstance(value, str):
            if share < 0.4:
                return value
            if share < 0.5 and value in NUMBERS:
                return Token(value)
            changed = [value.upper(), value.lower(), value + "a", "a" + value, value[1:], value[:-1], value + " ",
                       [value], value.swapcase(), [value, value]]
            return self.choice(changed)
        return value


def flattened(value):
    if isinstance(value, Members):
        return [value] + [part for name, member in value for part in [name, *flattened(member)]]
    if isinstance(value, list):
        return [value] + [part for element in value for part in flattened(element)]
    return [value]
