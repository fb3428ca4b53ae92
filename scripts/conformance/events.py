#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Logs events with the official Rust core (statsig-python-core wheel) for users and a document, and writes what a loopback
collector gets. The document is served from here too; nothing leaves the machine.

usage: events.py SPEC.json USERS.jsonl OUT.jsonl [--options OPT.json] [--id-lists DIR] [--flag FLAG]

OUT rows: {"u": number of the user, "event": the event}, in the order in which they were logged, but for the counts of checks
without exposure, and {"u": number, "panics": count} for users for whom the core fails. The calls for each user are those of Tests/ConformanceTests/EventCalls.swift, in the same order.
"""
import argparse, gzip, http.server, json, os, socketserver, sys, threading, time


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


def serve(spec, id_lists):
    state = {"events": [], "lock": threading.Condition()}

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.split("?")[0]
            if "/download_config_specs" in path:
                reply = spec
            elif "/get_id_lists" in path:
                reply = json.dumps({
                    name: {"name": name, "size": os.path.getsize(os.path.join(id_lists, name)),
                           "url": state["base"] + "/lists/" + name, "creationTime": 1700000000000, "fileID": name}
                    for name in (sorted(os.listdir(id_lists)) if id_lists else [])}).encode()
            elif path.startswith("/lists/"):
                reply = open(os.path.join(id_lists, os.path.basename(path)), "rb").read()
            else:
                if body[:2] == b"\x1f\x8b":
                    body = gzip.decompress(body)
                with state["lock"]:
                    state["events"].extend(json.loads(body)["events"])
                    state["lock"].notify_all()
                reply = b'{"success":true}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        do_GET = do_POST = answer

    server = Server(("127.0.0.1", 0), Handler)
    state["base"] = "http://127.0.0.1:%d" % server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return state


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("spec")
    parser.add_argument("users")
    parser.add_argument("out")
    parser.add_argument("--options")
    parser.add_argument("--id-lists")
    parser.add_argument("--flag", action="append", help="an experimental flag of the core")
    arguments = parser.parse_args()
    import statsig_python_core as core
    from statsig_python_core import (FeatureGateEvaluationOptions, LayerEvaluationOptions, Statsig, StatsigOptions,
                                     StatsigUser)
    spec_bytes = open(arguments.spec, "rb").read()
    spec = json.loads(spec_bytes)
    users = [json.loads(line) for line in open(arguments.users, encoding="utf-8") if line.strip()]
    options = json.load(open(arguments.options)) if arguments.options else {}
    state = serve(spec_bytes, arguments.id_lists)
    base = state["base"]
    more = {}
    if options.get("environment") is not None:
        more["environment"] = options["environment"]
    if options.get("global_custom_fields"):
        more["global_custom_fields"] = options["global_custom_fields"]
    if arguments.flag:
        more["experimental_flags"] = set(arguments.flag)
    statsig = Statsig("secret-events", StatsigOptions(
        specs_url=base + "/v2/download_config_specs", log_event_url=base + "/v1/log_event",
        id_lists_url=base + "/v1/get_id_lists", specs_sync_interval_ms=3600_000, id_lists_sync_interval_ms=3600_000,
        enable_id_lists=bool(arguments.id_lists), init_timeout_ms=60_000, wait_for_user_agent_init=True,
        wait_for_country_lookup_init=True, event_logging_max_queue_size=2_000,
        event_logging_max_pending_batch_queue_size=1_000, output_log_level="none", fallback_to_statsig_api=False,
        disable_disk_access=True, **more))
    details = statsig.initialize_with_details().result(60)
    assert details.source == "Network", details.source
    configs = spec.get("dynamic_configs") or {}
    gates = sorted(spec.get("feature_gates") or {}) + ["__unknown__"]
    dynamic = sorted(n for n in configs if configs[n].get("entity") == "dynamic_config") + ["__unknown_config__"]
    experiments = sorted(set(configs) - set(dynamic)) + ["__unknown_experiment__"]
    layers = sorted(spec.get("layer_configs") or {}) + ["__unknown_layer__"]
    stores = spec.get("param_stores") or {}
    out = open(arguments.out, "w", encoding="utf-8")
    panics = 0

    def attempt(call):
        nonlocal panics
        try:
            return call()
        except BaseException as error:
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            panics += 1
            return None

    def values(layer):
        return layer.get_value() if layer else {}

    for index, members in enumerate(users):
        before = panics
        user = StatsigUser("x")
        user.__setstate__(json.dumps(members, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        for name in gates:
            attempt(lambda: statsig.check_gate(user, name))
            attempt(lambda: statsig.check_gate(user, name))
        for name in dynamic:
            attempt(lambda: statsig.get_dynamic_config(user, name))
        for name in experiments:
            attempt(lambda: statsig.get_experiment(user, name))
        for name in layers:
            layer = attempt(lambda: statsig.get_layer(user, name))
            for parameter in sorted(values(layer)):
                attempt(lambda: layer.get(parameter))
            attempt(lambda: layer.get("__not_a_parameter__"))
        for store in sorted(stores):
            reader = statsig.get_parameter_store(user, store)
            for parameter in sorted(stores[store].get("parameters") or {}):
                attempt(lambda: reader.get_string(parameter, "__fallback__"))
                attempt(lambda: reader.get_bool(parameter, True))
                attempt(lambda: reader.get_float(parameter, -1.5))
        for name in gates[:5] + gates[-1:]:
            attempt(lambda: statsig.manually_log_gate_exposure(user, name))
            attempt(lambda: statsig.manually_log_gate_exposure(user, name))
        for name in dynamic[:5] + dynamic[-1:]:
            attempt(lambda: statsig.manually_log_dynamic_config_exposure(user, name))
        for name in experiments[:5] + experiments[-1:]:
            attempt(lambda: statsig.manually_log_experiment_exposure(user, name))
        for name in layers[:5]:
            layer = attempt(lambda: statsig.get_layer(user, name, LayerEvaluationOptions(disable_exposure_logging=True)))
            for parameter in sorted(values(layer))[:3]:
                attempt(lambda: statsig.manually_log_layer_parameter_exposure(user, name, parameter))
        for name in gates[:3]:
            attempt(lambda: statsig.check_gate(user, name, FeatureGateEvaluationOptions(disable_exposure_logging=True)))
        statsig.log_event(user, "purchase", 9.5, {"item": "book"})
        statsig.log_event(user, "visit", "home")
        statsig.log_event(user, "count", 5)
        statsig.log_event(user, "nothing")
        statsig.identify(user)
        # Each user's events are complete when the last one has come.
        with state["lock"]:
            state["events"].clear()
        statsig.flush_events().wait(20)
        with state["lock"]:
            state["lock"].wait_for(
                lambda: any(e["eventName"] == "statsig::identify" for e in state["events"]), timeout=20)
            for event in state["events"]:
                out.write(json.dumps({"u": index, "event": event}, ensure_ascii=False, separators=(",", ":")) + "\n")
        if panics > before:
            out.write(json.dumps({"u": index, "panics": panics - before}) + "\n")
    out.close()
    print(json.dumps({"users": len(users), "panics": panics}), file=sys.stderr)
    sys.stderr.flush()
    # Without the core's own end, which may wait for its threads.
    os._exit(0)


main()
