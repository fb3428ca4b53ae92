#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""The sample project, authored from nothing through the API, evaluated by the official SDKs.

    pip install statsig-python-core==0.24.2 statsig==0.72.1
    swift build -c release && scripts/console/authored.py

Each answer has to be what the official engine answered for the sample documents. Fails with 1 at the first difference.
"""
import json
import os
import subprocess
import sys

from served import SAMPLE, Console


def author(console):
    with open(os.path.join(SAMPLE, "sample-requests.json")) as file:
        requests = json.load(file)
    for request in requests:
        status, _, answer = console.request(request["method"], request["path"], request.get("body"))
        assert status // 100 == 2, (request["path"], answer)
    return len(requests)


def main():
    with open(os.path.join(SAMPLE, "sample-expected.json")) as file:
        results = json.load(file)["results"]
    with Console("--in-memory", "--no-rate-limits") as console:
        print(f"{author(console)} requests")
        key = console.create_key(type="SERVER")
        for sdk in ("core", "legacy"):
            checks = 0
            for environment in sorted({row["env"] or "" for row in results}):
                rows = [row for row in results if (row["env"] or "") == environment]
                child = subprocess.run(
                    [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sdks", "clients.py"), sdk, console.url,
                     key, environment],
                    input=json.dumps([[row["user"], row["kind"], row["name"]] for row in rows]), text=True,
                    stdout=subprocess.PIPE, timeout=120)
                if child.returncode:
                    raise SystemExit(f"{sdk}: failed in environment {environment or 'none'}")
                for row, answer in zip(rows, json.loads(child.stdout.splitlines()[-1]), strict=True):
                    if answer != [row["value"], row["ruleID"]]:
                        raise SystemExit(f"{sdk}: {row}: {answer}")
                    checks += 1
            print(f"{sdk}: {checks} answers equal to those of the official engine")


if __name__ == "__main__":
    main()
