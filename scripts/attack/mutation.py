# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Changes real documents: most changes keep a document readable and change what it means, some break it."""
import gzip
import os

from cross import LETTERS, OPERATORS, UNITS, UNKNOWN, Cross
from tree import Members, Token, copy, parse

ENTITIES = ("feature_gates", "dynamic_configs", "layer_configs")
CONDITIONS = [
    "public", "user_field", "unit_id", "user_bucket", "environment_field", "current_time", "ip_based", "ua_based",
    "target_app", "pass_gate", "fail_gate", "multi_pass_gate", "multi_fail_gate", "experiment_group", "unknown", "",
]
PERCENTAGES = ["0", "100", "100.0", "1e2", "99.99", "0.005", "-1", "-0.0", "100.00001", "1e300", "5e-324", "50", "33.3"]
# Members of entities, rules and conditions that a change of type or an addition may hit.
ODD_NAMES = [
    "version", "isActive", "enabled", "salt", "idType", "entity", "type", "samplingRate", "groupName",
    "configDelegate", "isExperimentGroup", "explicitParameters", "targetAppIDs", "hasSharedParams",
    "forwardAllExposures", "useNewLayerEval", "fieldsUsed", "checksum", "name", "id", "returnValue", "defaultValue",
    "operator", "field", "additionalValues", "targetValue", "conditions", "rules", "passPercentage",
]
TOP_NAMES = [
    "has_updates", "time", "company_id", "response_format", "id_lists", "diagnostics", "sdk_flags", "sdk_configs",
    "app_id", "default_environment", "param_stores", "cmab_configs", "overrides", "override_rules",
    "session_replay_info", "sdk_keys_to_app_ids", "hashed_sdk_keys_to_app_ids", "experiment_to_layer", "checksum",
    "condition_map", "auto_capture_settings", "gcir_config",
]


class Source:
    """A document, its users and ID lists."""

    def __init__(self, folder):
        self.folder = folder
        self.text = read(os.path.join(folder, "spec.json.gz"))
        self.users = [parse(line) for line in read(os.path.join(folder, "users.jsonl.gz")).splitlines() if line.strip()]
        lists = os.path.join(folder, "id_lists")
        self.id_lists = lists if os.path.isdir(lists) else None
        self.options = Members()
        options = os.path.join(folder, "options.json")
        if os.path.exists(options):
            with open(options, encoding="utf-8") as file:
                self.options = parse(file.read())


def read(path):
    with gzip.open(path, "rt", encoding="utf-8", errors="surrogatepass") as file:
        return file.read()


def sources(folders):
    """The sets of some folders."""
    return [Source(os.path.join(folder, name)) for folder in folders if os.path.isdir(folder)
            for name in sorted(os.listdir(folder)) if os.path.exists(os.path.join(folder, name, "spec.json.gz"))]


