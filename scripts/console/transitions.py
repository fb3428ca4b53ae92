# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Random changes of a project that `authoring.py` has made: every transition of every family, in random order."""
from authoring import ENVIRONMENTS, PERCENTAGES, UNITS


def change(author):
    """Changes something."""
    family = author.pick([family for family, names in author.names.items() if names for _ in range(
        {"gates": 6, "experiments": 8, "dynamic_configs": 3, "layers": 3, "segments": 2, "holdouts": 2}.get(family, 1))])
    name = author.pick(author.names[family])
    path = f"/{family}/{name}"
    if author.chance(.02):
        if author.call("DELETE", path) is not None:
            author.names[family].remove(name)
        return
    author.pick(CHANGES[family])(author, path, name)
    if author.chance(.05):
        assign_apps(author)


def assign_apps(author):
    author.call("PATCH", "/target_app", {
        "targetApps": author.pick(author.apps, 1), "gates": author.pick(author.names["gates"], 2),
        "dynamicConfigs": author.pick(author.names["dynamic_configs"], 2),
        "experiments": author.pick(author.names["experiments"], 2)})


def put(*verbs, body=None):
    """A transition by its verb, or one of some."""
    return lambda author, path, name: author.call("PUT", f"{path}/{author.pick(verbs)}", body and body(author))


def patch(**members):
    """A partial update with random values of some members."""
    return lambda author, path, name: author.call(
        "PATCH", path, {member: value(author) for member, value in members.items()},
        what=f"PATCH {path.split('/')[1]} {'+'.join(members)}")


def rename(author, path, name):
    author.call("PATCH", path, {"name": author.name("renamed ")}, what=f"PATCH {path.split('/')[1]} name")


# Rules

def some_rule(author, path):
    rules = (author.call("GET", path) or {}).get("rules", [])
    return author.pick(rules) if rules else None


def change_rule(author, path, name):
    rule = some_rule(author, path)
    if rule is None:
        return
    values = path.startswith("/dynamic")
    single, place = ("rule", author.pick([rule["id"], "name/" + rule["name"].replace(" ", "%20")])) if values else (
        "rules", rule["id"])
    author.pick([
        lambda: author.call("PATCH", f"{path}/{single}/{place}", {"passPercentage": author.pick(PERCENTAGES)}),
        lambda: author.call("PATCH", f"{path}/{single}/{place}", {"environments": author.pick([None, ["qa"], ["production"]])}),
        lambda: author.call("DELETE", f"{path}/{single}/{place}"),
        lambda: author.call("PATCH", path + "/rules", [{"id": rule["id"], "passPercentage": author.pick(PERCENTAGES)}]),
    ])()


def add_rules(author, path, name):
    values = path.startswith("/dynamic")
    rules = [author.rule(author.count + index, values=values) for index in range(author.random.randrange(1, 3))]
    author.pick([lambda: author.call("POST", path + "/rule", rules[0]),
                 lambda: author.call("POST", path + "/rules", author.pick([rules, {"rules": rules}]))])()


def rewrite_rules(author, path, name):
    rules = author.rewritten(*path.strip("/").split("/"), values=path.startswith("/dynamic"))
    author.call("PATCH", path, {"rules": rules}, what=f"PATCH {path.split('/')[1]} rules")


# Overrides

def unit_overrides(author, path, name):
    ids = author.ids(k=6)
    bodies = [{"passingUserIDs": ids[:2], "failingUserIDs": ids[2:4]}, {"failingUserIDs": ids[:1]},
              {"environmentOverrides": [{"environment": author.pick([None, *ENVIRONMENTS]), "unitID": unit,
                                         "passingIDs": author.ids(unit, 1), "failingIDs": []} for unit in UNITS]}]
    if author.unit(name) != "userID":
        bodies.append({"passingCustomIDs": author.ids(author.unit(name), 1)})
    author.call(author.pick(["POST", "PATCH", "PATCH", "DELETE"]), path + "/overrides", author.pick(bodies))


def group_overrides(author, path, name):
    kind = author.pick(["gate", "segment"])
    names = author.names[kind + "s"]
    by_gate = [{"type": kind, "id": author.pick(names), "groupID": "G0",
                "environment": author.pick([None, None, "staging"])}] if names and author.chance(.6) else []
    by_id = [{"groupID": author.pick(["G0", "G1"]), "ids": author.ids(unit), "unitType": unit,
              "environment": author.pick([None, None, "production"])} for unit in author.some(UNITS)]
    author.call(author.pick(["POST", "PATCH", "PATCH", "DELETE"]), path + "/overrides",
                {"overrides": by_gate, "userIDOverrides": by_id})


def layer_overrides(author, path, name):
    members = [n for n in author.names["experiments"] if author.created[n].get("layerID") == name]
    if not members:
        return
    experiment, gates = author.pick(members), author.names["gates"]
    author.call(author.pick(["POST", "PATCH", "PATCH", "DELETE"]), path + "/overrides", {
        "conditionalOverrides": [{"type": "gate", "name": author.pick(gates), "experimentName": experiment,
                                  "groupName": "G0"}] if gates and author.chance(.5) else [],
        "idOverrides": [{"groupName": "G0", "ids": author.ids(unit), "idType": unit, "experimentName": experiment,
                         "environment": author.pick([None, "qa"])} for unit in author.some(UNITS)]})


