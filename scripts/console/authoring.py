# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""A project that grows by random requests to `gatehouse serve`, for the scripts beside this one."""
import collections
import random

import conditions

UNITS = ["userID", "companyID", "stableID"]
ENVIRONMENTS = ["development", "staging", "production", "qa"]
PERCENTAGES = [0, 0.01, 5, 12.5, 50, 99.99, 100, 100]
FAMILIES = ["gates", "dynamic_configs", "experiments", "layers", "segments", "holdouts", "autotunes", "param_stores"]
PARAMETERS = [("color", "string", ["grey", "green", "Blau"]), ("size", "number", [1, 1.5, -3]),
              ("on", "boolean", [True, False]), ("list", "array", [[], [1, "x"]]), ("map", "object", [{}, {"k": [None]}])]


class Author:
    """Random requests, the same ones for the same seed; only what the console draws itself differs between runs."""

    def __init__(self, console, seed):
        self.console, self.random = console, random.Random(seed)
        self.names = {family: [] for family in FAMILIES}
        # What each entity was created with, for the choices that depend on it.
        self.created = {}
        self.count = self.requests = 0
        self.accepted, self.refused = collections.Counter(), collections.Counter()
        self.conditions = collections.Counter()
        self.apps = []

    # Requests

    def call(self, method, path, body=None, expect=None, what=None):
        """The data of an answer, `None` if it is a refusal; anything else ends the run."""
        status, _, answer = self.console.request(method, "/console/v1" + path, body)
        self.requests += 1
        if status >= 500 or (expect and status // 100 != expect):
            raise SystemExit(f"{method} {path} {body}: {status} {answer}")
        parts = path.split("/")
        what = what or f"{method} {parts[1]}" + "".join("/" + part for part in parts[3:4])
        (self.refused if status >= 400 else self.accepted)[what] += 1
        return None if status >= 400 else answer.get("data") or {}

    def pick(self, values, k=None):
        return self.random.choice(values) if k is None else self.random.sample(values, min(k, len(values)))

    def some(self, values):
        return self.pick(values, self.random.randrange(len(values) + 1))

    def chance(self, p):
        return self.random.random() < p

    def name(self, prefix):
        self.count += 1
        return f"{prefix}_{self.count}"

    def salt(self):
        return f"{self.random.getrandbits(64):016x}"

    def ids(self, unit="userID", k=4):
        return [{"userID": "u", "companyID": "c", "stableID": "s"}[unit] + str(n) for n in self.pick(range(60), k)]

    # Rules

    def rules(self, segment=False, values=False, most=5):
        return [self.rule(index, segment, values) for index in range(self.random.randrange(most))]

    def rule(self, index, segment=False, values=False):
        rule = {"name": f"Rule {index}", "passPercentage": self.pick(PERCENTAGES), "salt": self.salt(), "id": self.salt(),
                "conditions": [conditions.make(self, segment) for _ in range(self.random.choice([1, 1, 1, 2, 3]))]}
        if self.chance(.15):
            rule["environments"] = self.some(ENVIRONMENTS) or None
        if values:
            rule["returnValue"] = {"n": index, "s": self.name("v")}
            if self.chance(.2):
                rule["variants"] = [{"name": "A", "passPercentage": 30, "returnValue": {"variant": "A"}},
                                    {"name": "B", "passPercentage": 69.9, "returnValue": {"variant": "B"}},
                                    {"name": "C", "passPercentage": 0.1}]
            elif self.chance(.2):
                del rule["returnValue"]
                rule["returnValueJson5"] = "{five: 'x', /* note */ n: +1,}"
        return rule

    def rewritten(self, family, name, values=False):
        """Rules as they are, some changed, taken away, added or in another place."""
        rules = [rule for rule in (self.call("GET", f"/{family}/{name}") or {}).get("rules", []) if self.chance(.8)]
        for rule in rules:
            if self.chance(.3):
                rule["passPercentage"] = self.pick(PERCENTAGES)
        rules += [self.rule(len(rules) + self.count, values=values)] if self.chance(.4) else []
        self.random.shuffle(rules)
        return rules

    # New entities

    def prepare(self):
        """What the others are about: units, environments, apps, people."""
        self.call("POST", "/unit_id_types", {"name": "companyID", "description": "A company"}, 2)
        environments = self.call("GET", "/environments", expect=2)["environments"]
        self.call("POST", "/environments", {"environments": environments + [{"name": "qa"}]}, 2)
        for _ in range(2):
            self.apps.append(self.call("POST", "/target_app", {"name": self.name("App "), "description": "", "id": self.salt()},
                                       2)["id"])
        self.call("POST", "/tags", {"name": "core", "isCore": True}, 2)
        self.call("POST", "/teams", {"name": "Growth", "members": ["a@corp.example"]}, 2)
        self.call("POST", "/users/invite", {"role": "Member", "emails": ["a@corp.example"]}, 2)

    def create(self, family=None):
        family = family or self.pick(
            ["gates"] * 6 + ["dynamic_configs"] * 3 + ["experiments"] * 6 + ["layers"] * 2 + ["segments"] * 3
            + ["holdouts", "holdouts", "autotunes", "param_stores"])
        body = getattr(self, "new_" + family)()
        if family not in ("holdouts", "param_stores", "segments") and self.chance(.6):
            body["targetApps"] = self.pick([self.some(self.apps), self.pick(self.apps)])
        if family != "param_stores" and self.chance(.7):
            body["salt"] = self.salt()
        if self.call("POST", "/" + family, body) is None:
            return
        name = body["name"]
        self.names[family].append(name)
        self.created[name] = body
        if family == "segments" and body["type"] == "id_list":
            count = self.pick([0, 3, 40, 1002])
            self.call("PATCH", f"/segments/{name}/id_list", {"ids": [f"{p}{i}" for p in "ucs" for i in range(0, count, 3)]}, 2)
        elif family == "layers":
            self.call("PATCH", "/layers/" + name, {"parameters": self.parameters()}, 2)

    def new_gates(self):
        return {"name": self.name("gate"), "idType": self.pick(UNITS + ["userID"] * 3), "rules": self.rules(),
                "isEnabled": self.chance(.9), "type": self.pick(["PERMANENT", "TEMPORARY"])}

    def new_dynamic_configs(self):
        return {"name": self.name("config"), "idType": self.pick(UNITS), "rules": self.rules(values=True),
                "defaultValue": self.pick([{}, {"default": True, "deep": {"a": [1, 2.5, None]}}])}

    def new_segments(self):
        kind = self.pick(["id_list", "id_list", "user_store_id_list", "rule_based", "rule_based", "rule_based"])
        body = {"name": self.name("segment"), "type": kind, "idType": self.pick(UNITS)}
        if kind == "rule_based":
            body["rules"] = self.rules(segment=True)
        return body

    def parameters(self):
        return [{"name": name, "type": kind, "defaultValue": self.pick(values)} for name, kind, values in PARAMETERS]

    def new_layers(self):
        return {"name": self.name("layer"), "idType": self.pick(["userID", "userID", "companyID"])}

    def groups(self, layer):
        sizes = self.pick([[50, 50], [33.3, 33.3, 33.4], [10, 90], [100], [0, 100], [25, 25, 25, 25], [0.1, 99.9]])
        pool = [{"color": "blue"}, {"size": 2}, {"color": "red", "on": True}, {}, {"list": [2]}, {"map": {"in": 1}, "size": 0}]
        return [{"name": f"G{i}", "id": self.salt(), "size": size, "parameterValues": self.pick(pool) if layer else {"g": i}}
                for i, size in enumerate(sizes)]

    def new_experiments(self):
        layer = self.pick([None] + self.names["layers"] * 2)
        body = {"name": self.name("experiment"), "targetingGateID": self.pick([None, None] + self.names["gates"][-4:]),
                "groups": self.groups(layer), "layerSalt": self.salt()}
        if layer:
            body.update(layerID=layer, allocation=self.pick([0, 10, 20.5, 33, 100]))
        else:
            body.update(idType=self.pick(UNITS), allocation=self.pick([0, 0.1, 25, 80.1, 100, 100]))
        return body

    def covered(self, unit):
        def names(family):
            return [n for n in self.names[family] if self.unit(n) == unit]
        return {"gateIDs": self.pick(names("gates"), 5), "experimentIDs": self.pick(names("experiments"), 5),
                "layerIDs": self.pick(names("layers"), 2)}

    def unit(self, name):
        """The unit of an entity; that of an experiment in a layer is the layer's."""
        body = self.created[name]
        return self.created[body["layerID"]]["idType"] if body.get("layerID") else body.get("idType", "userID")

    def new_holdouts(self):
        unit = self.pick(["userID", "userID", "companyID"])
        return {"name": self.name("holdout"), "passPercentage": self.pick([1, 5, 10, 10]), "idType": unit,
                "isGlobal": self.chance(.2), "targetingGateID": self.pick([None, None] + self.names["gates"][-3:]),
                **self.covered(unit)}

    def new_autotunes(self):
        sizes = self.pick([[None] * 3, [20, 30, 50]])
        return {"name": self.name("autotune"), "successEvent": "buy", "explorationWindow": "24hr", "idType": self.pick(UNITS),
                "attributionWindow": "1hr", "winnerThreshold": "95%",
                "variants": [{"name": n, "json": {"v": n}, **({"size": s} if s else {})} for n, s in zip("ABC", sizes)]}

    def new_param_stores(self):
        def parameter(name, kind, **members):
            return {"name": name, "param_type": kind, **members}
        parameters = [parameter("fixed", "string", ref_type="static", value="x"),
                      parameter("number", "number", ref_type="static", value=2.5)]
        for family, made in (
                ("gates", lambda n: parameter("gated", "number", ref_type="gate", gate_name=n, pass_value=1, fail_value=0)),
                ("layers", lambda n: parameter("layered", "string", ref_type="layer", layer_name=n, param_name="color")),
                ("dynamic_configs", lambda n: parameter("configured", "string", ref_type="dynamic_config", config_name=n,
                                                        param_name="s")),
                ("experiments", lambda n: parameter("tested", "number", ref_type="experiment", experiment_name=n,
                                                    param_name="g"))):
            if self.names[family]:
                parameters.append(made(self.pick(self.names[family])))
        return {"name": self.name("store"), "parameters": parameters}