class Mutation:
    def __init__(self, rng):
        self.rng = rng
        self.cross = Cross(rng)

    def choice(self, values):
        return self.rng.choice(values)

    def chance(self, probability):
        return self.rng.random() < probability

    def document(self, source, count):
        """A part of a document with some changes: the tree, and whether the changes may have broken it."""
        document = self.part(parse(source.text))
        for _ in range(count):
            self.meaning(document)
        if self.chance(0.35):
            self.structure(self.choice([document.get(name) for name in ENTITIES]), ODD_NAMES)
        if self.chance(0.12):
            self.structure(document, TOP_NAMES)
        return document

    def part(self, document):
        """A random part of the entities, with the conditions that rules name; others now lead nowhere."""
        for section in ENTITIES:
            entities = document.get(section)
            if isinstance(entities, Members) and len(entities) > 14:
                first = self.rng.randrange(len(entities))
                kept = [entities[(first + index) % len(entities)] for index in range(10)]
                kept += self.rng.sample(entities, 4)
                names = {name for name, _ in kept}
                entities[:] = [member for member in entities if member[0] in names]
        used = {str(name) for _, rule in self.rules(document) for name in rule.get("conditions") or []
                if not isinstance(name, (list, bool))}
        conditions = document.get("condition_map")
        if isinstance(conditions, Members):
            conditions[:] = [member for member in conditions if member[0] in used]
        return document

    # The parts of a document

    def entities(self, document):
        return [entity for section in ENTITIES if isinstance(members := document.get(section), Members)
                for _, entity in members.objects()]

    def rules(self, document):
        return [(entity, rule) for entity in self.entities(document) if isinstance(rules := entity.get("rules"), list)
                for rule in rules if isinstance(rule, Members)]

    def conditions(self, document):
        members = document.get("condition_map")
        return [value for _, value in members.objects()] if isinstance(members, Members) else []

    def names(self, document, section):
        members = document.get(section)
        return members.names() if isinstance(members, Members) else []

    # Changes of meaning

    def meaning(self, document):
        entities, rules, conditions = self.entities(document), self.rules(document), self.conditions(document)
        if not entities or not rules or not conditions:
            return
        (entity, rule), condition = self.choice(rules), self.choice(conditions)
        gates, configs = self.names(document, "feature_gates"), self.names(document, "dynamic_configs")
        change = self.rng.randrange(24)
        if change <= 2:
            condition.set("operator", self.choice(OPERATORS + UNKNOWN[:3]))
        elif change <= 5:
            condition.set("targetValue", self.cross.target(str(condition.get("operator"))))
        elif change == 6:
            condition.set("type", self.choice(CONDITIONS))
        elif change == 7:
            condition.set("field", self.choice(["x", "userID", "country", "os_name", "tier", "level", "", "é"]))
        elif change == 8:
            self.choice([condition, rule, entity]).set("idType", self.choice(UNITS))
        elif change == 9:
            self.choice([rule, entity]).set("salt", self.cross.string())
        elif change <= 11:
            rule.set("passPercentage", Token(self.choice(PERCENTAGES)))
        elif change == 12:
            # A gate that asks any gate: one after it, itself, or a missing one.
            condition.set("type", self.choice(["pass_gate", "fail_gate"]))
            condition.set("targetValue", self.choice(gates + ["missing"]) if gates else "missing")
        elif change == 13:
            rule.set("configDelegate", self.choice(configs + gates + ["missing", ""]))
        elif change == 14:
            ids = rule.get("conditions")
            if isinstance(ids, list):
                known = self.names(document, "condition_map")
                ids.insert(self.rng.randrange(len(ids) + 1), self.choice(known + ["gone"]))
        elif change == 15:
            ids = rule.get("conditions")
            if isinstance(ids, list) and ids:
                del ids[self.rng.randrange(len(ids))]
        elif change == 16:
            self.choice([rule, entity]).set(self.choice(["returnValue", "defaultValue"]), self.cross.value())
        elif change == 17:
            own, other = entity.get("rules"), self.choice(entities).get("rules")
            if isinstance(own, list) and isinstance(other, list) and other:
                own.insert(self.rng.randrange(len(own) + 1), copy(self.choice(other)))
        elif change == 18:
            own = entity.get("rules")
            self.rng.shuffle(own)
        elif change == 19:
            entity.set(self.choice([
                "enabled", "isActive", "useNewLayerEval", "hasSharedParams", "forwardAllExposures"]), self.chance(0.5))
        elif change == 20:
            entity.set("entity", self.choice([
                "feature_gate", "segment", "holdout", "dynamic_config", "experiment", "layer", "autotune", "", "x"]))
        elif change == 21:
            rule.set("id", self.choice([
                "", "default", "disabled", "targetingGate", "inlineTargetingRules", "a:override", "é", "x" * 100,
                "layerAssignment"]))
        elif change == 22:
            self.rename(document)
        else:
            self.other_sections(document)

    def rename(self, document):
        """Gives an entity another name: references to it lead nowhere, and others may now lead to it."""
        members = document.get(self.choice(ENTITIES))
        if isinstance(members, Members) and members:
            self.choice(members)[0] = self.choice(
                LETTERS + ["missing", "gone", "segment:a", "__proto__", self.choice(members)[0]])

    def other_sections(self, document):
        """Changes a value in a section that isn't of entities, to another value of its type."""
        section = document.get(self.choice(["param_stores", "cmab_configs", "overrides", "override_rules", "app_id",
                                            "session_replay_info", "sdk_keys_to_app_ids", "experiment_to_layer"]))
        places = [place for place in leaves(section)]
        if not places:
            return
        holder, key = self.choice(places)
        value = holder[key]
        if isinstance(value, bool):
            holder[key] = not value
        elif isinstance(value, Token):
            holder[key] = Token(self.choice(["0", "1", "2"]))
        elif isinstance(value, str):
            holder[key] = self.choice(self.names(document, self.choice(ENTITIES)) + LETTERS[:12])

    # Changes of structure

    def structure(self, value, names):
        """Drops, repeats, adds or retypes something on a random way down from a value."""
        way = [value]
        while isinstance(way[-1], list) and way[-1] and (len(way) < 3 or self.chance(0.8)):
            child = self.choice(way[-1])
            way.append(child[1] if isinstance(way[-1], Members) else child)
        holder = next((part for part in reversed(way) if isinstance(part, list) and part), None)
        if holder is None:
            return
        index = self.rng.randrange(len(holder))
        change = self.rng.randrange(7)
        if change == 0:
            del holder[index]
        elif change == 1:
            holder.insert(self.rng.randrange(len(holder) + 1), copy(holder[index]))
        elif change == 2:
            self.rng.shuffle(holder)
        elif isinstance(holder, Members):
            if change == 3:
                holder.set(self.choice(names), self.odd())
            elif change == 4:
                holder.append([self.choice(names + holder.names()), self.odd()])
            elif change == 5:
                holder[index][1] = self.choice([holder[index][1], self.choice(holder)[1], self.odd()])
            else:
                holder[index][1] = self.odd()
        else:
            holder[index] = self.odd()

    def odd(self):
        """A value of any type, beyond what documents have."""
        share = self.rng.random()
        if share < 0.5:
            return self.cross.value()
        return self.choice([
            None, True, False, "", [], Members(), Token("0"), Token("-1"), Token("1.0"), Token("1e2"),
            Token("4294967295"), Token("4294967296"), Token("18446744073709551615"), Token("18446744073709551616"),
            Token("1.5"), "true", "1", [None], [[]], [Members()], Members([["", None]]),
            Members([["a", Token("1")], ["a", Token("2")]]), Token("1e999"),
            Token("-" + "9" * 400), nested(self.choice([60, 126, 127, 128, 200, 2000])), "\ud800"])

    # Text

    def broken(self, text):
        """A text in which a byte or a token is wrong, as bytes."""
        data = bytearray(text.encode("utf-8", "surrogatepass"))
        place = self.rng.randrange(len(data))
        change = self.rng.randrange(12)
        if change == 0:
            del data[place:]
        elif change == 1:
            data[place] = self.rng.randrange(256)
        elif change == 2:
            del data[place]
        elif change == 3:
            data[place:place] = bytes([self.choice(b'{}[]",:\\0-. \t\n\x00\x1f\x7f\xff\xc0\xed')])
        elif change == 4:
            data += self.choice([b"x", b"{}", b",", b"\n\n", b"\x00", b"]"])
        elif change == 5:
            data[:0] = self.choice([b"\xef\xbb\xbf", b" ", b"\n", b"\x00", b"[", b"//\n"])
        elif change == 6:
            data = data.replace(b"true", self.choice([b"True", b"tru", b"TRUE", b"NaN", b"undefined"]), 1)
        elif change == 7:
            spelled = [b"0100", b"+100", b"100.", b".100", b"0x64", b"1e", b"- 100", b"Infinity"]
            data = data.replace(b"100", self.choice(spelled), 1)
        elif change == 8:
            data = data.replace(b",", self.choice([b",,", b" , ", b"\x0c,", b", ,", b"\xc2\xa0,", b";"]), 1)
        elif change == 9:
            data = data.replace(b'"salt":"', b'"salt":"' + self.choice(
                [b"\\u0000", b"\\ud800", b"\\udc00\\ud800", b"\\x41", b"\n", b"\\u12", b"\xff", b"\xed\xa0\x80",
                 b"\\/\\b", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\x7f"]), 1)
        elif change == 10:
            data = data.replace(b'"', b"'", 2)
        else:
            return bytes(data[:self.choice([0, 1, 2, len(data) - 1])])
        return bytes(data)

    # Users

    def users(self, source, document, count):
        """Users of a source, some changed, and users that have the document's values."""
        made = []
        for _ in range(count):
            user = copy(self.choice(source.users)) if source.users else Members()
            if self.chance(0.3):
                user = self.cross.user(document)
            elif self.chance(0.5):
                self.structure(user, ["custom", "customIDs", "userID", "email", "x", "country", "statsigEnvironment"])
            made.append(user if isinstance(user, Members) else Members())
        return made


def nested(depth):
    """Text, so that no function of this program goes as deep."""
    return Token("[" * depth + "]" * depth)


def leaves(value):
    """The places of scalar values: the list that holds one, and its index."""
    if isinstance(value, Members):
        for member in value:
            if isinstance(member[1], list):
                yield from leaves(member[1])
            else:
                yield member, 1
    elif isinstance(value, list):
        for index, element in enumerate(value):
            if isinstance(element, list):
                yield from leaves(element)
            else:
                yield value, index


def names(document):
    """The names to ask for: all that the document has, those of damaged entities too, and unknown ones."""
    def of(section):
        members = document.get(section)
        return members.names() if isinstance(members, Members) else []
    stores = document.get("param_stores")
    return {
        "gates": of("feature_gates") + ["__unknown_gate__"],
        "configs": list(dict.fromkeys(of("dynamic_configs") + of("cmab_configs"))) + ["__unknown_config__"],
        "layers": of("layer_configs") + ["__unknown_layer__"],
        "stores": [[name, store.get("parameters").names()] for name, store in
                   (stores.objects() if isinstance(stores, Members) else [])
                   if isinstance(store.get("parameters"), Members)],
    }

