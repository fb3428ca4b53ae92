#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""The official OpenAPI document of the Console API as the judge of `gatehouse serve`.

    pip install jsonschema
    scripts/console/official.py capiopenapi.json [--requests N] [--only CHECK]... [--save FILE]

The document is console-api/capiopenapi.json of the public repository statsig-io/docs. Nothing is fetched. The checks:

- paths: operations that the console doesn't serve answer 404 or 405 and say "not served".
- examples: requests with the examples of the document, and with each member of each body on its own, are accepted. What
  a member sets is in the answer or in the next read.
- answers: the answers to these requests have a documented status, fit the official schema and have the official
  message. A violation that the document's own example has as well doesn't count.
- queries: every documented query parameter is accepted, links to other pages keep them, and lists refuse unknown ones.
- bodies: each violation of each body's schema, and each unknown member, is refused.
- random: random requests, --requests of them, never get a 5xx.

A deviation is accepted if official_deviations.json has a pattern for it and a sentence of Choices.md that explains it.
Fails with 1 if there are other deviations, or if a pattern's sentence isn't in Choices.md.
"""
import argparse
import collections
import copy
import fnmatch
import json
import os
import random
import re
import sys
import urllib.parse

from official_document import Document
from official_project import Project
from served import ROOT, Console

CHOICES = os.path.join(ROOT, "Sources", "GatehouseConsole", "GatehouseConsole.docc", "Choices.md")
ACCEPTED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "official_deviations.json")
PORTION = 2_000
CHECKS = ("paths", "examples", "queries", "bodies", "random")


class Judge:
    def __init__(self, document, served):
        self.document = document
        self.counts = collections.Counter()
        # Deviations in the order in which they were found, with an example of a request and its answer.
        self.deviations = {}
        operations = [o for o in document.operations]
        self.served = [o for o in operations if o.shape in served]
        self.unserved = [o for o in operations if o.shape not in served]

    def deviate(self, check, operation, detail, request=None, answer=None):
        text = json.dumps(answer)[:300] if answer is not None else ""
        self.deviations.setdefault(f"{check} | {operation.name} | {detail}", (request, text))

    # Single requests

    def send(self, project, operation, path, body=None):
        status, answer = project.send(operation.method, "/console/v1" + path, body)
        if status >= 500:
            self.deviate("random", operation, f"status {status}", [path, body], answer)
        return status, answer

    def valid(self, project, operation, path, body, what):
        """Sends a request that the document allows and judges its answer."""
        status, answer = self.send(project, operation, path, body)
        self.counts["examples"] += 1
        if status >= 300:
            message = (answer or {}).get("message", "")
            errors = "; ".join(e.get("errorMessage", "") for e in (answer or {}).get("errors") or [])
            text = f"{what} is refused: {status} {shorten(errors or message)}"
            self.deviate("examples", operation, text, body, answer)
            return None
        self.judge(operation, status, answer)
        return answer

    def judge(self, operation, status, answer):
        self.counts["answers"] += 1
        if status not in operation.statuses():
            self.deviate("answers", operation, f"status {status}, official {operation.statuses()}")
        schema, example = operation.answer(status)
        if schema is None and operation.statuses():
            schema, example = operation.answer(operation.statuses()[0])
        if schema is None:
            return
        own = self.document.errors(schema, example) if example is not None else set()
        for error in sorted(self.document.errors(schema, answer) - own):
            self.deviate("answers", operation, error, None, answer)
        message = example.get("message") if isinstance(example, dict) else None
        if message not in (None, "string") and isinstance(answer, dict) and answer.get("message") != message:
            self.deviate("answers", operation, f"message {answer.get('message')!r}, official {message!r}")

    # Checks

    def paths(self, project):
        for operation in self.unserved:
            self.counts["paths"] += 1
            path = re.sub(r"{[^}]*}", "some-id", operation.path).removeprefix("/console/v1")
            status, answer = self.send(project, operation, path, {} if operation.body() else None)
            message = (answer or {}).get("message", "")
            if status not in (404, 405) or "not served" not in message:
                self.deviate("paths", operation, f"{status} {shorten(message)}", path, answer)

    def examples(self, project):
        for operation in self.served:
            path, body = project.prepare(operation)
            schema = operation.body()
            self.valid(project, operation, path, body if schema else None, "a plain request")
            if schema is None:
                continue
            resolved = self.document.resolve(schema)
            for part in (resolved, *(self.document.resolve(s) for s in resolved.get("oneOf", []))):
                if "example" in part and self.document.accepts(schema, part["example"]):
                    path, plain = project.prepare(operation)
                    text = json.dumps(part["example"])
                    for name, here in project.examples.items():
                        text = text.replace(f'"{name}"', f'"{here}"')
                    example = json.loads(text)
                    self.valid(project, operation, path, example, "the example")
            for name, member in resolved.get("properties", {}).items():
                if name == "rules" and name in body:
                    continue
                for value in self.samples(project, name, member):
                    path, plain = project.prepare(operation)
                    sent = {**plain, name: value}
                    if not self.document.accepts(schema, sent):
                        continue
                    answer = self.valid(project, operation, path, sent, f"{name} {shorten(json.dumps(value))}")
                    if answer is not None and name not in plain:
                        self.shown(project, operation, path, answer, name, value)

    def samples(self, project, name, schema):
        """A sample, every value of an enum, and null where it is allowed."""
        resolved = self.document.resolve(schema)
        yield self.document.sample(schema, name, project.override)
        if name != "status" and len(resolved.get("enum", [])) <= 30:
            yield from resolved.get("enum", [])
        if resolved.get("nullable"):
            yield None

    def shown(self, project, operation, path, answer, name, value):
        """What a member sets is in the answer, or in the next read of the resource."""
        aliases = {"targetAppID": "primaryTargetApp", "secondaryTargetAppIDs": "secondaryTargetApps", "ids": "count",
                   "targetAppIDs": "targetApps", "teamID": "team", "defaultValueJson5": "defaultValue",
                   "schemaJson5": "schema"}
        if operation.method in ("DELETE", "PUT") or operation.path.endswith("invite") or value in (None, [], {}):
            return
        data = (answer or {}).get("data")
        texts = [json.dumps(data)]
        _, read = project.send("GET", "/console/v1" + path)
        texts.append(json.dumps(read))
        names = (name, aliases.get(name, name))
        if not any(f'"{n}":' in text for text in texts for n in names):
            self.deviate("examples", operation, f"{name} is accepted and not shown", {name: value}, answer)

    def queries(self, project):
        for _ in range(2):
            for operation in self.served:
                if operation.method == "POST":
                    path, body = project.prepare(operation)
                    project.send("POST", "/console/v1" + path, body)
        for operation in self.served:
            if operation.method != "GET":
                continue
            path, _ = project.prepare(operation)
            known = {}
            for parameter in operation.query():
                schema, name = parameter["schema"], parameter["name"]
                values = [self.document.sample(schema, name)]
                parts = [self.document.resolve(s) for s in schema.get("oneOf", [schema])]
                values += [v for p in parts for v in p.get("enum", [])]
                if name == "limit":
                    values = [1, 100, 1000]
                elif name == "page":
                    values = [1, 2]
                elif name.endswith("Date"):
                    values = ["2024-01-01"]
                elif name == "latestID":
                    continue
                for value in values:
                    self.counts["queries"] += 1
                    value = value[0] if isinstance(value, list) and value else value
                    status, answer = self.send(project, operation, f"{path}?{urllib.parse.urlencode({name: value})}")
                    if status != 200:
                        self.deviate("queries", operation, f"{name}={value}: {status}", None, answer)
                    elif (answer or {}).get("pagination") is None and name in ("limit", "page"):
                        self.deviate("queries", operation, "no pagination", None, answer)
                if name not in ("limit", "page"):
                    known[name] = values[0][0] if isinstance(values[0], list) and values[0] else values[0]
            if not operation.query():
                continue
            self.counts["queries"] += 1
            status, answer = self.send(project, operation, path + "?unknownFilter=1")
            if status != 400 or "unknownFilter" not in json.dumps(answer):
                self.deviate("queries", operation, f"an unknown parameter: {status}", None, answer)
            self.links(project, operation, path, known)

    def links(self, project, operation, path, known):
        if not any(p["name"] == "page" for p in operation.query()):
            return
        for filters in ({}, *({name: value} for name, value in known.items())):
            self.counts["queries"] += 1
            sent = {"limit": 1, **filters}
            status, answer = self.send(project, operation, f"{path}?{urllib.parse.urlencode(sent)}")
            following = ((answer or {}).get("pagination") or {}).get("nextPage") if status == 200 else None
            if following:
                kept = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(following).query))
                for name, value in sent.items():
                    if kept.get(name) != str(value):
                        self.deviate("queries", operation, f"nextPage is without {name}", following)

    def bodies(self, project):
        for operation in self.served:
            schema = operation.body()
            if schema is None:
                continue
            resolved = self.document.resolve(schema)
            path, plain = project.prepare(operation)
            first = plain
            members = [None, *resolved.get("properties", {})]
            for member in members:
                if member is not None and member in plain:
                    continue
                whole = copy.deepcopy(first)
                if member is not None:
                    whole[member] = self.full(project, member, resolved["properties"][member])
                if member is not None and self.document.accepts(schema, whole):
                    # A body that is refused for another reason would hide that its faults aren't seen.
                    sent = {**whole, **plain}
                    status, answer = self.send(project, operation, path, sent)
                    self.counts["bodies"] += 1
                    if status >= 400:
                        self.deviate("bodies", operation, f"a whole {member} is refused: {status}", sent, answer)
                    else:
                        path, plain = project.prepare(operation)
                for text, bad in self.document.violations(schema, whole, ""):
                    if member is not None and not text.startswith((member, "unknown member in " + member)):
                        continue
                    if isinstance(bad, dict) and plain is not first:
                        bad = {n: plain[n] if n in first and v == first[n] else v for n, v in bad.items()}
                    if not self.violate(project, operation, schema, path, text, bad):
                        # The resource isn't as it was, or its name is taken.
                        path, plain = project.prepare(operation)

    def full(self, project, name, schema, depth=0):
        """A sample with all members, so that violations reach each of them."""
        schema = self.document.resolve(schema)
        if name not in ("conditions", "returnValue", "defaultValue") and depth < 4:
            if "oneOf" in schema:
                return self.full(project, name, schema["oneOf"][0], depth + 1)
            if schema.get("properties"):
                return {n: self.full(project, n, s, depth + 1) for n, s in schema["properties"].items()}
            if schema.get("type") == "array":
                value = [self.full(project, "", schema["items"], depth + 1)]
                if self.document.accepts(schema, value) and isinstance(value[0], dict):
                    return value
        return self.document.sample(schema, name, project.override)

    def violate(self, project, operation, schema, path, text, bad):
        """Sends a body with a fault; whether it was refused."""
        if not text.startswith("unknown") and self.document.accepts(schema, bad):
            return True
        self.counts["bodies"] += 1
        status, _ = self.send(project, operation, path, bad)
        if status < 400:
            self.deviate("bodies", operation, f"{text} is accepted", shorten(json.dumps(bad), 300))
        return status >= 400

    def random(self, project, count, seed):
        numbers = random.Random(seed)
        faults = {}
        rubbish = [None, True, 0, -1, 1e308, 2**53, "", "x", "\x00", "é" * 300, "a/b", [], [[]], {}, {"x": {}},
                   ["x"] * 200]
        ready, plain = {}, {}
        for _ in range(count):
            operation = numbers.choice(self.served)
            if operation.shape not in ready or numbers.random() < 0.02:
                ready[operation.shape], plain[operation.shape] = project.prepare(operation)
            path, body = ready[operation.shape], None
            schema = operation.body()
            if schema is not None:
                body = copy.deepcopy(plain[operation.shape])
                properties = self.document.resolve(schema).get("properties", {})
                for name in numbers.sample(sorted(properties), numbers.randint(0, min(4, len(properties)))):
                    value = self.full(project, name, properties[name])
                    if numbers.random() < 0.5:
                        value = numbers.choice(rubbish)
                    elif numbers.random() < 0.5:
                        at = (operation.shape, name)
                        if at not in faults:
                            faults[at] = [v for _, v in self.document.violations(properties[name], value, "value")]
                        value = numbers.choice(faults[at] or [value])
                    body[name] = value
                if numbers.random() < 0.03:
                    body = numbers.choice(rubbish)
            elif operation.query() and numbers.random() < 0.7:
                names = [p["name"] for p in operation.query()]
                path += "?" + urllib.parse.urlencode(
                    {n: numbers.choice([1, 0, -1, "x", "", "a tag", 10**30, "2024-01-01", "\x00"])
                     for n in numbers.sample(names, numbers.randint(1, len(names)))})
            if numbers.random() < 0.03:
                path = path.replace("_", numbers.choice(["%00", "%2F", "..", "é".encode().hex(), "_" * 300]), 1)
            self.counts["random"] += 1
            self.send(project, operation, path, body)


def shorten(text, length=100):
    return text if len(text) <= length else text[:length] + "…"


def accepted():
    """Patterns of deviations that Choices.md explains."""
    with open(CHOICES) as file:
        choices = " ".join(file.read().split())
    with open(ACCEPTED) as file:
        entries = json.load(file)
    missing = sorted({e["because"] for e in entries if e["because"] not in choices})
    return entries, missing


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("document")
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", choices=CHECKS)
    parser.add_argument("--families", action="store_true", help="print which operations of each family are served")
    parser.add_argument("--save", help="a file for all deviations with their requests and answers")
    arguments = parser.parse_args()
    document = Document(arguments.document)
    judge = None
    for check in arguments.only or CHECKS:
        with Console("--in-memory", "--no-rate-limits") as console:
            if judge is None:
                paths = console.request("GET", "/openapi.json")[2]["paths"]
                judge = Judge(document, {(m.upper(), re.sub(r"{[^}]*}", "{}", p)) for p, e in paths.items() for m in e})
            project = Project(console)
            if check == "random":
                judge.random(project, min(arguments.requests, PORTION), arguments.seed)
            else:
                getattr(judge, check)(project)
            if console.request("GET", "/v1/health")[0] != 200:
                raise SystemExit("the console is gone")
    # The others in portions, each to a console of its own, so that projects stay small.
    for start in range(PORTION, arguments.requests if judge.counts["random"] else 0, PORTION):
        with Console("--in-memory", "--no-rate-limits") as console:
            judge.random(Project(console), min(PORTION, arguments.requests - start), arguments.seed + start)
    entries, missing = accepted()
    listed, other, used = collections.Counter(), collections.Counter(), set()
    for text in judge.deviations:
        reason = next((e for e in entries if fnmatch.fnmatchcase(text, e["deviation"])), None)
        (listed if reason else other)[text.split(" | ")[0]] += 1
        if reason:
            used.add(reason["deviation"])
        else:
            print(text)
    if arguments.save:
        with open(arguments.save, "w") as file:
            json.dump({k: v for k, v in judge.deviations.items()}, file, indent=1)
    if arguments.families:
        # The tag MCP stands beside a family's.
        families = collections.Counter(next(t for t in o.entry["tags"] if t != "MCP") for o in document.operations)
        there = collections.Counter(next(t for t in o.entry["tags"] if t != "MCP") for o in judge.served)
        for family, count in sorted(families.items()):
            print(f"| {family} | {there[family]} of {count} |")
    print(f"\n{len(judge.served)} of {len(document.operations)} operations are served.")
    print(f"{'check':<10} {'requests':>8} {'listed':>8} {'other':>8}")
    for check in ("paths", "examples", "answers", "queries", "bodies", "random"):
        print(f"{check:<10} {judge.counts[check]:>8} {listed[check]:>8} {other[check]:>8}")
    for sentence in missing:
        print(f"Choices.md doesn't say: {sentence}")
    if not arguments.only:
        for entry in entries:
            if entry["deviation"] not in used:
                print(f"no longer there: {entry['deviation']}")
    return 1 if other or missing else 0


if __name__ == "__main__":
    sys.exit(main())
