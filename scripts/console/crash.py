#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""`gatehouse serve` killed in the middle of changes, and many writers at once.

    swift build -c release && scripts/console/crash.py [--rounds N | --seconds S] [--seed N]

After each `kill -9` every change that was acknowledged has to be there, none by half: an entity, its versions, its audit
entries, what other entities say of it, and the documents agree. Of writers that change the same thing at once each one's
change counts or is refused. Fails with 1 otherwise.
"""
import argparse
import http.client
import json
import os
import random
import signal
import sqlite3
import tempfile
import threading
import time
import urllib.error

from served import Console

ROOT = "/console/v1"


class Killed(Exception):
    pass


def call(console, method, path, body=None, headers=None):
    """Status and data; `Killed` when there is no answer, so that the outcome is unknown."""
    try:
        status, headers, answer = console.request(method, ROOT + path, body, headers=headers)
    except (urllib.error.URLError, ConnectionError, http.client.HTTPException, TimeoutError, ValueError) as error:
        raise Killed from error
    assert status < 500, (method, path, answer)
    return status, answer.get("data")


# Killed while it works

class Writer(threading.Thread):
    """Changes gates, segments and experiments of its own until the console is gone, and notes what was acknowledged."""

    def __init__(self, console, number, round, seed):
        super().__init__()
        self.console, self.prefix = console, f"w{number}_r{round}"
        self.random = random.Random(f"{seed} {self.prefix}")
        # What each entity has to be: members by path. The outcome of the last request is unknown.
        self.state, self.deleted, self.unsure = {}, set(), None
        self.segments, self.changes = {}, 0
        self.failure = None

    def run(self):
        try:
            while True:
                self.step()
        except Killed:
            pass
        except BaseException as error:
            self.failure = error

    def change(self, path, method, target, body, note):
        self.unsure = path
        status, _ = call(self.console, method, target, body)
        assert status // 100 == 2, (method, target, body, status)
        self.changes += 1
        note()
        self.unsure = None

    def step(self):
        gates = [path for path in self.state if path.startswith("/gates")]
        choice = self.random.random()
        if not gates or choice < .3:
            name = f"{self.prefix}_{self.changes}"
            self.change(f"/gates/{name}", "POST", "/gates", {"name": name, "description": ""},
                        lambda: self.state.__setitem__(f"/gates/{name}", {"description": ""}))
        elif choice < .6:
            path, text = self.random.choice(gates), f"text {self.changes}"
            self.change(path, "PATCH", path, {"description": text}, lambda: self.state[path].update(description=text))
        elif choice < .65:
            path = self.random.choice(gates)
            self.change(path, "PATCH", path + "/overrides", {"passingUserIDs": [f"id-{self.changes}"]}, lambda: None)
        elif choice < .7:
            path = self.random.choice(gates)

            def gone():
                del self.state[path]
                self.deleted.add(path)
            self.change(path, "DELETE", path, None, gone)
        elif choice < .85:
            path = "/segments/" + self.prefix
            if path not in self.state:
                self.change(path, "POST", "/segments", {"name": self.prefix, "type": "id_list"},
                            lambda: self.state.__setitem__(path, {"count": 0}))
            ids = [f"id-{self.changes}-{n}" for n in range(3)]
            self.change(path, "PATCH", path + "/id_list", {"ids": ids},
                        lambda: self.state[path].update(count=self.state[path]["count"] + len(ids)))
        else:
            name = f"{self.prefix}_e{self.changes}"
            path = "/experiments/" + name
            self.change(path, "POST", "/experiments", {"name": name, "layerID": "layer", "allocation": 0.1,
                                                       "groups": [{"name": "G", "size": 100, "parameterValues": {"p": name}}]},
                        lambda: self.state.__setitem__(path, {"status": "setup"}))
            self.change(path, "PUT", path + "/start", None, lambda: self.state[path].update(status="active"))
            # Two entities change at once: the experiment and the layer.
            self.change(path, "PUT", path + "/make_decision", {"id": "G", "decisionReason": ""},
                        lambda: self.state[path].update(status="decision_made"))


def check_writers(console, writers):
    changes = 0
    for writer in writers:
        if writer.failure:
            raise writer.failure
        changes += writer.changes
        for path, members in writer.state.items():
            status, entity = call(console, "GET", path)
            if path == writer.unsure:
                continue
            assert status == 200, f"{path} was acknowledged and is gone"
            for member, value in members.items():
                assert entity[member] == value, f"{path}: {member} is {entity[member]}, acknowledged was {value}"
        for path in writer.deleted - {writer.unsure}:
            status, _ = call(console, "GET", path)
            assert status == 404, f"{path} was deleted and is back"
    return changes


def check_whole(console, data):
    """Nothing is there by half."""
    def everything(family):
        found, page = [], 1
        while True:
            _, answer = call(console, "GET", f"/{family}?limit=100&page={page}")
            found, page = found + answer, page + 1
            if len(answer) < 100:
                return {entity["id"]: entity for entity in found}
    families = {family: everything(family) for family in ("gates", "segments", "experiments", "layers", "holdouts")}
    # Every gate joins the holdout in the same change that creates it, and leaves it in the one that deletes it.
    assert set(families["holdouts"]["everywhere"]["gateIDs"]) == set(families["gates"]), "a gate and its holdout disagree"
    # What the last decision has shipped is what the layer has.
    decided = {e["groups"][0]["parameterValues"]["p"] for e in families["experiments"].values() if e["status"] == "decision_made"}
    shipped = families["layers"]["layer"]["parameters"][0]["defaultValue"]
    assert shipped in decided if decided else shipped == "none", "a decision and its layer disagree"
    key = console.create_key(type="SERVER")
    document = console.request("GET", "/v2/download_config_specs", key=key)[2]
    served = {name for name, spec in document["feature_gates"].items() if spec["entity"] == "feature_gate"}
    assert served == set(families["gates"]), "the document has other gates"

    database = sqlite3.connect(f"file:{data}?mode=ro", uri=True)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    rows = database.execute("SELECT family, id, version, members FROM entity").fetchall()
    for family, id, version, members in rows:
        versions = database.execute("SELECT version, members, time, id FROM entityVersion WHERE family = ? AND entityID = ? "
                                    "ORDER BY id", (family, id)).fetchall()
        life = versions[max((place for place, row in enumerate(versions) if row[1] is None), default=-1) + 1:]
        assert [row[0] for row in life] == list(range(1, version + 1)), f"{family} {id}: versions {life}, entity {version}"
        shown, stored = json.loads(life[-1][1]), json.loads(members)
        for member, value in shown.items():
            assert member not in stored or stored[member] == value, f"{family} {id}: {member} isn't what its version has"
    entries = database.execute("SELECT COUNT(*) FROM entityVersion").fetchone()[0]
    audit = database.execute("SELECT COUNT(*) FROM auditEntry").fetchone()[0]
    missing = database.execute("SELECT family, entityID, version FROM entityVersion v WHERE NOT EXISTS "
                               "(SELECT 1 FROM auditEntry a WHERE a.time = v.time AND a.entityID = v.entityID)").fetchall()
    assert not missing, f"changes without an audit entry: {missing[:3]}"
    silent = database.execute("SELECT action, entityID FROM auditEntry WHERE changes = '{}' AND action LIKE '%overrides%'").fetchall()
    assert not silent, f"audit entries that don't say what has changed: {silent[:3]}"
    database.close()
    return len(rows), entries, audit


def killed(arguments, folder):
    rand = random.Random(arguments.seed)
    data = os.path.join(folder, "data.sqlite")
    key, changes, rounds, start = None, 0, 0, time.monotonic()
    writers = []
    while True:
        console = Console("--data", data, "--no-rate-limits", key=key)
        if key is None:
            key = console.key
            for path, body in (("/layers", {"name": "layer", "idType": "userID"}), ("/holdouts", {
                    "name": "everywhere", "isGlobal": True, "passPercentage": 1})):
                assert call(console, "POST", path, body)[0] // 100 == 2
            call(console, "PATCH", "/layers/layer", {"parameters": [{"name": "p", "type": "string", "defaultValue": "none"}]})
        else:
            changes += check_writers(console, writers)
            counts = check_whole(console, data)
        if rounds == arguments.rounds or arguments.seconds and time.monotonic() - start > arguments.seconds:
            console.process.terminate()
            console.process.wait(30)
            break
        rounds += 1
        writers = [Writer(console, number, rounds, arguments.seed) for number in range(arguments.writers)]
        for writer in writers:
            writer.start()
        time.sleep(rand.uniform(.05, arguments.longest))
        console.process.send_signal(signal.SIGKILL)
        console.process.wait(30)
        for writer in writers:
            writer.join(60)
    print(f"{rounds} times kill -9, {changes} acknowledged changes all there and whole; at last {counts[0]} entities, "
          f"{counts[1]} versions, {counts[2]} audit entries; {time.monotonic() - start:.0f} s")


# Many at once

def together(count, work):
    """Results of as many threads, which begin at the same time."""
    barrier, results, failures = threading.Barrier(count), [None] * count, []

    def run(number):
        barrier.wait()
        try:
            results[number] = work(number)
        except BaseException as error:
            failures.append(error)
    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    if failures:
        raise failures[0]
    return results


def at_once(console, writers=8, times=15):
    call(console, "POST", "/gates", {"name": "shared", "rules": []})
    # Each adds something of its own: all of it counts.
    together(writers, lambda n: [call(console, "PATCH", "/gates/shared/overrides", {"passingUserIDs": [f"{n}-{i}"]})
                                 for i in range(times)])
    _, overrides = call(console, "GET", "/gates/shared/overrides")
    assert set(overrides["passingUserIDs"]) == {f"{n}-{i}" for n in range(writers) for i in range(times)}, "an override is lost"
    together(writers, lambda n: [call(console, "POST", "/gates/shared/rule", {
        "name": f"{n}-{i}", "passPercentage": 1, "conditions": [{"type": "public"}]}) for i in range(times)])
    _, gate = call(console, "GET", "/gates/shared")
    assert sorted(rule["name"] for rule in gate["rules"]) == sorted(f"{n}-{i}" for n in range(writers) for i in range(times))
    # Each writer reads, changes and writes back: the second one is refused, and tries again.
    refused = 0

    def count(_):
        nonlocal refused
        for _ in range(times):
            while True:
                _, entity = call(console, "GET", "/gates/shared")
                number = int(entity["description"] or 0)
                status, _ = call(console, "PATCH", "/gates/shared", {"description": str(number + 1)},
                                 {"If-Match": str(entity["version"])})
                if status == 200:
                    break
                assert status == 409, status
                refused += 1
    together(writers, count)
    assert call(console, "GET", "/gates/shared")[1]["description"] == str(writers * times), "an update is lost"
    # One name, one entity.
    statuses = together(writers, lambda n: call(console, "POST", "/gates", {"name": "one of them", "description": str(n)})[0])
    assert sorted(statuses) == [201] + [400] * (writers - 1), statuses
    # Each bucket of a layer belongs to one experiment, in any order of requests.
    call(console, "POST", "/layers", {"name": "tight", "idType": "userID"})
    statuses = together(writers, lambda n: call(console, "POST", "/experiments", {
        "name": f"tight {n}", "layerID": "tight", "allocation": 30})[0])
    assert sorted(statuses) == [201] * 3 + [400] * (writers - 3), statuses
    key = console.create_key(type="SERVER")
    document = console.request("GET", "/v2/download_config_specs", key=key)[2]
    buckets = [set(document["condition_map"][rule["conditions"][0]]["targetValue"])
               for rule in document["layer_configs"]["tight"]["rules"]]
    assert len(buckets) == 3 and sum(map(len, buckets)) == len(set().union(*buckets)) == 900
    versions = call(console, "GET", "/gates/shared/versions?limit=1")[1]
    assert versions[0]["version"] == 1 + 3 * writers * times, versions[0]["version"]
    print(f"{writers} writers at once: {3 * writers * times} changes of one gate, none lost; {refused} refused with 409")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seconds", type=float, help="no more rounds after this")
    parser.add_argument("--writers", type=int, default=6)
    parser.add_argument("--longest", type=float, default=1.5, help="seconds until the kill at most")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        killed(arguments, folder)
        with Console("--data", os.path.join(folder, "writers.sqlite"), "--no-rate-limits") as console:
            at_once(console)


if __name__ == "__main__":
    main()
