#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Random and malformed requests against `gatehouse serve`, made from its own /openapi.json.

    pip install -r scripts/requirements.txt
    scripts/console/fuzz.py [--examples N | --seconds N]

Four keys are tried at the same time, each with a console of its own. Examples are for each operation and key; 85 of them,
the default, come to 10,000 requests. With --seconds there are as many as the time allows.

Fails with 1 if an answer is a 5xx other than a documented one, isn't what the description says, shows a secret, or if the
log has one.
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile

from served import SAMPLE, Console

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method"


KEYS = {
    "console": {"type": "CONSOLE", "scopes": ["omni_read_write", "can_access_keys"]},
    "server": {"type": "SERVER"},
    "client": {"type": "CLIENT", "scopes": ["client_download_config_specs", "none_hash_enabled"]},
    "nobody": None,
}


def run(name, bound, seed, patience):
    """Requests with one key to a console of its own: how many, and what is wrong."""
    problems = []
    specs = os.path.join(SAMPLE, "sample-dcs-v2.json")
    with tempfile.TemporaryDirectory() as folder, Console(
            "--in-memory", "--no-rate-limits", "--allow-unknown-target-apps", "--specs", specs) as console:
        victim = console.create_key(type="SERVER", targetAppID="victim-app")
        key = console.create_key(**KEYS[name]) if KEYS[name] else "console-" + "x" * 43
        record = os.path.join(folder, "record.har")
        process = subprocess.run(
            ["schemathesis", "run", console.url + "/openapi.json", "--header", "STATSIG-API-KEY: " + key,
             "--checks", CHECKS, *bound, "--seed", str(seed), "--phases", "examples,coverage,fuzzing",
             "--generation-database", "none", "--report", "har", "--report-har-path", record, "--no-color"],
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=patience,
            env={**os.environ, "PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]})
        with open(record) as file:
            requests = file.read()
        count = requests.count('"startedDateTime"')
        if process.returncode or count == 0:
            problems.append(process.stdout)
        # Answers never have another key's secret in them.
        if victim[7:] in requests:
            problems.append("a secret of another key is in an answer")
        assert console.request("GET", "/v1/health")[0] == 200
        # A console key may change or delete every key that it finds. Other keys may not.
        if name != "console":
            status, _, answer = console.request("GET", "/v2/download_config_specs", key=victim)
            if status != 200 or answer["app_id"] != "victim-app":
                problems.append(f"another key was changed: {status} {answer}")
        if re.search(r"(?:secret|client|console|scim)-[A-Za-z0-9]{12}", console.log_text()):
            problems.append("the log has a secret")
        print(f"{name}: {'FAILED' if problems else 'passed'}, {count} requests", flush=True)
        return count, problems


def main():
    parser = argparse.ArgumentParser()
    bounds = parser.add_mutually_exclusive_group()
    bounds.add_argument("--examples", type=int, default=85)
    bounds.add_argument("--seconds", type=int)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    bound, patience = ["--max-examples", str(arguments.examples)], None
    if arguments.seconds:
        bound, patience = ["--max-time", str(arguments.seconds)], arguments.seconds * 2 + 120
    with concurrent.futures.ThreadPoolExecutor(len(KEYS)) as threads:
        runs = [threads.submit(run, name, bound, arguments.seed, patience) for name in KEYS]
    requests = sum(future.result()[0] for future in runs)
    problems = [problem for future in runs for problem in future.result()[1]]
    print(f"{requests} requests")
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
