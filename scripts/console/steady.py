#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Assignments that must not move: what people do to a project, and who is where before and after.

    swift build -c release && scripts/console/steady.py [--rounds N | --seconds S] [--users N] [--seed N]

Each property is about users with random IDs, each round about other numbers. Fails with 1 at the first one that isn't so.
"""
import argparse
import collections
import json
import os
import random
import subprocess
import tempfile
import time

from served import ROOT, Console

SPECS = "/v2/download_config_specs"


class Project:
    def __init__(self, console, seed, users, folder):
        self.console, self.random, self.count = console, random.Random(seed), 0
        self.users, self.folder = users, folder
        self.key = console.create_key(type="SERVER")
        self.people = os.path.join(folder, "users.jsonl")
        self.ids = [f"{self.random.getrandbits(60):x}" for _ in range(users)]
        with open(self.people, "w") as file:
            file.writelines(json.dumps({"userID": id, "customIDs": {"companyID": id[:3]}}) + "\n" for id in self.ids)
        self.compared = collections.Counter()

    def call(self, method, path, body=None, headers=None):
        status, _, answer = self.console.request(method, "/console/v1" + path, body, headers=headers)
        assert status // 100 == 2, (method, path, body, status, answer)
        return answer["data"]

    def name(self, prefix):
        self.count += 1
        return f"{prefix} {self.count} {self.random.getrandbits(20):x}"

    def create(self, family, **members):
        return self.call("POST", "/" + family, {"name": self.name(family[:-1].replace("_", " ")), **members})["id"]

    def document(self):
        return self.console.request("GET", SPECS, key=self.key)[2]

    def answers(self, *names, environment="production"):
        """What each user gets: value and rule, by name; of configs and experiments as experiments."""
        spec, lists = os.path.join(self.folder, "spec.json"), os.path.join(self.folder, "lists")
        document = self.document()
        os.makedirs(lists, exist_ok=True)
        with open(spec, "w") as file:
            json.dump(document, file)
        for name in document["id_lists"]:
            entry = self.console.request("POST", "/v1/get_id_lists", {}, self.key)[2][name]
            text = self.console.text("GET", entry["url"].removeprefix(self.console.url), self.key)
            with open(os.path.join(lists, name), "w") as file:
                file.write(text)
        command = os.environ.get("GATEHOUSE", os.path.join(ROOT, ".build", "release", "gatehouse"))
        result = subprocess.run([command, "evaluate", spec, "--users", self.people, "--format", "jsonl", "--environment",
                                 environment, "--id-lists", lists, *names], stdout=subprocess.PIPE, check=True, text=True)
        found = collections.defaultdict(list)
        for row in map(json.loads, result.stdout.splitlines()):
            if row["kind"] != "dynamic_config" and not row["name"].startswith("__"):
                found[row["name"]].append((row["value"], row["rule_id"]))
        return found

    def rule(self, percentage, conditions=None, **members):
        return {"name": self.name("rule"), "passPercentage": percentage, "conditions": conditions or [{"type": "public"}],
                **members}

    def groups(self, parameters=False):
        sizes = self.random.choice([[50, 50], [33.3, 33.3, 33.4], [10, 60, 30]])
        return [{"name": f"G{i}", "size": size, "parameterValues": {"color": f"v{i}"} if parameters else {"g": i}}
                for i, size in enumerate(sizes)]

    def layer(self):
        layer = self.create("layers", idType="userID")
        self.call("PATCH", "/layers/" + layer, {"parameters": [
            {"name": "color", "type": "string", "defaultValue": "grey"}, {"name": "size", "type": "number", "defaultValue": 1}]})
        return layer

    def experiment(self, layer=None, allocation=100, **members):
        members = {"layerID": layer, **members} if layer else members
        return self.create("experiments", allocation=allocation, groups=self.groups(bool(layer)), **members)

    # Comparing

    def same(self, what, before, after):
        """Everyone has what they had."""
        self.kept(what, before, after, lambda old, new: old == new)

    def kept(self, what, before, after, may):
        assert before and len(before) == len(after) == self.users, what
        for id, old, new in zip(self.ids, before, after, strict=True):
            assert may(old, new), f"{what}: {id} had {old}, now {new}"
        self.compared[what] += len(before)


def rules_of(answers):
    return [rule for _, rule in answers]


# The properties

def growing_percentage(p):
    """A user who passes still passes when the percentage grows, in any steps."""
    gate = p.create("gates", rules=[p.rule(1, [{"type": "user_id", "operator": "str_starts_with_any", "targetValue": ["a"]}]),
                                    p.rule(round(p.random.uniform(1, 20), 2), name="grows")])
    config = p.create("dynamic_configs", rules=[p.rule(5, returnValue={"on": True})], idType="userID")
    before = p.answers(gate, config)
    for percentage in sorted(round(p.random.uniform(20, 95), 2) for _ in range(3)) + [100]:
        rules = p.call("GET", f"/gates/{gate}/rules")[0]["rules"]
        for rule in rules:
            rule["passPercentage"] = percentage
        bare = [{key: rule[key] for key in ("name", "passPercentage", "conditions")} for rule in rules]
        p.random.choice([
            lambda: p.call("PATCH", f"/gates/{gate}", {"rules": rules}),
            lambda: p.call("PATCH", f"/gates/{gate}", {"rules": bare}),
            lambda: p.call("POST", f"/gates/{gate}", {"isEnabled": True, "description": "", "rules": bare}),
            lambda: p.call("PATCH", f"/gates/{gate}/rules", [{"id": rule["id"], "passPercentage": percentage} for rule in rules]),
            lambda: [p.call("PATCH", f"/gates/{gate}/rules/{rule['baseID']}", {"passPercentage": percentage}) for rule in rules],
        ])()
        rule = p.call("GET", f"/dynamic_configs/{config}/rules")[0]["rules"][0]
        p.call("PATCH", f"/dynamic_configs/{config}/rule/name/{rule['name'].replace(' ', '%20')}", {"passPercentage": percentage})
        after = p.answers(gate, config)
        for name in (gate, config):
            p.kept("a percentage grows", before[name], after[name], lambda old, new: not old[0] or new[0])
            assert sum(bool(new[0]) for new in after[name]) >= sum(bool(old[0]) for old in before[name])
        before = after
    assert all(value for value, _ in before[gate])


def growing_allocation(p):
    """A user in a group stays in it; other users join groups, alone or in a layer."""
    for layer in (None, p.layer()):
        start = p.random.choice([1, 10, 20.5])
        experiment = p.experiment(layer, start)
        names = [experiment] + ([layer] if layer else [])
        p.call("PUT", f"/experiments/{experiment}/start")
        before = p.answers(*names)
        for allocation in sorted(p.random.uniform(start + 1, 99) for _ in range(3)) + [100]:
            p.call("PATCH", f"/experiments/{experiment}", {"allocation": round(allocation, 1)})
            after = p.answers(*names)
            p.kept("an allocation grows", before[experiment], after[experiment],
                   lambda old, new: old[1] == "layerAssignment" or old == new)
            if layer:
                p.kept("an allocation grows in a layer", before[layer], after[layer],
                       lambda old, new: old[1] == "default" or old == new)
            before = after
        assert "layerAssignment" not in rules_of(before[experiment])


def neighbours_in_a_layer(p):
    """Whatever happens to one experiment of a layer, the users of the other stay where they are."""
    layer = p.layer()
    steady = p.experiment(layer, 30)
    p.call("PUT", f"/experiments/{steady}/start")
    other = p.experiment(layer, p.random.choice([0, 10, 20.5]))
    groups = [group["id"] for group in p.call("GET", f"/experiments/{steady}")["groups"]]
    before, first, copies = p.answers(steady, layer), p.call("GET", f"/experiments/{steady}"), []

    def check(what):
        nonlocal before
        after = p.answers(steady, layer)
        # A decision for everyone changes defaults, which groups that don't set a parameter have, too.
        p.kept(f"a neighbour {what}", before[steady], after[steady],
               lambda old, new: old[1] == new[1] and old[0]["color"] == new[0]["color"] or old[1] not in groups and old[1] == new[1])
        p.kept(f"a neighbour {what}, by layer", before[layer], after[layer],
               lambda old, new: (old[1] in groups) == (new[1] in groups) and (old[1] not in groups or old[1] == new[1]))
        now = p.call("GET", f"/experiments/{steady}")
        assert now == first, (what, first, now)
        before = after

    steps = [
        ("starts", lambda: p.call("PUT", f"/experiments/{other}/start")),
        ("grows", lambda: p.call("PATCH", f"/experiments/{other}", {"allocation": p.random.choice([25, 40.2, 70])})),
        ("has overrides", lambda: p.call("PATCH", f"/experiments/{other}/overrides", {
            "overrides": [], "userIDOverrides": [{"groupID": "G0", "ids": ["nobody"]}]})),
        ("has a group without values", lambda: p.call("POST", f"/experiments/{other}/disable_groups", {"group_names": ["G1"]})),
        ("is decided", lambda: p.call("PUT", f"/experiments/{other}/make_decision", {"id": "G0", "decisionReason": ""})),
        ("is reset", lambda: p.call("PUT", f"/experiments/{other}/reset")),
        ("starts again", lambda: p.call("PUT", f"/experiments/{other}/start")),
        ("is copied", lambda: copies.append(p.call("POST", f"/experiments/{other}/restart_as_new", {"name": p.name("copy")})["id"])),
        ("loses its copy", lambda: p.call("DELETE", f"/experiments/{copies.pop()}")),
        ("lets no other user in", lambda: p.call("PATCH", f"/experiments/{other}", {"status": "assignment_stopped"})),
        ("is concluded", lambda: p.call("PUT", f"/experiments/{other}/defer_decision")),
        ("is abandoned", lambda: p.call("PUT", f"/experiments/{other}/abandon", {"decisionReason": ""})),
        ("is archived", lambda: p.call("PUT", f"/experiments/{other}/archive", {"forceArchive": True})),
        ("comes back", lambda: p.call("PUT", f"/experiments/{other}/unarchive")),
        ("is deleted", lambda: p.call("DELETE", f"/experiments/{other}")),
    ]
    for what, step in steps:
        step()
        check(what)
    other = p.experiment(layer, 70)
    check("is created")
    p.call("PATCH", f"/layers/{layer}", {"description": "changed"})
    check("is left alone, and the layer described")


def harmless_edits(p):
    """Names, descriptions, tags, teams and apps: answers don't change."""
    app = p.call("POST", "/target_app", {"name": p.name("App"), "description": ""})["id"]
    segment = p.create("segments", type="rule_based", rules=[
        p.rule(50, [{"type": "user_id", "operator": "str_contains_any", "targetValue": ["1"]}])])
    gate = p.create("gates", rules=[p.rule(40, [{"type": "passes_segment", "targetValue": segment}]), p.rule(30)])
    config = p.create("dynamic_configs", rules=[p.rule(40, returnValue={"a": 1}, variants=[
        {"name": "A", "passPercentage": 30, "returnValue": {"v": 1}}, {"name": "B", "passPercentage": 70, "returnValue": {"v": 2}}])])
    layer = p.layer()
    inside, alone = p.experiment(layer, 40), p.experiment(targetingGateID=gate)
    for experiment in (inside, alone):
        p.call("PUT", f"/experiments/{experiment}/start")
    holdout = p.create("holdouts", passPercentage=10, gateIDs=[gate], layerIDs=[layer])
    autotune = p.create("autotunes", successEvent="buy", explorationWindow="24hr", attributionWindow="1hr",
                        winnerThreshold="95%", variants=[{"name": n, "json": {"v": n}} for n in "ABC"])
    p.call("PUT", f"/autotunes/{autotune}/start")
    names = [gate, config, layer, inside, alone, holdout, autotune, "segment:" + segment]
    before = p.answers(*names)
    paths = {f"/gates/{gate}": True, f"/dynamic_configs/{config}": True, f"/experiments/{inside}": True,
             f"/experiments/{alone}": True, f"/layers/{layer}": True, f"/holdouts/{holdout}": False, f"/autotunes/{autotune}": True}
    for path, has_apps in paths.items():
        p.call("PATCH", path, {"name": p.name("renamed"), "description": "changed"})
        if has_apps:
            p.call("PATCH", path, {"tags": ["t"], "targetApps": [app]})
    for path in list(paths)[:2]:
        entity = p.call("GET", path)
        p.call("POST", path, {key: entity[key] for key in ("isEnabled", "description", "rules", "defaultValue") if key in entity})
    for experiment in (inside, alone):
        entity = p.call("GET", f"/experiments/{experiment}")
        # Without IDs, as in a project that is kept in files.
        groups = [{key: group[key] for key in ("name", "size", "parameterValues")} for group in entity["groups"]]
        p.call("POST", f"/experiments/{experiment}", {"groups": groups, "hypothesis": "another", **{
            key: entity[key] for key in ("description", "idType", "allocation", "targetingGateID", "bonferroniCorrection",
                                         "defaultConfidenceInterval", "status")}})
    after = p.answers(*names)
    for name in names:
        p.same("names and descriptions change", before[name], after[name])


