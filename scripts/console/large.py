#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""How long a change of a large project takes: 1,000 gates, 300 experiments, 50 layers.

    swift build -c release && scripts/console/large.py [--edits N] [--check]

What is measured is what clients see, from this side of the connection, so it is more than the work itself: a change is
acknowledged when it is stored, compiled and published; a poll right after it has to have it; a start reads the project and
compiles all of it. With --check, fails with 1 above the limits: 50 ms for a change, 100 ms for the poll, 500 ms for what a
start takes longer than with no project.
"""
import argparse
import http.client
import json
import os
import random
import statistics
import sys
import tempfile
import time
import urllib.parse

from authoring import Author
from served import Console

GATES, EXPERIMENTS, LAYERS = 1000, 300, 50
LIMITS = {"change": 50, "poll": 100, "start": 500}


class Connection:
    """Requests over one connection, as a client that polls has."""

    def __init__(self, console):
        self.key = console.key
        self.http = http.client.HTTPConnection(urllib.parse.urlsplit(console.url).netloc, timeout=60)

    def request(self, method, path, body=None, key=None, headers=None):
        self.http.request(method, path, None if body is None else json.dumps(body),
                          {"STATSIG-API-KEY": key or self.key, "Content-Type": "application/json", **(headers or {})})
        response = self.http.getresponse()
        text = response.read()
        return response.status, response.headers, text

    def call(self, method, path, body=None):
        status, _, text = self.request(method, "/console/v1" + path, body)
        assert status // 100 == 2, (method, path, body, status, text)
        return json.loads(text)["data"]


def author(connection, seed):
    """A project of that size, with conditions, overrides, holdouts and experiments that run."""
    rand = random.Random(seed)

    class Stub:
        def request(self, method, path, body):
            status, headers, text = connection.request(method, path, body)
            return status, headers, json.loads(text)
    project = Author(Stub(), seed)
    project.prepare()
    layers = []
    for index in range(LAYERS):
        layers.append(connection.call("POST", "/layers", {"name": f"layer {index}", "idType": "userID"})["id"])
        connection.call("PATCH", "/layers/" + layers[-1], {"parameters": project.parameters()})
    for index in range(20):
        connection.call("POST", "/segments", {"name": f"segment {index}", "type": "rule_based", "rules": [
            project.rule(0, segment=True)]})
        project.names["segments"].append(f"segment_{index}")
    for index in range(GATES):
        rules = [project.rule(n) for n in range(rand.randrange(1, 5))]
        connection.call("POST", "/gates", {"name": f"gate {index}", "rules": rules})
        if index < 100:
            project.names["gates"].append(f"gate_{index}")
        if index % 10 == 0:
            connection.call("PATCH", f"/gates/gate_{index}/overrides", {"passingUserIDs": project.ids(k=10)})
    for index in range(EXPERIMENTS):
        # Five in each of forty layers, the others alone.
        layer = layers[index % 40] if index < 200 else None
        body = {"name": f"experiment {index}", "allocation": 15 if layer else 100, "groups": project.groups(layer)}
        connection.call("POST", "/experiments", {**body, **({"layerID": layer} if layer else {})})
        if index % 3:
            connection.call("PUT", f"/experiments/experiment_{index}/start")
    for index in range(5):
        connection.call("POST", "/holdouts", {
            "name": f"holdout {index}", "passPercentage": 2,
            "gateIDs": [f"gate_{n}" for n in rand.sample(range(GATES), 100)], "layerIDs": rand.sample(layers, 10)})


def milliseconds(work):
    start = time.perf_counter()
    result = work()
    return (time.perf_counter() - start) * 1000, result


def show(what, times, limit=None):
    times = sorted(times)
    middle = statistics.median(times)
    print(f"{what}: median {middle:.1f} ms, 95 % below {times[int(len(times) * .95)]:.1f} ms, at most {times[-1]:.1f} ms"
          + (f" (limit {limit} ms)" if limit else ""))
    return middle


def started(*arguments, key=None):
    """How long a console takes until it listens."""
    took, console = milliseconds(lambda: Console(*arguments, "--no-rate-limits", key=key))
    return took, console


def stop(console):
    console.process.terminate()
    console.process.wait(60)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--edits", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        data, empty = os.path.join(folder, "data.sqlite"), os.path.join(folder, "empty.sqlite")
        _, console = started("--data", data)
        connection = Connection(console)
        took, _ = milliseconds(lambda: author(connection, arguments.seed))
        key = console.create_key(type="SERVER")
        print(f"authored in {took / 1000:.1f} s")

        edits = {
            "a gate's rule": lambda n: ("PATCH", f"/gates/gate_{7 * n % GATES}", {"description": str(n), "rules": [
                {"name": "r", "passPercentage": n % 100, "conditions": [{"type": "public"}]}]}),
            "an experiment in a layer": lambda n: ("PATCH", f"/experiments/experiment_{n % 40}/overrides", {
                "overrides": [], "userIDOverrides": [{"groupID": "G0", "ids": [f"u{n}"]}]}),
            "a layer's parameters": lambda n: ("PATCH", f"/layers/layer_{n % LAYERS}", {"parameters": [
                {"name": name, "type": kind, "defaultValue": values[n % 2]}
                for name, kind, values in (("color", "string", ["a", "b"]), ("size", "number", [n, 2]),
                                           ("on", "boolean", [True, False]), ("list", "array", [[n], []]),
                                           ("map", "object", [{}, {"n": n}]))]}),
            "a holdout of 100 gates": lambda n: ("PATCH", f"/holdouts/holdout_{n % 5}", {"passPercentage": n % 90 / 10 + .05}),
        }
        since, sizes = 0, {}
        for what, edit in edits.items():
            changes, polls, old_polls = [], [], []
            for n in range(1, arguments.edits + 1):
                took, _ = milliseconds(lambda: connection.call(*edit(n)))
                changes.append(took)
                for version, times in (("v2", polls), ("v1", old_polls)):
                    took, (status, headers, text) = milliseconds(lambda: connection.request(
                        "GET", f"/{version}/download_config_specs/{key}.json?sinceTime={since}", key=key,
                        headers={"Accept-Encoding": "gzip"}))
                    assert status == 200 and headers["Content-Encoding"] == "gzip", headers
                    sizes[version] = len(text)
                    times.append(took)
                    assert int(headers["x-since-time"]) > since, "a poll right after a change doesn't have it"
                since = int(headers["x-since-time"])
            found.setdefault("change", []).append(show(f"change {what}", changes, LIMITS["change"]))
            found.setdefault("poll", []).append(show("  the first poll after it, v2", polls, LIMITS["poll"]))
            show("  and v1 after that", old_polls)
        document = json.loads(connection.request("GET", "/v2/download_config_specs", key=key)[2])
        print(f"document: {len(json.dumps(document)) / 1e6:.1f} MB, {sizes['v2'] / 1e6:.2f} MB compressed; "
              f"{len(document['feature_gates'])} gates, {len(document['dynamic_configs'])} configs, "
              f"{len(document['layer_configs'])} layers, {len(document['condition_map'])} conditions")
        stop(console)

        stop(started("--data", empty)[1])
        starts, without = [], []
        for _ in range(7):
            for path, times in ((data, starts), (empty, without)):
                took, again = started("--data", path, key=console.key)
                times.append(took)
                stop(again)
        longer = statistics.median(starts) - statistics.median(without)
        print(f"start: median {statistics.median(starts):.0f} ms, {statistics.median(without):.0f} ms without a project; "
              f"reading and compiling all of it takes {longer:.0f} ms (limit {LIMITS['start']} ms)")
        found["start"] = [longer]
    over = [name for name, values in found.items() if max(values) > LIMITS[name]]
    if over:
        print("over the limit:", ", ".join(over))
    sys.exit(1 if over and arguments.check else 0)


if __name__ == "__main__":
    main()
