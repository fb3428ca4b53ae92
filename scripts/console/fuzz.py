#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Random and malformed requests against `gatehouse serve`, made from its own /openapi.json.

    pip install schemathesis==4.32.5
    scripts/console/fuzz.py [--examples N]      # N for each operation and key; 10,000 requests altogether at 85

Fails with 1 if an answer is a 5xx other than a documented one, isn't what the description says, shows a secret, or if the
log has one.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

from served import SAMPLE, Console

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=85)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    failed = False
    requests = 0
    with Console("--in-memory", "--no-rate-limits", "--specs", os.path.join(SAMPLE, "sample-dcs-v2.json")) as console:
        victim = console.create_key(type="SERVER", targetAppID="victim-app")
        keys = {
            "console": console.create_key(type="CONSOLE", scopes=["omni_read_write", "can_access_keys"]),
            "server": console.create_key(type="SERVER"),
            "client": console.create_key(type="CLIENT", scopes=["client_download_config_specs", "none_hash_enabled"]),
            "nobody": "console-" + "x" * 43,
        }
        for name, key in keys.items():
            with tempfile.NamedTemporaryFile("r", suffix=".har") as record:
                run = subprocess.run(
                    ["schemathesis", "run", console.url + "/openapi.json", "--header", "STATSIG-API-KEY: " + key,
                     "--checks", CHECKS, "--max-examples", str(arguments.examples), "--seed", str(arguments.seed),
                     "--phases", "examples,coverage,fuzzing", "--report", "har", "--report-har-path", record.name,
                     "--no-color"],
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                    env={**os.environ, "PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]})
                found = re.search(r"(\d+) generated", run.stdout)
                requests += int(found.group(1)) if found else 0
                print(f"{name}: {'passed' if run.returncode == 0 else 'FAILED'}, {found.group(0) if found else '?'}", flush=True)
                if run.returncode:
                    failed = True
                    print(run.stdout)
                # Answers never have another key's secret in them.
                if victim[7:] in record.read():
                    failed = True
                    print("a secret of another key is in an answer")
        # Whatever was changed, the process is there and the other key is what it was.
        status, _, answer = console.request("GET", "/v2/download_config_specs", key=victim)
        assert status == 200 and answer["app_id"] == "victim-app", (status, answer)
        log = console.log_text()
        if re.search(r"(?:secret|client|console|scim)-[A-Za-z0-9]{12}", log):
            failed = True
            print("the log has a secret")
    print(f"{requests} test cases")
    sys.exit(1 if failed or requests == 0 else 0)


if __name__ == "__main__":
    main()
