#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Official SDKs as clients of `gatehouse serve`, on this machine only.

    pip install -r scripts/requirements.txt
    swift build -c release && scripts/console/sdks.py

Each SDK starts with a key of the console, evaluates the sample project for its users, and is compared with what the engine
answers over the console's own endpoints. Exposures have to arrive and be counted. Fails with 1 at the first difference.
"""
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile

from served import SAMPLE, Console

LISTED = "listed-user"


def document():
    """The sample project, with a gate that asks an ID list."""
    with open(os.path.join(SAMPLE, "sample-dcs-v2.json")) as file:
        document = json.load(file)
    document["condition_map"]["list"] = {
        "type": "unit_id", "targetValue": "vips", "operator": "in_segment_list", "additionalValues": {},
        "idType": "userID"}
    document["feature_gates"]["listed"] = {
        "type": "feature_gate", "entity": "feature_gate", "salt": "s-listed", "enabled": True, "defaultValue": False,
        "idType": "userID", "version": 1, "rules": [{
            "name": "vips", "id": "vips", "salt": "", "passPercentage": 100, "returnValue": True, "idType": "userID",
            "conditions": ["list"]}]}
    document["id_lists"] = {"vips": True}
    return document


def users():
    with open(os.path.join(SAMPLE, "sample-expected.json")) as file:
        results = json.load(file)["results"]
    pairs = {json.dumps([row["env"], row["user"]], sort_keys=True): (row["env"], row["user"]) for row in results}
    names = {kind: sorted({row["name"] for row in results if row["kind"] == kind}) for kind in {r["kind"] for r in results}}
    names["gate"].append("listed")
    pairs = list(pairs.values()) + [(None, {"userID": LISTED})]
    return pairs, names


def engine(console, key, environment, user, kind, name):
    """What the engine answers: value and rule."""
    path, member = {"gate": ("check_gate", "gateName"), "layer": ("get_layer", "layerName")}.get(
        kind, ("get_config", "configName"))
    user = dict(user)
    if environment:
        user["statsigEnvironment"] = {"tier": environment}
    status, _, answer = console.request(
        "POST", "/v1/" + path,
        {member: name, "user": user, "statsigMetadata": {"exposureLoggingDisabled": True}}, key)
    assert status == 200, answer
    return [answer["value"], answer["rule_id"]]


def core(url, key, environment, rows):
    """statsig-python-core, in a process of its own."""
    from statsig_python_core import Statsig, StatsigOptions, StatsigUser

    options = {"environment": environment} if environment else {}
    statsig = Statsig(key, StatsigOptions(
        specs_url=url + "/v2/download_config_specs", log_event_url=url + "/v1/log_event",
        id_lists_url=url + "/v1/get_id_lists", enable_id_lists=True, fallback_to_statsig_api=False,
        wait_for_country_lookup_init=True, output_log_level="error", **options))
    details = statsig.initialize_with_details().result(30)
    assert details.init_success and details.is_config_spec_ready and details.source == "Network", details.failure_details
    answers = []
    for user, kind, name in rows:
        person = StatsigUser("x")
        person.__setstate__(json.dumps(user).encode())
        if kind == "gate":
            gate = statsig.get_feature_gate(person, name)
            answers.append([gate.value, gate.rule_id])
        elif kind == "layer":
            layer = statsig.get_layer(person, name)
            # A layer's exposure is logged when a parameter is read.
            value = layer.get_value()
            for parameter in value:
                layer.get(parameter, None)
            answers.append([value, layer.get_rule_id()])
        else:
            config = statsig.get_experiment(person, name) if kind == "experiment" else statsig.get_dynamic_config(person, name)
            answers.append([config.value, config.rule_id])
    statsig.flush_events().wait(30)
    statsig.shutdown().wait(30)
    return answers


def legacy(url, key, environment, rows):
    """statsig, in a process of its own."""
    from statsig import StatsigEnvironmentTier, StatsigOptions, StatsigServer, StatsigUser

    options = {"tier": environment} if environment else {}
    server = StatsigServer()
    details = server.initialize(key, StatsigOptions(api=url + "/v1/", **options))
    assert details.init_success and details.store_populated, details.error
    answers = []
    names = {"userID": "user_id", "customIDs": "custom_ids", "privateAttributes": "private_attributes",
             "userAgent": "user_agent", "appVersion": "app_version"}
    for user, kind, name in rows:
        person = StatsigUser(**{names.get(member, member): value for member, value in user.items()})
        if kind == "gate":
            gate = server.get_feature_gate(person, name)
            answers.append([gate.value, gate.rule_id])
        elif kind == "layer":
            layer = server.get_layer(person, name)
            for parameter in ("color", "size"):
                layer.get(parameter, None)
            answers.append([layer.get_values(), layer.rule_id])
        else:
            config = server.get_experiment(person, name) if kind == "experiment" else server.get_config(person, name)
            answers.append([config.value, config.rule_id])
    server.shutdown()
    return answers


def compare(console, sdk, key, client_key):
    pairs, names = users()
    before = console.event_counts()
    checks = 0
    for environment in sorted({environment or "" for environment, _ in pairs}):
        rows = [(user, kind, name) for env, user in pairs if (env or "") == environment
                for kind in sorted(names) for name in names[kind]]
        child = subprocess.run(
            [sys.executable, __file__, sdk, console.url, key, environment], input=json.dumps(rows), text=True,
            stdout=subprocess.PIPE, timeout=120)
        if child.returncode:
            raise SystemExit(f"{sdk}: failed in environment {environment or 'none'}")
        answers = json.loads(child.stdout.splitlines()[-1])
        for (user, kind, name), answer in zip(rows, answers, strict=True):
            expected = engine(console, client_key, environment, user, kind, name)
            if answer != expected:
                raise SystemExit(f"{sdk}: {environment} {user} {kind} {name}: {answer}, the engine says {expected}")
            checks += 1
    counts = console.event_counts()
    came = {name: counts[name] - before.get(name, 0) for name in counts if counts[name] != before.get(name, 0)}
    for name in ("statsig::gate_exposure", "statsig::config_exposure", "statsig::layer_exposure"):
        if not came.get(name):
            raise SystemExit(f"{sdk}: no {name} has come: {came}")
    print(f"{sdk}: {checks} answers equal to the engine's; events that came: {came}")


def openfeature(url, key):
    from openfeature import api
    from openfeature.contrib.provider.ofrep import OFREPProvider
    from openfeature.evaluation_context import EvaluationContext

    api.set_provider(OFREPProvider(url, headers_factory=lambda: {"Authorization": "Bearer " + key}))
    client = api.get_client()
    context = EvaluationContext("vip", {"email": "a@corp.example"})
    checks = [
        client.get_boolean_details("new_home", False, context), client.get_string_details("shop.color", "?", context),
        client.get_integer_details("shop.size", 0, context), client.get_object_details("shop", {}, context),
        client.get_float_details("flags_for_openfeature.ratio", 0.0, context),
        client.get_boolean_details("flags_for_openfeature.on", False, context),
    ]
    for details in checks:
        if details.error_code is not None:
            raise SystemExit(f"OFREP: {details.flag_key}: {details.error_code} {details.error_message}")
        print(f"OFREP: {details.flag_key} = {details.value!r} ({details.reason}, {details.variant})")
    missing = client.get_boolean_details("nothing", True, context)
    assert missing.value is True and "NOT_FOUND" in str(missing.error_code), missing
    return checks


def main():
    if len(sys.argv) > 1:
        run = {"core": core, "legacy": legacy}[sys.argv[1]]
        answers = run(sys.argv[2], sys.argv[3], sys.argv[4], json.load(sys.stdin))
        print(json.dumps(answers))
        return
    with tempfile.TemporaryDirectory() as folder:
        specs, lists = os.path.join(folder, "specs.json"), os.path.join(folder, "lists")
        with open(specs, "w") as file:
            served = document()
            served["dynamic_configs"]["flags_for_openfeature"] = {
                "type": "dynamic_config", "entity": "dynamic_config", "salt": "s-of", "enabled": True,
                "defaultValue": {"ratio": 0.5, "on": True}, "idType": "userID", "rules": []}
            json.dump(served, file)
        os.mkdir(lists)
        with open(os.path.join(lists, "vips"), "w") as file:
            digest = hashlib.sha256(LISTED.encode()).digest()
            file.write("+" + base64.b64encode(digest).decode()[:8] + "\n")
        with Console("--in-memory", "--specs", specs, "--id-lists", lists) as console:
            server = console.create_key(type="SERVER")
            client = console.create_key(type="CLIENT")
            compare(console, "core", server, client)
            compare(console, "legacy", server, client)
            openfeature(console.url, client)
            for key in (server, client, console.key):
                assert key[20:] not in console.log_text(), "a secret is in the log"


if __name__ == "__main__":
    main()
