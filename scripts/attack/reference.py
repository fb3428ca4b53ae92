# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""The official engine (statsig-python-core 0.24.2) as a process that answers one document after the other.

Imported, this file has the class `Reference`, which starts the process and ends it when it fails. Run as a program,
it is that process: it reads a job per line, and writes one line when the file with the answers is there. Documents, ID
lists and events go over 127.0.0.1 only; whatever else the engine wants to send is led to a closed port.
"""
import json
import os
import select
import signal
import subprocess
import sys
import tempfile

# Documents after which a process is replaced: the engine keeps memory of each.
DOCUMENTS_OF_A_PROCESS = 40
MEMORY_LIMIT = 6 << 30


class Reference:
    """Asks the official engine, and starts its process again when it has ended."""

    def __init__(self, python):
        self.python = python
        self.process = None
        self.done = 0
        self.folder = tempfile.TemporaryDirectory()
        self.answer = os.path.join(self.folder.name, "answer.jsonl")

    def close(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None

    def ask(self, job, seconds=60):
        """The status of a job ("accepted", "refused", "died" or "slow") and the file with its rows."""
        if self.process is None or self.done >= DOCUMENTS_OF_A_PROCESS:
            self.close()
            closed = "http://127.0.0.1:9"
            environment = os.environ | {
                "HTTP_PROXY": closed, "HTTPS_PROXY": closed, "http_proxy": closed, "https_proxy": closed,
                "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
            self.process = subprocess.Popen(
                [self.python, "-B", os.path.abspath(__file__)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, env=environment)
            self.done = 0
        self.done += 1
        try:
            self.process.stdin.write((json.dumps(job | {"answer": self.answer}) + "\n").encode())
            self.process.stdin.flush()
            if not select.select([self.process.stdout], [], [], seconds)[0]:
                self.close()
                return "slow", None
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = b""
        if not line:
            self.close()
            return "died", None
        return json.loads(line)["status"], self.answer


# The process


def serve(state):
    import gzip
    import http.server
    import socketserver
    import threading

    class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
        daemon_threads = True

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def reply(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.split("?")[0]
            if "/download_config_specs" in path:
                answer = state["document"]
            elif "/get_id_lists" in path:
                folder = state["id_lists"]
                answer = json.dumps({
                    name: {"name": name, "size": os.path.getsize(os.path.join(folder, name)),
                           "url": state["base"] + "/lists/" + name, "creationTime": 1700000000000, "fileID": name}
                    for name in (sorted(os.listdir(folder)) if folder else [])}).encode()
            elif path.startswith("/lists/"):
                with open(os.path.join(state["id_lists"], os.path.basename(path)), "rb") as file:
                    answer = file.read()
            else:
                if body[:2] == b"\x1f\x8b":
                    body = gzip.decompress(body)
                with state["lock"]:
                    state["events"] += json.loads(body).get("events", [])
                    state["lock"].notify_all()
                answer = b'{"success":true}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = reply

    server = Server(("127.0.0.1", 0), Handler)
    state["lock"] = threading.Condition()
    state["base"] = "http://127.0.0.1:%d" % server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()


MEMBERS_OF_USERS = {
    "userID", "customIDs", "email", "ip", "userAgent", "country", "locale", "appVersion", "statsigEnvironment",
    "custom", "privateAttributes",
}
KIND_OF_EVENT = {
    "statsig::gate_exposure": "gate", "statsig::config_exposure": "config", "statsig::layer_exposure": "layer",
}


class Evaluator:
    """Evaluates one document."""

    def __init__(self, core, state, job, number):
        self.core, self.state, self.job = core, state, job
        base = state["base"]
        options = {name: value for name, value in job["options"].items() if value is not None}
        self.statsig = core.Statsig(f"secret-{number}", core.StatsigOptions(
            specs_url=base + "/v2/download_config_specs", log_event_url=base + "/v1/log_event",
            id_lists_url=base + "/v1/get_id_lists", enable_id_lists=bool(job["id_lists"]),
            specs_sync_interval_ms=3600_000, id_lists_sync_interval_ms=3600_000, init_timeout_ms=60_000,
            wait_for_user_agent_init=True, wait_for_country_lookup_init=True, output_log_level="none",
            event_logging_max_queue_size=100_000, event_logging_max_pending_batch_queue_size=1_000,
            exposure_dedupe_max_keys=1, fallback_to_statsig_api=False, disable_disk_access=True, **options))
        details = self.statsig.initialize_with_details().result(60)
        self.is_accepted = details.source == "Network" and bool(details.is_config_spec_ready)
        self.off = {
            kind: getattr(core, name + "EvaluationOptions")(disable_exposure_logging=True)
            for kind, name in (("dynamic_config", "DynamicConfig"), ("experiment", "Experiment"),
                               ("store", "ParameterStore"))}

    def attempt(self, call, *arguments):
        """The result of a call, or what the engine panicked with."""
        try:
            return call(*arguments)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            return {"panic": str(error)[:120]}

    def user(self, members):
        """The user, `None` if the engine can't read it: it becomes an empty one then."""
        user = self.core.StatsigUser("x")
        answer = self.attempt(lambda: user.__setstate__(members.encode("utf-8", "surrogatepass")))
        if answer is not None or (user.__getstate__() == b"{}" and any(
                value is not None for name, value in json.loads(members).items() if name in MEMBERS_OF_USERS)):
            return None
        return user

    def rows(self, number, user):
        """The rows for a user."""
        base, names, statsig = self.core.StatsigBasePy, self.job["names"], self.statsig
        with self.state["lock"]:
            self.state["events"].clear()
        rows = [self.row(number, "gate", name, self.attempt(base._INTERNAL_get_feature_gate, statsig, user, name))
                for name in names["gates"]]
        for name in names["configs"]:
            # Only one of the two is logged: their exposures have the same name.
            answer = self.attempt(base._INTERNAL_get_dynamic_config, statsig, user, name)
            rows.append(self.row(number, "dynamic_config", name, answer))
        for name in names["configs"]:
            answer = self.attempt(base._INTERNAL_get_experiment, statsig, user, name, self.off["experiment"])
            rows.append(self.row(number, "experiment", name, answer))
        for name in names["layers"]:
            answer = self.attempt(base._INTERNAL_get_layer, statsig, user, name)
            rows.append(self.row(number, "layer", name, answer))
            if answer.get("__exposure") is not None:
                self.attempt(base._INTERNAL_log_layer_param_exposure, statsig, answer["__exposure"], "__not_a_param__")
        for store, parameters in names["stores"]:
            reader = statsig.get_parameter_store(user, store, self.off["store"])
            rows += [self.parameter(number, store, parameter, reader) for parameter in parameters]
        self.add_exposures(rows, user)
        return rows

    def row(self, number, kind, name, answer):
        row = {"u": number, "kind": kind, "name": name}
        if "panic" in answer:
            return row | answer
        details = answer["details"]
        row |= {"value": answer.get("value"), "rule_id": answer["ruleID"], "id_type": answer["idType"],
                "reason": details["reason"], "version": details.get("version")}
        if kind in ("experiment", "layer"):
            row |= {"group_name": answer["groupName"], "is_experiment_active": answer["isExperimentActive"],
                    "sx": [[x["gate"], x["gateValue"], x["ruleID"]] for x in answer.get("secondaryExposures") or []]}
        if kind == "layer":
            row["allocated_experiment"] = answer["allocatedExperimentName"]
        return row

    def parameter(self, number, store, parameter, reader):
        row = {"u": number, "kind": "param_store", "name": store + "/" + parameter}
        value = {}
        for kind, fallbacks in (("string", ["__a__", "__b__"]), ("float", [-12345.5, -6.25]),
                                ("integer", [-12345, -6]), ("bool", [True, False]), ("array", [["__a__"], ["__b__"]]),
                                ("map", [{"__a__": 1}, {"__b__": 1}])):
            read = [self.attempt(getattr(reader, "get_" + kind), parameter, fallback) for fallback in fallbacks]
            if any(isinstance(answer, dict) and "panic" in answer and kind != "map" for answer in read):
                return row | {"panic": str(read)[:120]}
            if read[0] == read[1]:
                value[kind] = read[0]
        return row | {"value": value}

    def add_exposures(self, rows, user):
        """Adds to rows what their exposures say.

        Exposures arrive in the order of the calls, with those of nested experiments in between.
        """
        statsig, state = self.statsig, self.state
        statsig.log_event(user, "last")
        statsig.flush_events().wait(20)
        with state["lock"]:
            state["lock"].wait_for(
                lambda: any(event["eventName"] == "last" for event in state["events"]), timeout=20)
            events = [event for event in state["events"] if event["eventName"] in KIND_OF_EVENT]
        kinds = {"gate": "gate", "dynamic_config": "config", "layer": "layer"}
        place = 0
        for row in rows:
            if row["kind"] not in kinds or "panic" in row:
                continue
            for index in range(place, len(events)):
                data = events[index]["metadata"]
                if KIND_OF_EVENT[events[index]["eventName"]] == kinds[row["kind"]] and row["name"] == data.get(
                        "gate" if row["kind"] == "gate" else "config"):
                    break
            else:
                continue
            place = index + 1
            exposures = [
                [x["gate"], x["gateValue"], x["ruleID"]] for x in events[index].get("secondaryExposures") or []]
            if row["kind"] == "layer":
                row["usx"] = exposures
                if data.get("ruleID") != row["rule_id"]:
                    row["undelegated_rule_id"] = data.get("ruleID")
            else:
                row["sx"] = exposures
            if row["kind"] == "dynamic_config":
                row["passed"] = data.get("rulePassed") == "true"
                row["override_config_name"] = data.get("overrideConfigName")

    def response(self, number, user, name_hash, key):
        row = {"u": number, "kind": "response", "name": f"{name_hash}/{key or ''}"}
        answer = self.attempt(self.statsig.get_client_initialize_response, user, name_hash, key)
        return row | answer if isinstance(answer, dict) else row | {"value": json.loads(answer)}

    def write(self, path):
        with open(path, "w", encoding="utf-8", errors="surrogatepass") as file:
            def write(row):
                file.write(json.dumps(row, separators=(",", ":")) + "\n")
            for number, members in enumerate(self.job["users"]):
                user = self.user(members)
                if user is None:
                    write({"u": number, "kind": "user", "name": ""})
                    continue
                for row in self.rows(number, user):
                    write(row)
                # All ways to hash names for the first user, one for the second.
                for name_hash, key in self.job["responses"][:[None, 1][number] if number < 2 else 0]:
                    write(self.response(number, user, name_hash, key))


def main():
    import resource

    import statsig_python_core as core
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    # It ends with the process that gives it jobs, and by the default of the signal.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    state = {"document": b"", "id_lists": None, "events": []}
    serve(state)
    for number, line in enumerate(sys.stdin):
        job = json.loads(line)
        with open(job["document"], "rb") as file:
            state["document"] = file.read()
        state["id_lists"] = job["id_lists"]
        evaluator = Evaluator(core, state, job, number)
        if evaluator.is_accepted:
            evaluator.write(job["answer"])
        print(json.dumps({"status": "accepted" if evaluator.is_accepted else "refused"}), flush=True)
        evaluator.statsig.shutdown().wait(5)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
