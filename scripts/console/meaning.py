# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""What the answers about a project have to be by what people have authored, for the scripts beside this one.

SDKs that agree may still agree about a wrong document. This reads the project through the API, not the document.
"""


def entities(console, family):
    found, page = [], 1
    while True:
        answer = console.request("GET", f"/console/v1/{family}?limit=100&page={page}")[2]["data"]
        found, page = found + answer, page + 1
        if len(answer) < 100:
            return found


class Meaning:
    """The project as the API tells of it."""

    def __init__(self, console):
        self.families = {family: {entity["id"]: entity for entity in entities(console, family)}
                         for family in ("gates", "dynamic_configs", "experiments", "layers", "holdouts", "segments", "autotunes")}
        self.overrides = {id: console.request("GET", f"/console/v1/gates/{id}/overrides")[2]["data"]
                          for id in self.families["gates"]}
        self.associations = {holdout["associationID"] for holdout in self.families["holdouts"].values()}

    def served(self):
        """The names that have to be in documents, by section."""
        def names(family, prefix=""):
            return {prefix + id for id, entity in self.families[family].items()
                    if entity.get("status") not in ("archived", "Archived")}
        return {"feature_gates": names("gates") | names("holdouts") | names("segments", "segment:"),
                "dynamic_configs": names("dynamic_configs") | names("experiments") | names("autotunes"),
                "layer_configs": names("layers")}

    def wrong(self, kind, name, user, environment, answer):
        """What is wrong with an answer, `None` for nothing."""
        if kind == "gate" and name in self.families["gates"]:
            return self.gate(self.families["gates"][name], user, environment, *answer)
        if kind == "experiment" and name in self.families["experiments"]:
            return self.experiment(self.families["experiments"][name], user, *answer)
        if kind == "experiment" and name in self.families["dynamic_configs"]:
            return self.config(self.families["dynamic_configs"][name], *answer)
        if kind == "experiment" and name in self.families["autotunes"]:
            return self.autotune(self.families["autotunes"][name], *answer)
        if kind == "layer":
            return self.layer(self.families["layers"][name], *answer)
        return None

    def gate(self, gate, user, environment, value, rule, _):
        if gate["status"] == "Disabled":
            return None if not value else "a disabled gate passes"
        held = rule in self.associations
        if held and (value or not gate["holdoutIDs"]):
            return "who is held out passes"
        if gate["status"] == "Launched":
            return None if value or held else "a launched gate fails"
        overrides = self.overrides[gate["id"]]
        if not any(line["environment"] for line in overrides["environmentOverrides"]):
            for verdict, ids in ((True, overrides["passingUserIDs"]), (False, overrides["failingUserIDs"])):
                # Lists of other units may come before.
                if user.get("userID") in ids and "id_override" not in rule:
                    return f"an override to {verdict} doesn't count"
        if "id_override" in rule or held:
            return None
        rules = {authored["id"]: authored for authored in gate["rules"]}
        if rule == "default":
            return "passes without a rule" if value else None
        if rule not in rules:
            return "decided by a rule that isn't authored"
        authored = rules[rule]
        if authored["passPercentage"] in (0, 100) and value != (authored["passPercentage"] == 100):
            return "a percentage of 0 or 100 doesn't count"
        if authored.get("environments") is not None and environment not in authored["environments"]:
            return "a rule of another environment counts"
        return None

    def experiment(self, experiment, user, value, rule, group):
        groups = {item["id"]: item for item in experiment["groups"]}
        status = experiment["status"]
        if rule in self.associations:
            return None if experiment["holdoutIDs"] else "held out by a holdout that it isn't in"
        if rule.endswith("override"):
            return None if rule.split(":")[0] in groups else "an override for no group"
        allowed = {"setup": {"prestart"}, "abandoned": {"abandoned"}, "experiment_stopped": {"abandoned"},
                   "assignment_stopped": {"layerAssignment", "prestart"}, "decision_made": {"launchedGroup", "targetingGate"},
                   "active": {"layerAssignment", "targetingGate", "prestart", *groups}}[status]
        if rule not in allowed:
            return f"decided by {rule}, which isn't for {status}"
        if rule == "targetingGate" and not experiment["targetingGateID"]:
            return "no gate is asked"
        if rule == "launchedGroup" or rule in groups:
            item = groups[experiment["launchedGroupID"] if rule == "launchedGroup" else rule]
            if group != item["name"]:
                return "another group's name"
            if not (item["disabled"] and rule in groups) and any(
                    value.get(name) != wanted for name, wanted in item["parameterValues"].items()):
                return "not the group's values"
            if item["disabled"] and rule in groups and not experiment["layerID"] and value:
                return "a disabled group has values"
            if rule in groups and item["size"] == 0:
                return "in a group without size"
        elif not experiment["layerID"] and value:
            return "values without a group"
        return None

    def config(self, config, value, rule, group):
        if config["status"] == "Disabled" or rule == "default":
            return None if value == config["defaultValue"] else "not the default value"
        for authored in config["rules"]:
            variants = {variant["id"]: variant for variant in authored.get("variants", [])}
            if rule in variants:
                wanted, name = variants[rule].get("returnValue", authored.get("returnValue", {})), variants[rule]["name"]
            elif rule == authored["id"]:
                wanted, name = authored["returnValue"], None
            else:
                continue
            if value == config["defaultValue"] and authored["passPercentage"] < 100:
                return None
            if authored["passPercentage"] == 0:
                return "a percentage of 0 counts"
            return None if value == wanted and group == name else "not the rule's value"
        return "decided by a rule that isn't authored"

    def autotune(self, autotune, value, rule, _):
        if not autotune["isStarted"]:
            return None if rule == "prestart" and not value else "it hasn't started"
        variants = {variant["id"]: variant for variant in autotune["variants"]}
        if rule not in variants or value != variants[rule]["json"]:
            return "not the variant's value"
        if autotune["launchedVariantID"] not in (None, rule):
            return "another variant than the one that was decided"
        return None

    def layer(self, layer, value, rule, _):
        if set(value) != {parameter["name"] for parameter in layer["parameters"]}:
            return "other parameters than the layer's"
        defaults = {parameter["name"]: parameter["defaultValue"] for parameter in layer["parameters"]}
        if rule in ("default", "prestart", "abandoned", "layerAssignment", "targetingGate") and value != defaults:
            return "not the layer's defaults"
        if rule in self.associations and not layer["holdoutIDs"]:
            # An experiment of the layer may be in a holdout by itself.
            if not any(experiment["holdoutIDs"] for experiment in self.families["experiments"].values()
                       if experiment["layerID"] == layer["id"]):
                return "held out by a holdout that it isn't in"
            return None if value == defaults else "not the layer's defaults"
        return None