def neighbours(p):
    """Gates, configs, experiments and segments that come and go beside others."""
    gate = p.create("gates", rules=[p.rule(40)])
    experiment = p.experiment(allocation=60)
    p.call("PUT", f"/experiments/{experiment}/start")
    config = p.create("dynamic_configs", rules=[p.rule(40, returnValue={"a": 1})])
    before, served = p.answers(gate, experiment, config), p.document()
    others = [("gates", p.create("gates", rules=[p.rule(40)])), ("dynamic_configs", p.create("dynamic_configs")),
              ("experiments", p.experiment()), ("segments", p.create("segments", type="id_list"))]
    for family, other in others:
        p.call("PUT", f"/{family}/{other}/archive")
    after = p.answers(gate, experiment, config)
    for name in before:
        p.same("a neighbour is archived", before[name], after[name])
    assert p.document()["feature_gates"][gate] == served["feature_gates"][gate]
    for family, other in others:
        p.call("DELETE", f"/{family}/{other}")
    now = p.document()
    for member in served:
        if member not in ("time", "checksum"):
            assert now[member] == served[member], member


def there_and_back(p):
    """What is switched off and on again is what it was."""
    gate = p.create("gates", rules=[p.rule(40)])
    experiment = p.experiment(allocation=80)
    p.call("PUT", f"/experiments/{experiment}/start", {"environments": ["staging"]})
    staged = p.answers(experiment, environment="staging")[experiment]
    p.call("PUT", f"/experiments/{experiment}/start")
    before = p.answers(gate, experiment)
    p.same("started for all after some environments", staged, p.answers(experiment, environment="staging")[experiment])
    p.same("production has the groups of staging", staged, before[experiment])
    for verbs in (["disable", "enable"], ["launch", "enable"], ["archive", "unarchive"]):
        for verb in verbs:
            p.call("PUT", f"/gates/{gate}/{verb}")
        p.same(" and ".join(verbs), before[gate], p.answers(gate)[gate])
    p.call("POST", f"/experiments/{experiment}/disable_groups", {"group_names": ["G0"]})
    p.kept("a group is disabled", before[experiment], p.answers(experiment)[experiment], lambda old, new: old[1] == new[1])
    p.call("POST", f"/experiments/{experiment}/enable_groups", {"group_names": ["G0"]})
    p.same("a group is enabled again", before[experiment], p.answers(experiment)[experiment])
    chosen = p.ids[:3]
    p.call("PATCH", f"/gates/{gate}/overrides", {"passingUserIDs": chosen})
    p.call("DELETE", f"/gates/{gate}/overrides", {"passingUserIDs": chosen})
    p.same("overrides come and go", before[gate], p.answers(gate)[gate])


