#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Public programs that speak the Console API, unmodified, against `gatehouse serve`.

    sudo scripts/console/clients.py [options]

Each option gives a program that is at hand; those that aren't given are named and skipped. Nothing is fetched or built.

    --terraform FILE         Terraform 1.x
    --provider FILE          statsig-io/terraform-provider-statsig, built
    --provider-tests FILE    its acceptance tests, built with `go test -c`
    --provider-sources DIR   its sources, whose tests/test_resources the tests read
    --migrations FILE        statsig-io/migrations, bundled for Node.js
    --template FILE          statsig-io/launchDarkly_migration_script_template, bundled for Node.js
    --agent-statsig FILE     shhac/agent-statsig, built
    --mcp DIR                stwood23/statsig-mcp-stats, for the Python that runs this script
    --sdk FILE               emmanuelnk/statsig-console-sdk-ts, bundled for Node.js as CommonJS
    --document FILE          the official OpenAPI document, which lists the operations for --sdk
    --only NAME              one of these programs; may be given several times

The programs send to the official addresses. The script therefore moves into a network of its own, which has nothing but
a loopback interface, where those names are 127.0.0.1 and a console has port 443. That needs root on Linux.

Prints a table, and each call that failed. Fails with 1 if a call failed that the console serves.
"""
import argparse
import http.server
import json
import os
import re
import select
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.parse

from clients_data import AGENT_COMMANDS, FLAGS, LIFE, MCP_SCRIPT, PROVIDER, SDK_SCRIPT, SEGMENTS, UNSERVED_TESTS
from official_document import Document
from official_project import Project
from served import Console

GROUP_BY = "Object.groupBy??=(a,f)=>{const r={};for(const x of a)(r[f(x)]??=[]).push(x);return r}"
NAMES = ("statsigapi.net", "api.statsig.com", "app.launchdarkly.com", "prodregistryv2.org", "featureassets.org")


def isolate():
    """Starts this script again where the official names are this machine and nothing else can be reached."""
    if os.environ.get("GATEHOUSE_CLIENTS_ISOLATED"):
        return
    os.environ["GATEHOUSE_CLIENTS_ISOLATED"] = "1"
    setup = ('ip link set lo up && printf "127.0.0.1 localhost statsigapi.net api.statsig.com\\n'
             '127.0.0.2 app.launchdarkly.com prodregistryv2.org featureassets.org\\n" >"$0/hosts" && '
             'mount --bind "$0/hosts" /etc/hosts && exec "$@"')
    folder = tempfile.mkdtemp()
    try:
        raise SystemExit(subprocess.run(["unshare", "--mount", "--net", "sh", "-c", setup, folder,
                                         sys.executable, "-B", *sys.argv]).returncode)
    finally:
        shutil.rmtree(folder)


class Served:
    """A console at the official address, over TLS."""

    def __init__(self, folder, *arguments):
        self.folder = folder
        self.console = Console("--in-memory", "--no-rate-limits", "--port", "443", "--tls-certificates",
                               f"{folder}/certificate.pem", "--tls-key", f"{folder}/key.pem", *arguments)

    def __enter__(self):
        console = self.console.__enter__()
        console.url = "https://statsigapi.net"
        return console

    def __exit__(self, *error):
        self.console.__exit__(*error)


def run(command, timeout=600, **options):
    result = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout, **options)
    return result.returncode, result.stdout


def must(console, method, path, body=None):
    status, _, answer = console.request(method, "/console/v1" + path, body)
    assert status < 300, f"{method} {path}: {status} {answer}"
    return answer["data"]


def everything(console, path):
    """All rows of a list, with its pages."""
    rows = []
    while path:
        _, _, answer = console.request("GET", path)
        rows += answer["data"]
        path = (answer.get("pagination") or {}).get("nextPage")
    return rows


def terraform_project(console):
    """What the acceptance tests expect in a project."""
    for name in ("my_gate_2", "a_failing_gate", "targeting_gate"):
        must(console, "POST", "/gates", {"name": name})
    for name in ("growth_org", "promo_id_list"):
        must(console, "POST", "/segments", {"name": name, "type": "id_list", "idType": "userID"})
    must(console, "POST", "/layers", {"name": "a_layer", "idType": "userID"})
    must(console, "PATCH", "/layers/a_layer", {"parameters": [
        # The provider sends all values as text.
        {"name": "a_string", "type": "string", "defaultValue": ""},
        {"name": "a_bool", "type": "string", "defaultValue": ""}]})
    for name in ("test-tag", "test-tag-a", "test-tag-b"):
        must(console, "POST", "/tags", {"name": name, "description": ""})


def active_keys(console, besides):
    return [k["id"] for k in must(console, "GET", "/keys") if k["status"] == "active" and k["id"] not in besides]


def environment(options, folder, console, **others):
    return {**os.environ, "STATSIG_CONSOLE_KEY": console.key, "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": f"{folder}/terraform.rc", "TF_LOG": "", **others}


# Programs: each yields a call, whether it worked, and what it said.

def provider_tests(options, folder):
    with Served(folder, *options.serve) as console:
        terraform_project(console)
        before = {k["id"] for k in must(console, "GET", "/keys")}
        variables = environment(options, folder, console, TF_ACC="1", TF_ACC_TERRAFORM_PATH=options.terraform,
                                statsig_console_key=console.key, statsig_whn_console_key=console.key)
        sources = f"{options.provider_sources}/tests"
        _, output = run([options.provider_tests, "-test.v"], 1500, cwd=sources, env=variables)
        for result, name in re.findall(r"^--- (PASS|FAIL): (\w+)", output, re.MULTILINE):
            text = output.split(f"=== RUN   {name}\n", 1)[-1].split("--- ", 1)[0]
            yield name, result == "PASS", " ".join(text.split()), UNSERVED_TESTS.get(name)
        left = active_keys(console, before)
        yield "no key of the tests is active", not left, str(left), None


def terraform(options, folder):
    """The life of resources: create, read, update, import, destroy."""
    work, other = f"{folder}/life", f"{folder}/import"
    os.makedirs(work)
    os.makedirs(other)
    with Served(folder, *options.serve) as console:
        before = {k["id"] for k in must(console, "GET", "/keys")}
        variables = environment(options, folder, console)

        def step(name, *arguments, cwd=work, expected=0):
            command, *rest = arguments
            code, output = run([options.terraform, command, "-no-color", *rest], 300, cwd=cwd, env=variables)
            return name, code == expected, f"exit code {code}: {output[-600:]}", None

        def write(text, path=work):
            with open(f"{path}/main.tf", "w") as file:
                file.write(text)

        def changed():
            """Another text and another percentage. The provider needs the key in the configuration of an update."""
            with open(f"{work}/terraform.tfstate") as file:
                resources = json.load(file)["resources"]
            held = {f"{r['type']}.{r['name']}": r["instances"][0]["attributes"] for r in resources}
            text = LIFE.replace("first text", "second text").replace("= 10\n", "= 20\n")
            for name, attributes in held.items():
                if attributes.get("key"):
                    head = f'resource "statsig_keys" "{name.split(".")[1]}" {{\n'
                    text = text.replace(head, f'{head}  key = "{attributes["key"]}"\n')
            return held, PROVIDER + text

        write(PROVIDER + LIFE)
        yield step("apply", "apply", "-auto-approve", "-input=false")
        yield step("the plan is empty", "plan", "-detailed-exitcode", "-input=false")
        held, text = changed()
        keys = {n: a["key"] or "" for n, a in held.items() if n.startswith("statsig_keys")}
        masked = [n for n, key in keys.items() if not re.fullmatch(r"\w+-\w+", key)]
        yield "the state has whole keys", not masked, str(masked), None
        write(text)
        yield step("update", "apply", "-auto-approve", "-input=false")
        yield step("the plan is empty after an update", "plan", "-detailed-exitcode", "-input=false")
        write(PROVIDER + "\n".join(f'resource "{n.split(".")[0]}" "{n.split(".")[1]}" {{}}' for n in held), other)
        for name, attributes in held.items():
            if name.startswith(("statsig_keys", "statsig_gate")):
                identity = attributes.get("key") or attributes["id"]
                yield step("import " + name, "import", "-input=false", name, identity, cwd=other)
        write(text.split('resource "statsig_unit')[0], other)
        yield step("the plan is empty after imports", "plan", "-detailed-exitcode", "-input=false", cwd=other)
        yield step("destroy", "destroy", "-auto-approve", "-input=false")
        left = active_keys(console, before)
        yield "no key is active after destroy", not left, str(left), None
        gates = [g["id"] for g in must(console, "GET", "/gates")]
        yield "no gate is left after destroy", not gates, str(gates), None


class LaunchDarkly(http.server.BaseHTTPRequestHandler):
    """The flags and segments that the migration scripts read, and an end for the events that one of them sends."""

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer({"success": True})

    def do_GET(self):
        path = self.path.split("?")[0].removeprefix("/api/v2").strip("/").split("/")
        if path[0] == "flags":
            found = [f for f in FLAGS if path[2:] in ([], [f["key"]])]
            answer = found[0] if len(path) == 3 else {"items": found}
        elif path[0] == "segments":
            answer = {"items": SEGMENTS if path[2] == "production" else []}
        elif path[2] == "environments":
            answer = {"items": [{"key": n, "critical": n == "production"} for n in ("production", "development")]}
        else:
            answer = {"items": [{"key": "user"}, {"key": "device"}]}
        self.answer(answer)

    def answer(self, answer):
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def launch_darkly(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.2", 443), LaunchDarkly)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/certificate.pem", f"{folder}/key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def node(folder, console, *command):
    """Runs a script, and says yes whenever it asks."""
    # Node.js 20 hasn't got Object.groupBy, which a script calls.
    process = subprocess.Popen(
        ["node", "--import", "data:text/javascript," + urllib.parse.quote(GROUP_BY), *command], cwd=folder,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "STATSIG_API_KEY": console.key, "LAUNCHDARKLY_API_KEY": "api-key"})
    clock = threading.Timer(60, process.kill)
    clock.start()
    output = b""
    while True:
        if not select.select([process.stdout], [], [], 8)[0]:
            # It has no more questions. Open standard input would keep it alive.
            process.stdin.close()
            select.select([process.stdout], [], [])
        text = os.read(process.stdout.fileno(), 65536)
        if not text:
            break
        output += text
        if output.endswith(b"(y/n) "):
            process.stdin.write(b"y\n")
            process.stdin.flush()
    clock.cancel()
    return process.wait(), output.decode()


def template(options, folder):
    """The script first deletes every gate with its tag: 120 of 270."""
    with Served(folder, *options.serve) as console:
        must(console, "POST", "/tags", {"name": "Migration Script", "description": ""})
        for number in range(270):
            tags = ["Migration Script"] if number < 120 else []
            must(console, "POST", "/gates", {"name": f"gate {number}", "tags": tags})
        server = launch_darkly(folder)
        code, output = node(folder, console, options.template, "project")
        server.shutdown()
        server.server_close()
        gates = everything(console, "/console/v1/gates?limit=100")
        old = {g["name"] for g in gates if g["name"].startswith("gate ")}
        kept = {f"gate {n}" for n in range(120, 270)}
        yield "120 gates with the tag are found", 'Found 120 feature gates' in output, output[:200], None
        yield "exactly 120 are deleted", old == kept, f"{270 - len(old)} deleted, {len(kept - old)} wrongly", None
        for flag in FLAGS:
            if flag["kind"] == "boolean":
                gate = next((g for g in gates if g["id"] == flag["key"]), None)
                yield f"flag {flag['key']}", gate is not None and len(gate["rules"]) > 0, output[-600:], None
        overrides = console.request("GET", f"/console/v1/gates/{FLAGS[0]['key']}/overrides")[2]
        yield "overrides of environments", "chosen-user" in json.dumps(overrides), json.dumps(overrides), None
        yield "exit code", code == 0 and "Error" not in output, output[-600:], None


def migrations(options, folder):
    arguments = ["--from", "launchdarkly", "--launchdarkly-project-id", "project",
                 "--context-kind-to-unit-id", "device=stableID"]
    with Served(folder, *options.serve) as console:
        server = launch_darkly(folder)
        for turn in ("first", "second"):
            # The second turn deletes what the first one made.
            code, output = node(folder, console, options.migrations, *arguments)
            yield f"exit code of the {turn} turn", code == 0, output[-800:], None
            failed = re.findall(r"Failed to .*", output)
            yield f"calls of the {turn} turn", not failed, "; ".join(failed), None
            for flag in FLAGS:
                family = "gates" if flag["kind"] == "boolean" else "dynamic_configs"
                status, _, _ = console.request("GET", f"/console/v1/{family}/{flag['key']}")
                yield f"{family} {flag['key']} in the {turn} turn", status == 200, output[-800:], None
            for segment in SEGMENTS:
                status, _, _ = console.request("GET", f"/console/v1/segments/{segment['key']}")
                yield f"segment {segment['key']} in the {turn} turn", status == 200, output[-800:], None
        server.shutdown()
        server.server_close()


def agent_statsig(options, folder):
    with Served(folder, *options.serve) as console:
        client = console.create_key(type="CLIENT")
        variables = {**os.environ, "XDG_CONFIG_HOME": f"{folder}/agent"}
        known = {"CONSOLE": console.key, "CLIENT": client}
        for command in AGENT_COMMANDS:
            words = [known.get(w, w) for w in command.split("|")]
            code, output = run([options.agent_statsig, *words], 60, env=variables)
            shown = " ".join("…" if w in (console.key, client) else w for w in words)
            yield shown, code == 0, output[:300], None
            rules = re.findall(r'"(?:id|ruleID)": "([^"]+)"', output)
            if words[1:3] in (["rule", "list"], ["rule", "add"]) and rules:
                known["RULE"] = rules[-1]
            group = re.search(r'"groups": \[\s*{[^}]*?"id": "([^"]+)"', output)
            if group:
                known["GROUP"] = group.group(1)


def mcp(options, folder):
    with Served(folder, *options.serve) as console:
        server = console.create_key(type="SERVER")
        event = {"eventName": "an_event", "user": {"userID": "u"}}
        console.request("POST", "/v1/log_event", {"events": [event]}, key=server)
        must(console, "POST", "/target_app", {"name": "app", "description": ""})
        must(console, "POST", "/segments", {"name": "made_before", "type": "id_list", "idType": "userID"})
        must(console, "POST", "/users/invite", {"role": "Admin", "emails": ["a@example.com"]})
        _, output = run([sys.executable, "-B", "-c", MCP_SCRIPT], 120, cwd=options.mcp,
                        env={**os.environ, "STATSIG_CONSOLE_API_KEY": console.key, "PYTHONPATH": options.mcp})
        lines = [json.loads(line) for line in output.splitlines() if line.startswith('{"call"')]
        for line in lines:
            yield line["call"], line["ok"], line["answer"], line["unserved"]
        yield "the server's calls end", bool(lines) and output.rstrip().endswith("done"), output[-500:], None


def sdk(options, folder):
    document = Document(options.document)
    with Served(folder, *options.serve) as console:
        paths = console.request("GET", "/openapi.json")[2]["paths"]
        served = {(m.upper(), re.sub(r"{[^}]*}", "{}", p)) for p, e in paths.items() for m in e}
        project = Project(console)
        calls = []
        for operation in document.operations:
            if operation.shape not in served:
                continue
            path, body = project.prepare(operation)
            places = operation.path.removeprefix("/console/v1").split("/")
            values = dict(zip(places, path.split("/")))
            calls.append({
                "name": operation.name,
                "method": "consoleV1" + re.sub(r"\W|_", "", operation.path[11:]) + operation.method,
                "path": [v for p, v in values.items() if p.startswith("{")],
                "body": body if operation.body() else None})
        typed = json.dumps({"key": console.key, "calls": calls})
        code, output = run(["node", "-e", SDK_SCRIPT, options.sdk], 300, input=typed)
        lines = [json.loads(line) for line in output.splitlines() if line.startswith('{"call"')]
        for line in lines:
            yield line["call"], line["ok"], line["answer"], line.get("unserved")
        yield "the calls end", code == 0 and len(lines) == len(calls), output[-500:], None


PROGRAMS = {
    "provider-tests": (provider_tests, ("terraform", "provider_tests", "provider_sources")),
    "terraform": (terraform, ("terraform", "provider")),
    "template": (template, ("template",)),
    "migrations": (migrations, ("migrations",)),
    "agent-statsig": (agent_statsig, ("agent_statsig",)),
    "mcp": (mcp, ("mcp",)),
    "sdk": (sdk, ("sdk", "document")),
}


def main():
    parser = argparse.ArgumentParser()
    files = ("terraform", "provider", "provider-tests", "provider-sources", "migrations", "template", "agent-statsig",
             "mcp", "sdk", "document")
    for name in files:
        parser.add_argument("--" + name, type=os.path.abspath)
    parser.add_argument("--only", action="append", choices=PROGRAMS)
    parser.add_argument("--serve", default="--show-keys", help="more options of gatehouse serve")
    options = parser.parse_args()
    options.serve = options.serve.split()
    isolate()
    rows, failures = [], []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                        "-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem", "-days", "2",
                        "-subj", "/CN=gatehouse", "-addext", "subjectAltName=" + ",".join("DNS:" + n for n in NAMES)],
                       check=True, stderr=subprocess.DEVNULL)
        for name in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"):
            os.environ[name] = f"{folder}/certificate.pem"
        with open(f"{folder}/terraform.rc", "w") as file:
            if options.provider:
                binary = f"{folder}/plugins"
                os.makedirs(binary)
                os.symlink(options.provider, f"{binary}/terraform-provider-statsig")
                file.write('provider_installation {\n  dev_overrides {\n    "statsig-io/statsig" = "' + binary +
                           '"\n  }\n  direct {}\n}\n')
        for name, (program, needed) in PROGRAMS.items():
            if options.only and name not in options.only:
                continue
            absent = [n.replace("_", "-") for n in needed if not getattr(options, n)]
            if absent:
                rows.append((name, "skipped, without --" + " --".join(absent), "", ""))
                continue
            work = tempfile.mkdtemp(dir=folder)
            for file in ("key.pem", "certificate.pem", "terraform.rc"):
                shutil.copy(f"{folder}/{file}", work)
            results = []
            try:
                for result in program(options, work):
                    results.append(result)
            except (AssertionError, OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
                results.append(("ends", False, repr(error), None))
            served = [r for r in results if not r[3]]
            rows.append((name, f"{sum(r[1] for r in served)} of {len(served)}",
                         f"{sum(r[1] for r in results if r[3])} of {len(results) - len(served)}",
                         ", ".join(sorted({r[3] for r in results if r[3]}))))
            for call, worked, text, _ in served:
                if not worked:
                    failures.append(call)
                    print(f"{name}: {call}: {text}\n", flush=True)
    print(f"{'program':<16} {'served':<12} {'not served':<12} families that aren't served")
    for row in rows:
        print(f"{row[0]:<16} {row[1]:<12} {row[2]:<12} {row[3]}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