# Experiments, segments, holdouts

def decide(author, path, name):
    if author.chance(.3):
        groups = (author.call("GET", path) or {}).get("groups") or [{"id": "none"}]
        author.call("PATCH", path, {"status": "decision_made", "launchedGroupID": author.pick(groups)["id"]},
                    what="PATCH experiments decision")
    else:
        author.call("PUT", path + "/make_decision", {"id": author.pick(["G0", "G1"]), "decisionReason": "x",
                                                     "removeTargeting": author.chance(.5)})


def regroup(author, path, name):
    author.call("PATCH", path, {"groups": author.groups(author.created[name].get("layerID"))}, what="PATCH experiments groups")


def restart_as_new(author, path, name):
    new = author.name("again")
    if author.call("POST", path + "/restart_as_new", {"name": new}) is not None:
        author.names["experiments"].append(new)
        author.created[new] = author.created[name]


def schedule_start(author, path, name):
    # A time that doesn't come during a run.
    author.call("POST", path + "/schedule_start", {"scheduledTime": 4_000_000_000_000})


def toggle_groups(author, path, name):
    author.call("POST", f"{path}/{author.pick(['disable', 'enable'])}_groups", {"group_names": author.some(["G0", "G1"])})


def change_ids(author, path, name):
    ids = author.ids(author.unit(name), 3)
    if author.chance(.1):
        # Over the size at which a list is a file of its own, and back.
        ids = [f"u{i}" for i in range(1005)]
    if author.created[name]["type"] == "user_store_id_list":
        author.call("PATCH", f"{path}/{author.pick(['add_ids', 'remove_ids'])}", {"ids": ids[:1000]})
    else:
        method, last = author.pick([("PATCH", "id_list"), ("DELETE", "id_list"), ("POST", "id_list/reset")])
        author.call(method, f"{path}/{last}", {"ids": ids})


def cover(author, path, name):
    author.call("PATCH", path, author.covered(author.unit(name)), what="PATCH holdouts covered")


def archive(*, comes_back=2):
    verbs = ["archive"] + ["unarchive"] * comes_back
    return put(*verbs, body=lambda author: {"forceArchive": True} if author.chance(.3) else None)


CHANGES = {
    "gates": [
        put("enable", "enable", "disable", "launch"), archive(), rename, rewrite_rules, rewrite_rules, add_rules, change_rule,
        change_rule, change_rule, unit_overrides, unit_overrides, patch(isEnabled=lambda a: a.chance(.8)),
        patch(targetApps=lambda a: a.some(a.apps)), patch(description=lambda a: "why", tags=lambda a: ["core"])],
    "dynamic_configs": [
        put("enable", "enable", "disable"), archive(), rename, rewrite_rules, add_rules, change_rule, change_rule,
        patch(defaultValue=lambda a: a.pick([{}, {"d": a.count}])), patch(defaultValueJson5=lambda a: "{a: .5, b: 'c'}"),
        patch(schema=lambda a: a.pick([None, '{"type":"object"}', '{"type":"object","required":["n"]}']))],
    "experiments": [
        put("start", body=lambda a: a.pick([None, None, None, {"environments": a.some(ENVIRONMENTS)}])), put("start"), decide,
        put("abandon", body=lambda a: {"decisionReason": "x"}), put("reset"), archive(), rename, regroup, toggle_groups,
        toggle_groups, group_overrides, group_overrides, patch(allocation=lambda a: a.pick([5, 20.5, 40, 66.6, 100])),
        patch(targetingGateID=lambda a: a.pick([None, "", *a.names["gates"]])),
        patch(status=lambda a: a.pick(["active", "active", "assignment_stopped", "experiment_stopped"])),
        put("defer_decision"), schedule_start, lambda a, path, name: a.chance(.3) and restart_as_new(a, path, name),
        patch(hypothesis=lambda a: "why", targetApps=lambda a: a.some(a.apps))],
    "layers": [
        patch(parameters=lambda a: a.parameters()), layer_overrides, layer_overrides,
        patch(description=lambda a: "why"), rename, patch(targetApps=lambda a: a.some(a.apps))],
    "segments": [
        change_ids, change_ids, lambda a, path, name: a.call("POST", path + "/conditional", a.rules(segment=True)),
        lambda a, path, name: a.chance(.1) and a.call("PUT", path + "/archive")],
    "holdouts": [
        patch(passPercentage=lambda a: a.pick([0, 2.5, 10])), patch(isEnabled=lambda a: a.chance(.7)), cover, unit_overrides,
        patch(isGlobal=lambda a: a.chance(.3)), patch(targetingGateID=lambda a: a.pick([None, *a.names["gates"]])),
        archive(comes_back=3)],
    "autotunes": [
        put("start"), put("start"), put("reset"), schedule_start, put("make_decision", body=lambda a: {"id": "B", "decisionReason": "x"})],
    "param_stores": [lambda a, path, name: a.call("PATCH", path, {"parameters": a.new_param_stores()["parameters"]})],
}
