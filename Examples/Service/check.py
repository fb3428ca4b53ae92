# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Runs the sample service and checks it from outside: check.py EXECUTABLE DOCUMENT."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

# Seconds to wait for anything; ample, since machines may be busy.
PATIENCE = 30


class Failed(Exception):
    pass


def expect(what, found, expected):
    if found != expected:
        raise Failed(f"{what}: expected {expected!r}, found {found!r}")


def wait_until(what, ask):
    end = time.monotonic() + PATIENCE
    while not (found := ask()):
        if time.monotonic() > end:
            raise Failed(f"waited {PATIENCE} s in vain until {what}")
        time.sleep(0.05)
    return found


class Recorder:
    """A proxy that refuses every connection and counts them: a service behind it reaches no other machine."""

    def __init__(self):
        self.count = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            self.count += 1
            connection.close()

    def environment(self):
        url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        return {name: url for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")}


RECORDER = Recorder()


class Service:
    """The service in a process of its own, on a free port, behind the recorder, with what it logs in a file."""

    def __init__(self, executable, log, **options):
        ignored = ("GATEHOUSE_", "NO_PROXY", "no_proxy")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(ignored)}
        environment |= {"HTTP_HOST": "127.0.0.1", "HTTP_PORT": "0"} | RECORDER.environment()
        environment |= {f"GATEHOUSE_{name.upper()}": value for name, value in options.items()}
        self.log = log
        with open(log, "wb") as output:
            self.process = subprocess.Popen([executable], env=environment, stdout=output, stderr=output)

    def logged(self):
        with open(self.log, encoding="utf-8", errors="replace") as lines:
            return lines.read()

    def port(self):
        def find():
            if self.process.poll() is not None:
                raise Failed(f"the service ended with {self.process.returncode} before it listened")
            return re.search(r"listening on 127\.0\.0\.1:(\d+)", self.logged())

        return wait_until("the service listens", find)[1]

    def get(self, path):
        """The status and the body."""
        request = f"http://127.0.0.1:{self.port()}{path}"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=PATIENCE) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as reply:
            return reply.code, json.load(reply)

    def checkout(self, user):
        status, body = self.get(f"/checkout?userID={user}")
        expect(f"the status of /checkout for {user}", status, 200)
        return body

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            expect("the exit code after SIGTERM", self.process.wait(PATIENCE), 0)
        except subprocess.TimeoutExpired:
            raise Failed(f"the service runs {PATIENCE} s after SIGTERM") from None


@contextlib.contextmanager
def running(*arguments, **options):
    service = Service(*arguments, **options)
    try:
        yield service
    except BaseException:
        sys.stderr.write(service.logged())
        raise
    finally:
        service.process.kill()
        service.process.wait()


def replace(path, content):
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(content)
    os.replace(path + ".new", path)


def check_file(executable, document, folder):
    path = f"{folder}/specs.json"
    specs = json.loads(document)
    connections = RECORDER.count
    with running(executable, f"{folder}/log", file=path, events_flush_interval_seconds="1") as service:
        status, health = service.get("/health")
        expect("/health without a document", (status, health["isReady"], health["origin"]), (503, False, "none"))
        expect("what is wrong without a document", [problem["part"] for problem in health["problems"]], ["file"])
        nothing = {"showsNewHome": False, "limit": 5, "color": "grey", "documentTime": 0}
        expect("/checkout without a document", service.checkout("qa2"), nothing)

        replace(path, document)
        wait_until("the document is in use", lambda: service.get("/health")[0] == 200)
        status, health = service.get("/health")
        expect("/health", (health["origin"], health["isStale"], health["problems"]), ("file", False, []))
        qa2 = {"showsNewHome": True, "limit": 10, "color": "blue", "documentTime": specs["time"]}
        expect("/checkout for qa2", service.checkout("qa2"), qa2)
        expect("/checkout for nope", service.checkout("nope"), qa2 | {"showsNewHome": False, "color": "grey"})
        expect("/checkout without a user", service.get("/checkout")[0], 400)
        home = {"isNew": True, "color": "blue", "size": 1, "button": "Buy"}
        status, page = service.get("/home?userID=qa2")
        expect("/home for qa2", (status, page | {"button": "Buy"}), (200, home))

        specs["dynamic_configs"]["cfg"]["defaultValue"]["limit"] = 11
        replace(path, json.dumps(specs))
        wait_until("the edit is in use", lambda: service.checkout("qa2") == qa2 | {"limit": 11})
        replace(path, "{")
        wait_until("the bad edit is noticed", lambda: service.get("/health")[1]["problems"])
        status, health = service.get("/health")
        expect("/health after a bad edit", (status, health["problems"][0]["code"]), (200, "invalidDocument"))
        expect("/checkout after a bad edit", service.checkout("qa2"), qa2 | {"limit": 11})
        service.stop()
    expect("the connections of a service with a file", RECORDER.count - connections, 0)


def check_bootstrap(executable, document, folder):
    path = f"{folder}/specs.json"
    replace(path, document)
    connections = RECORDER.count
    with running(executable, f"{folder}/log", bootstrap_file=path, network_enabled="false") as service:
        status, health = service.get("/health")
        expect("/health with a bootstrap document", (status, health["origin"]), (200, "bootstrap"))
        expect("/checkout with it", service.checkout("qa2")["color"], "blue")
        service.stop()
    expect("the connections of a service with a bootstrap document", RECORDER.count - connections, 0)


def check_network(executable, document, folder):
    """The recorder sees a service that asks servers, so it would see one that does so unasked."""
    connections = RECORDER.count
    with running(executable, f"{folder}/log", key="secret-sample", network_retries="0") as service:
        expect("/health behind a proxy that refuses", service.get("/health")[0], 503)
        wait_until("the service tries to connect", lambda: RECORDER.count > connections)
        service.stop()


def check_missing_key(executable, document, folder):
    for options in ({}, {"key": " "}, {"file": "specs.json", "events_collector_url": "http://localhost:1/log"}):
        with running(executable, f"{folder}/log", **options) as service:
            expect("the exit code without a key", service.process.wait(PATIENCE), 78)
            expect("what is said about it", "option key (GATEHOUSE_KEY) has to be" in service.logged(), True)


def check_bad_option(executable, document, folder):
    with running(executable, f"{folder}/log", network_retries="many") as service:
        expect("the exit code with a bad option", service.process.wait(PATIENCE), 78)
        expect("what is said about it", "option network.retries (GATEHOUSE_NETWORK_RETRIES) is" in service.logged(), True)


def main():
    executable, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        document = file.read()
    for check in (check_file, check_bootstrap, check_network, check_missing_key, check_bad_option):
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(executable, document, folder)
            except (Failed, OSError, ValueError, KeyError) as error:
                sys.exit(f"check: {check.__name__}: {error}")
    print("check: the sample service does what it should")


main()
