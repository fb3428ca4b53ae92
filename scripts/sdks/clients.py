# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""One SDK from PyPI as a client of a console, in a process of its own: the versions of an SDK can't share one.

    clients.py (core | legacy) URL KEY ENVIRONMENT < rows    # rows: a JSON array of [user, kind, name]
    clients.py ofrep URL KEY < rows                          # rows: a JSON array of [context, type, key]

Prints a JSON array with [value, rule] for each row, by an OpenFeature provider [value, reason, error code]. The last line
of standard output is the array; SDKs may write before it. Runs with any version from requirements of `run.py`.
"""
import inspect
import json
import sys


def known(function, options):
    """Those of the options that the installed version has."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return options
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return options
    return {name: value for name, value in options.items() if name in parameters}


SNAKE = {"userID": "user_id", "customIDs": "custom_ids", "privateAttributes": "private_attributes",
         "userAgent": "user_agent", "appVersion": "app_version"}


def core(url, key, environment, rows):
    """statsig-python-core."""
    from statsig_python_core import Statsig, StatsigOptions, StatsigUser

    options = {
        "specs_url": url + "/v2/download_config_specs", "log_event_url": url + "/v1/log_event",
        "id_lists_url": url + "/v1/get_id_lists", "enable_id_lists": True, "fallback_to_statsig_api": False,
        "wait_for_country_lookup_init": True, "output_log_level": "error"}
    if environment:
        options["environment"] = environment
    statsig = Statsig(key, StatsigOptions(**known(StatsigOptions.__new__, options)))
    statsig.initialize().wait(30)
    answers = []
    for user, kind, name in rows:
        person = StatsigUser(**{SNAKE.get(member, member): value for member, value in {"userID": "", **user}.items()})
        if kind == "gate":
            gate = statsig.get_feature_gate(person, name)
            answers.append([gate.value, gate.rule_id])
        elif kind == "layer":
            layer = statsig.get_layer(person, name)
            # A layer's exposure is logged when a parameter is read.
            if hasattr(layer, "get_value"):
                value = layer.get_value()
                for parameter in value:
                    layer.get(parameter, None)
                answers.append([value, layer.get_rule_id()])
            else:
                # Old versions have no value that can be compared as a whole.
                layer.get_string("color", "")
                layer.get_float("size", 0.0)
                answers.append([None, layer.rule_id])
        else:
            read = statsig.get_experiment if kind == "experiment" else statsig.get_dynamic_config
            config = read(person, name)
            answers.append([config.value, config.rule_id])
    statsig.flush_events().wait(30)
    statsig.shutdown().wait(30)
    return answers


def legacy(url, key, environment, rows):
    """statsig."""
    from statsig import StatsigEnvironmentTier, StatsigOptions, StatsigServer, StatsigUser  # noqa: F401

    options = {"tier": environment} if environment else {}
    server = StatsigServer()
    server.initialize(key, StatsigOptions(api=url + "/v1/", **options))
    read = getattr(server, "get_feature_gate", None)
    answers = []
    for user, kind, name in rows:
        person = StatsigUser(**{SNAKE.get(member, member): value for member, value in {"userID": "", **user}.items()})
        if kind == "gate":
            if read is None:
                answers.append([server.check_gate(person, name), None])
                continue
            gate = read(person, name)
            answers.append([gate.value, gate.rule_id])
        elif kind == "layer":
            layer = server.get_layer(person, name)
            for parameter in ("color", "size"):
                layer.get(parameter, None)
            answers.append([layer.get_values() if hasattr(layer, "get_values") else None, layer.rule_id])
        else:
            config = server.get_experiment(person, name) if kind == "experiment" else server.get_config(person, name)
            answers.append([config.value, config.rule_id])
    server.shutdown()
    return answers


def ofrep(url, key, rows):
    """OpenFeature's provider for the remote evaluation protocol."""
    from openfeature import api
    from openfeature.contrib.provider.ofrep import OFREPProvider
    from openfeature.evaluation_context import EvaluationContext

    api.set_provider(OFREPProvider(url, headers_factory=lambda: {"Authorization": "Bearer " + key}))
    client = api.get_client()
    answers = []
    for context, kind, name in rows:
        attributes = {member: value for member, value in context.items() if member != "targetingKey"}
        default = {"boolean": False, "string": "?", "integer": 0, "float": 0.0, "object": {}}[kind]
        read = getattr(client, f"get_{kind}_details")
        details = read(name, default, EvaluationContext(context.get("targetingKey"), attributes))
        code = details.error_code
        answers.append([details.value, str(details.reason), None if code is None else getattr(code, "value", str(code))])
    return answers


def main():
    kind, url, key, *rest = sys.argv[1:]
    rows = json.load(sys.stdin)
    answers = ofrep(url, key, rows) if kind == "ofrep" else {"core": core, "legacy": legacy}[kind](url, key, *rest, rows)
    sys.stdout.flush()
    print("\n" + json.dumps(answers), flush=True)


if __name__ == "__main__":
    main()
