#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Random projects, authored through the API, evaluated by both official SDKs and by the engine.

    pip install statsig-python-core==0.24.2 statsig==0.72.1
    swift build -c release && scripts/console/projects.py [--projects N | --seconds S] [--seed N]

Every family, every type of condition with each of its operators, transitions in random order. The server-core SDK
evaluates the newer document, the legacy SDK the older one, the engine both; values, rules and groups have to be equal. What
is served after a restart, when all is compiled at once, has to be what was served before, change by change. And what is
answered has to be what was authored: gates that are disabled fail, decisions count, groups have their values.

Fails with 1 at any difference; with 2 when whole runs no longer come by everything they should.
"""
import argparse
import collections
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request

import conditions
from authoring import Author
from meaning import Meaning
from served import ROOT, Console
from transitions import change
from workers import NO_API, SDK

KINDS = ("gate", "experiment", "layer", "param_store")


def engine(document, lists, users, environment):
    """What the engine answers: value, rule and group by user, kind and name."""
    with tempfile.TemporaryDirectory() as folder:
        spec, people = os.path.join(folder, "spec.json"), os.path.join(folder, "users.jsonl")
        with open(spec, "w") as file:
            json.dump(document, file)
        with open(people, "w") as file:
            file.writelines(json.dumps(user) + "\n" for user in users)
        command = os.environ.get("GATEHOUSE", os.path.join(ROOT, ".build", "release", "gatehouse"))
        result = subprocess.run(
            [command, "evaluate", spec, "--users", people, "--format", "jsonl", "--id-lists", lists, "--environment", environment],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True)
    rows = (json.loads(line) for line in result.stdout.splitlines())
    return {(row["u"], row["kind"], row["name"]): [value(row), row.get("rule_id"), row.get("group_name")] for row in rows
            if row["kind"] in KINDS and not row["name"].startswith("__")}


def value(row):
    """What an SDK says; of a parameter the one way it can be read, `None` if there is none."""
    if row["kind"] != "param_store":
        return row["value"]
    return next((row["value"][type] for type in ("string", "float", "boolean") if type in row["value"]), None)


def documents(console, key):
    return {v: console.request("GET", f"/{v}/download_config_specs", key=key)[2] for v in ("v1", "v2")}


def download_lists(console, key, folder):
    """ID lists as files."""
    for name, entry in console.request("POST", "/v1/get_id_lists", {}, key)[2].items():
        with urllib.request.urlopen(entry["url"]) as response, open(os.path.join(folder, name), "wb") as file:
            file.write(response.read())


def author(console, seed, size):
    project = Author(console, seed)
    project.prepare()
    for _ in range(size):
        project.create()
        if project.chance(.5):
            change(project)
    for _ in range(size * 4):
        change(project)
    return project


def key_of(console, project):
    """A key that sees everything, or one that sees a part."""
    members = project.pick([{}] * 4 + [{"targetAppID": project.apps[0]}, {"environments": ["production"]},
                                       {"environments": ["staging", "qa"]},
                                       {"targetAppID": project.apps[1], "secondaryTargetAppIDs": project.apps[:1]}])
    return console.create_key(type="SERVER", **members), members


def run(seed, size, count, sdks, totals):
    """Authors a project and compares what everybody answers; the differences."""
    rand = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        data, lists = os.path.join(folder, "data.sqlite"), os.path.join(folder, "lists")
        os.mkdir(lists)
        with Console("--data", data, "--no-rate-limits") as console:
            project = author(console, seed, size)
            key, members = key_of(console, project)
            before = documents(console, key)
            download_lists(console, key, lists)
            meaning = Meaning(console)
            admin = console.key
            users = [conditions.user(rand, index) for index in range(count)]
            environment = rand.choice(members.get("environments") or ["production", "staging", "development", "qa"])
            answers = {v: engine(before[v], lists, users, environment) for v in before}
            rows = [(users[u], kind, name) for u, kind, name in answers["v2"]]
            types = {f"{store}/{name}": parameter["param_type"] for store, body in before["v2"]["param_stores"].items()
                     for name, parameter in body["parameters"].items()}
            for sdk in sdks:
                sdk.ask(console.url, key, environment, [[user, kind, name, types.get(name)] for user, kind, name in rows])
            found = {sdk.name: sdk.answers() for sdk in sdks}
        # A restart compiles everything at once.
        with Console("--data", data, "--no-rate-limits", key=admin) as console:
            after = documents(console, key)
    differences = [("restart", v, name, before[v][name], after[v][name])
                   for v in before for name in before[v] if before[v][name] != after[v].get(name)]
    found["engine on v1"] = [answers["v1"].get(place) for place in answers["v2"]]
    for section, names in meaning.served().items():
        if not members and names != set(before["v2"][section]):
            differences.append(("authored, but not served, or the other way round", sorted(names ^ set(before["v2"][section]))))
    for name in sorted({name for _, _, name in set(answers["v1"]) ^ set(answers["v2"])}):
        if only_disabled_ask(before, name):
            totals.explained["segments and holdouts that only disabled entities of a key ask"] += 1
        else:
            differences.append(("in one of the documents only", name))
    for place, ((user, kind, name), expected) in enumerate(zip(rows, answers["v2"].values(), strict=True)):
        totals.rules[rule_kind(kind, expected)] += 1
        # A key that sees a part gets rules that aren't all there.
        wrong = None if members else meaning.wrong(kind, name, user, environment, expected)
        if wrong:
            differences.append((wrong, environment, kind, name, expected, user))
        totals.meant += not members
        for who, results in found.items():
            answer = results[place]
            if answer == NO_API:
                continue
            totals.pairs[who] += 1
            if answer != expected:
                differences.append((who, environment, kind, name, expected, answer, user))
    totals.add(project)
    if differences:
        keep = tempfile.mkdtemp(prefix=f"gatehouse-projects-{seed}-")
        for version, document in before.items():
            with open(os.path.join(keep, version + ".json"), "w") as file:
                json.dump(document, file, indent=1)
        print(f"seed {seed}: the documents are in {keep}")
    return differences


def only_disabled_ask(documents, name):
    """Whether a segment or holdout is explained to be in the older document only.

    A key with apps gets those that its entities ask. The older format keeps the rules of what is disabled, the newer one
    doesn't: so what only those ask isn't in the newer document. No answer depends on it.
    """
    older = {gate["name"]: gate for gate in documents["v1"]["feature_gates"]}
    if name in documents["v2"]["feature_gates"] or name not in older or older[name]["entity"] not in ("segment", "holdout"):
        return False
    asking = [spec for section in ("feature_gates", "dynamic_configs", "layer_configs") for spec in documents["v1"][section]
              if any(condition["targetValue"] == name and condition["type"] in ("pass_gate", "fail_gate")
                     for rule in spec["rules"] for condition in rule["conditions"])]
    # Others that are there for the same reason may be between.
    return bool(asking) and all(not spec["enabled"] or only_disabled_ask(documents, spec["name"]) for spec in asking)


def rule_kind(kind, answer):
    """Which sort of rule decided, to see that all sorts do."""
    rule = answer[1] or ""
    known = ("default", "disabled", "prestart", "layerAssignment", "targetingGate", "launchedGroup", "abandoned", "id_list")
    last = rule.split(":")[-1]
    return f"{kind} {rule if rule in known else last if last.endswith('override') else 'rule'}"


class Totals:
    def __init__(self):
        self.pairs, self.rules, self.conditions = collections.Counter(), collections.Counter(), collections.Counter()
        self.accepted, self.refused, self.explained = collections.Counter(), collections.Counter(), collections.Counter()
        self.requests = self.projects = self.meant = 0

    def add(self, project):
        self.projects += 1
        self.requests += project.requests
        for mine, other in ((self.conditions, project.conditions), (self.accepted, project.accepted),
                            (self.refused, project.refused)):
            mine.update(other)

    def missing(self):
        """What has never come up."""
        return sorted(map(str, conditions.PAIRS - set(self.conditions))) + sorted(set(self.refused) - set(self.accepted))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--projects", type=int, default=60)
    parser.add_argument("--seconds", type=float, help="stop after the project that is under way then")
    parser.add_argument("--entities", type=int, default=40)
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    totals, differences, start = Totals(), [], time.monotonic()
    sdks = [SDK("core", "core on v2"), SDK("legacy", "legacy on v1")]
    try:
        for seed in range(arguments.seed, arguments.seed + arguments.projects):
            found = run(seed, arguments.entities, arguments.users, sdks, totals)
            for difference in found[:10]:
                print(f"seed {seed}:", *difference, sep="  ")
            differences += found
            if arguments.verbose:
                print(f"seed {seed}: {len(found)} differences", dict(totals.pairs), flush=True)
            if arguments.seconds and time.monotonic() - start > arguments.seconds:
                break
    finally:
        for sdk in sdks:
            sdk.stop()
    print(f"{totals.projects} projects, {totals.requests} requests ({sum(totals.accepted.values())} accepted, "
          f"{sum(totals.refused.values())} refused), {len(totals.conditions)} pairs of condition and operator")
    if arguments.verbose:
        print("requests:", dict(sorted(totals.accepted.items())), "\nrefused:", dict(sorted(totals.refused.items())))
    print("decided by:", dict(sorted(totals.rules.items())))
    print(f"{sum(totals.rules.values())} evaluations, {totals.meant} of them against what was authored; "
          f"compared: {dict(totals.pairs)}; {len(differences)} differences, explained: {dict(totals.explained)}; "
          f"{time.monotonic() - start:.0f} s; seeds {arguments.seed} to {arguments.seed + totals.projects - 1}")
    missing = totals.missing()
    if missing and not arguments.seconds and arguments.projects >= 60:
        print("never came up:", missing)
        sys.exit(2)
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
