# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""The official SDKs, each in a process of its own that answers for one project after the other."""
import json
import os
import subprocess
import sys

NO_API = "no such API"


class SDK:
    """An SDK's process. What it is asked and what it answers are lines of JSON."""

    def __init__(self, which, name):
        self.which, self.name = which, name
        # Days begin at midnight UTC for the console; the legacy SDK takes the machine's.
        self.process = subprocess.Popen([sys.executable, __file__, which], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env={**os.environ, "TZ": "UTC"})

    def ask(self, url, key, environment, rows):
        self.process.stdin.write(json.dumps([url, key, environment, rows]) + "\n")
        self.process.stdin.flush()

    def answers(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name}: ended")
        return json.loads(line)

    def stop(self):
        self.process.stdin.close()
        self.process.wait(60)


def core(url, key, environment, rows):
    """statsig-python-core: value, rule and group of each row."""
    from statsig_python_core import Statsig, StatsigOptions, StatsigUser

    statsig = Statsig(key, StatsigOptions(
        specs_url=url + "/v2/download_config_specs", log_event_url=url + "/v1/log_event", id_lists_url=url + "/v1/get_id_lists",
        enable_id_lists=True, fallback_to_statsig_api=False, wait_for_country_lookup_init=True,
        wait_for_user_agent_init=True, disable_all_logging=True, output_log_level="error", environment=environment,
        specs_sync_interval_ms=3_600_000, id_lists_sync_interval_ms=3_600_000))
    details = statsig.initialize_with_details().result(60)
    assert details.init_success and details.is_config_spec_ready and details.source == "Network", details.failure_details
    people = {}
    for user, kind, name, type in rows:
        text = json.dumps(user)
        if text not in people:
            people[text] = StatsigUser("x")
            people[text].__setstate__(text.encode())
        person = people[text]
        if kind == "param_store":
            store, parameter = name.split("/", 1)
            store = statsig.get_parameter_store(person, store)
            read, fallback = {"string": (store.get_string, "none"), "number": (store.get_float, 0.125)}[type]
            value = read(parameter, fallback)
            yield [None if value == fallback else value, None, None]
            continue
        read = {"gate": statsig.get_feature_gate, "experiment": statsig.get_experiment, "layer": statsig.get_layer}[kind]
        found = read(person, name)
        value = found.value if kind != "layer" else found.get_value()
        yield [value, found.get_rule_id(), None if kind == "gate" else found.group_name]
    statsig.shutdown().wait(60)


def legacy(url, key, environment, rows):
    """statsig: value, rule and group of each row."""
    from statsig import StatsigOptions, StatsigServer, StatsigUser

    server = StatsigServer()
    details = server.initialize(key, StatsigOptions(
        api=url + "/v1/", tier=environment, disable_all_logging=True, disable_diagnostics=True,
        rulesets_sync_interval=3600, idlists_sync_interval=3600))
    assert details.init_success and details.store_populated, details.error
    names = {"userID": "user_id", "customIDs": "custom_ids", "privateAttributes": "private_attributes",
             "userAgent": "user_agent", "appVersion": "app_version"}
    for user, kind, name, _ in rows:
        person = StatsigUser(**{names.get(member, member): value for member, value in user.items()})
        if kind == "gate":
            gate = server.get_feature_gate(person, name)
            yield [gate.value, gate.rule_id, None]
        elif kind == "layer":
            layer = server.get_layer(person, name)
            yield [layer.get_values(), layer.rule_id, layer.group_name]
        elif kind == "experiment":
            config = server.get_experiment(person, name)
            yield [config.value, config.rule_id, config.group_name]
        else:
            yield NO_API
    server.shutdown()


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(list({"core": core, "legacy": legacy}[sys.argv[1]](*json.loads(line)))), flush=True)