def holdouts(p):
    """A user who is held out stays so while the holdout grows, from everything that it covers."""
    gates = [p.create("gates", rules=[p.rule(100)]) for _ in range(2)]
    holdout = p.create("holdouts", passPercentage=1, gateIDs=gates[:1])
    before = p.answers(holdout, *gates)
    for percentage in (2.5, 7, 10):
        p.call("PATCH", f"/holdouts/{holdout}", {"passPercentage": percentage, "gateIDs": gates})
        after = p.answers(holdout, *gates)
        p.kept("a holdout grows", before[holdout], after[holdout], lambda old, new: not old[0] or new[0])
        for gate in gates:
            p.kept("who is held out doesn't pass", after[holdout], after[gate], lambda held, answer: held[0] != answer[0])
        before = after


def lists(p):
    """A list that becomes a file of its own, and no file again, has the same members."""
    members = p.ids[:600]
    segment = p.create("segments", type="id_list")
    gate = p.create("gates", rules=[p.rule(100, [{"type": "passes_segment", "targetValue": segment}])])
    fill = [f"fill-{i}" for i in range(900)]
    p.call("PATCH", f"/segments/{segment}/id_list", {"ids": members})
    before = p.answers(gate)[gate]
    assert sum(value for value, _ in before) == len(members)
    for method in ("PATCH", "DELETE"):
        p.call(method, f"/segments/{segment}/id_list", {"ids": fill})
        assert (segment in p.document()["id_lists"]) == (method == "PATCH")
        p.same("a list goes over its size", before, p.answers(gate)[gate])


PROPERTIES = [growing_percentage, growing_allocation, neighbours_in_a_layer, harmless_edits, neighbours, there_and_back, holdouts,
              lists]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, help="stop after the round that is under way then")
    parser.add_argument("--users", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    compared, start = collections.Counter(), time.monotonic()
    for seed in range(arguments.seed, arguments.seed + arguments.rounds):
        with tempfile.TemporaryDirectory() as folder:
            data = os.path.join(folder, "data.sqlite")
            with Console("--data", data, "--no-rate-limits") as console:
                project = Project(console, seed, arguments.users, folder)
                for check in PROPERTIES:
                    check(project)
                before, answers = project.document(), project.answers()
            with Console("--data", data, "--no-rate-limits", key=console.key) as again:
                project.console = again
                assert project.document() == before, "a restart serves something else"
                for name, rows in project.answers().items():
                    project.same("the server restarts", answers[name], rows)
            compared.update(project.compared)
        if arguments.seconds and time.monotonic() - start > arguments.seconds:
            break
    for what, count in compared.items():
        print(f"{what}: {count} answers of {arguments.users} users in each round")
    print(f"{seed - arguments.seed + 1} rounds, {sum(compared.values())} answers compared, "
          f"{time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
