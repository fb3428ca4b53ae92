#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Random and malformed requests about entities that are there, which `fuzz.py` seldom meets.

    pip install schemathesis==4.32.5
    scripts/console/fuzz_authored.py [--examples N] [--seed N]

A random project is authored first; then whatever an operation asks for by ID in its path is an entity of that project,
which no request deletes. Fails with 1 if an answer is a 5xx or isn't what the description says, if what is served isn't a
document any more, or if a restart serves something else.
"""
import argparse
import os
import subprocess
import sys
import tempfile

from authoring import Author
from fuzz import CHECKS
from served import Console
from transitions import change

# Families whose specs are in one place have names in common.
IDS = {"dynamic_configs": "thing_config", "autotunes": "thing_tune", "holdouts": "thing_holdout"}
PATHS = {**IDS, "unit_id_types": "companyID", "users": "a@corp.example"}
CONFIGURATION = """
[parameters]
"path.id" = "thing"
"path.ruleID" = "thing"
"path.ruleName" = "thing"
""" + "".join(f"""
[[operations]]
include-path-regex = "^/console/v1/{family}"
parameters = {{ "path.id" = "{name}" }}
""" for family, name in PATHS.items())


def author(console, seed):
    project = Author(console, seed)
    project.prepare()
    for _ in range(25):
        project.create()
        change(project)
    rule = {"name": "thing", "id": "thing", "passPercentage": 50, "conditions": [{"type": "public"}]}
    groups = [{"name": "thing", "id": "thing", "size": 100, "parameterValues": {}}]
    for family, members in (
            ("gates", {"rules": [rule]}), ("dynamic_configs", {"rules": [{**rule, "returnValue": {"a": 1}}]}), ("layers", {
                "idType": "userID"}), ("segments", {"type": "id_list"}), ("experiments", {"groups": groups, "layerID": "thing"}),
            ("holdouts", {"gateIDs": ["thing"], "layerIDs": ["thing"]}), ("param_stores", {}),
            ("autotunes", {"variants": [{"name": n, "id": n, "json": {"v": n}} for n in ("thing", "other")], "successEvent": "e",
                           "explorationWindow": "1hr", "attributionWindow": "1hr", "winnerThreshold": "80%"})):
        project.call("POST", "/" + family, {"name": IDS.get(family, "thing"), **members}, 2)
    for family in ("target_app", "teams", "tags"):
        project.call("POST", "/" + family, {"name": "thing", "description": ""}, 2)
    return project


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        data, configuration = os.path.join(folder, "data.sqlite"), os.path.join(folder, "schemathesis.toml")
        with open(configuration, "w") as file:
            file.write(CONFIGURATION)
        with Console("--data", data, "--no-rate-limits") as console:
            author(console, arguments.seed)
            key = console.create_key(type="SERVER")
            run = subprocess.run(
                ["schemathesis", "--config-file", configuration, "run", console.url + "/openapi.json",
                 "--header", "STATSIG-API-KEY: " + console.key, "--checks", CHECKS, "--max-examples", str(arguments.examples),
                 "--seed", str(arguments.seed), "--phases", "fuzzing", "--mode", "all",
                 "--generation-database", "none", "--no-color",
                 "--include-path-regex", r"^/console/v1/(?!keys).*\{id\}",
                 "--exclude-operation-id-regex", "^(delete(?!.*(Overrides|IDs))|archive|unarchive)"],
                cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                env={**os.environ, "PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]})
            print(run.stdout if run.returncode else "\n".join(run.stdout.splitlines()[-12:]))
            failed = run.returncode != 0
            before = {v: console.request("GET", f"/{v}/download_config_specs", key=key) for v in ("v1", "v2")}
            status, _, thing = console.request("GET", "/console/v1/gates/thing")
            print("the gate has had", thing["data"]["version"], "versions")
            assert status == 200 and all(answer[0] == 200 for answer in before.values())
        with Console("--data", data, "--no-rate-limits", key=console.key) as again:
            for version, (_, _, document) in before.items():
                after = again.request("GET", f"/{version}/download_config_specs", key=key)[2]
                for member in document:
                    if after[member] != document[member]:
                        failed = True
                        print(f"a restart serves another {version} document: {member}", document[member], after[member], sep="\n")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
