#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Attacks `gatehouse serve` on this machine, and checks that the bounds of its documentation hold.

    scripts/attack/attack.py [--only NAME]... [--count N]

Each part starts a console of its own on a free port of 127.0.0.1. The executable is $GATEHOUSE, or that of a release
build.

    raw      requests that no HTTP client sends, on sockets
    matrix   every operation of /openapi.json with keys of each type and set of scopes, against the table of Access
    bombs    small requests that become large, alone and 50 at a time, while health and a rotation are measured
    files    more connections than the process may open files
    slow     100 clients that send a byte now and then, and SIGTERM; then a second signal
    disk     a full disk (a tmpfs, where one can be mounted): keys rotate and are deleted, a gate is switched off

Limits of time are checked for release builds only; --count sets how many bombs are sent at a time. Fails with 1 if a
check fails.
"""
import argparse
import concurrent.futures
import gzip
import json
import multiprocessing
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

from checks import FAILURES, SPECS, Console, check
from matrix import matrix
from raw import raw


def process_status(process):
    """Seconds of CPU and MiB of resident memory at the peak since the last reset."""
    with open(f"/proc/{process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    with open(f"/proc/{process.pid}/status") as file:
        peak = int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1))
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), peak / 1024


def reset_peak(process):
    with open(f"/proc/{process.pid}/clear_refs", "w") as file:
        file.write("5")
    with open(f"/proc/{process.pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024


def post(url, path, body, key, encoding="gzip", timeout=120):
    """Status and seconds of a request with a compressed body."""
    headers = {"STATSIG-API-KEY": key, "Content-Type": "application/json"}
    if encoding:
        headers["Content-Encoding"] = encoding
    request = urllib.request.Request(url + path, method="POST", data=body, headers=headers)
    start = time.monotonic()
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            response.read()
            status = response.status
    except urllib.error.HTTPError as error:
        error.read()
        status = error.code
    return status, time.monotonic() - start


# Bombs


def bombs_of(kind):
    """Bodies of at most 64 KB, compressed."""
    def packed(text):
        data = gzip.compress(text.encode(), 9)
        return data if len(data) <= 64_000 else None

    def user(inner):
        return '{"gateName":"new_home","user":{"userID":"u","custom":{"a":' + inner + "}}}"

    if kind == "user":
        return [packed(text) for text in (
            user("[" + "0," * 31_000_000 + "0]"), user("[" + "0," * 400_000 + "0]"),
            user("[" + "[]," * 300_000 + "[]]"), user("{" + ",".join(f'"k{i}":{i}' for i in range(9000)) + "}"),
            user('"' + "x" * 1_000_000 + '"'), user("[" * 100_000 + "]" * 100_000),
            user("[" + '"",' * 100_000 + "0]"), user("[" + "1e-300," * 80_000 + "0]"),
            user('"' + "\\u00e9" * 150_000 + '"'))]
    if kind == "context":
        return [packed('{"context":{"targetingKey":"u",' + inner + "}}") for inner in (
            ",".join(f'"k{i}":{i}' for i in range(9000)), '"custom":{' + ",".join(f'"k{i}":0' for i in range(9000)) + "}",
            '"a":[' + "0," * 400_000 + "0]")]
    if kind == "flags":
        # Each dot may begin the name of a parameter.
        return [packed('{"context":{"targetingKey":"u"},"flags":[' + ",".join(f'"{key}"' for key in keys) + "]}")
                for keys in (["." * 60_000], ["." * 900_000], ["." * 600] * 100, ["shop.color"] * 5_000)]
    event = '{"eventName":"e","user":{"userID":"u"},"metadata":{"a":"b"},"time":1}'
    return [packed(text) for text in (
        '{"events":[' + "{}," * 1_400_000 + "{}]}", '{"events":[' + "{}," * 500_000 + "{}]}",
        '{"events":[' + ",".join([event] * 10_000) + "]}",
        '{"events":[' + ",".join('{"eventName":"n%d"}' % i for i in range(9000)) + "]}",
        '{"events":[{"eventName":"e","value":"' + "x" * 6_000_000 + '"}]}',
        '{"events":[' + "0," * 2_000_000 + "0]}")]


def bombs(count):
    is_release = "debug" not in os.path.realpath(os.environ.get("GATEHOUSE", "release"))
    with tempfile.TemporaryDirectory() as folder, Console(
            "--data", os.path.join(folder, "data.sqlite"), "--specs", SPECS, "--log-level", "error") as console:
        client = console.create_key(type="CLIENT")
        cases = [(path, body) for path in ("/v1/initialize", "/v1/check_gate") for body in bombs_of("user") if body]
        cases += [("/v1/log_event", body) for body in bombs_of("events") if body]
        cases += [("/ofrep/v1/evaluate/flags/new_home", body) for body in bombs_of("context") if body]
        worst_cpu, worst_memory, errors, statuses = 0.0, 0.0, [], []
        server = console.create_key(type="SERVER")
        alone = cases + [("/ofrep/v1/evaluate/flags", body) for body in bombs_of("flags") if body]
        for path, body in alone:
            before_memory = reset_peak(console.process)
            before_cpu, _ = process_status(console.process)
            status, _ = post(console.url, path, body, server if path.endswith("/flags") else client)
            statuses.append(status)
            cpu, peak = process_status(console.process)
            worst_cpu, worst_memory = max(worst_cpu, cpu - before_cpu), max(worst_memory, peak - before_memory)
            if status >= 500:
                errors.append(f"{path}: {status}")
        check(not errors, f"{len(alone)} compressed bodies of at most 64 KB: no error of the server {errors or ''}")
        print(f"    statuses {statuses}")
        check(any(status < 300 for status in statuses), "those within the bounds are served")
        print(f"    at most {worst_cpu:.2f} CPU seconds and {worst_memory:.0f} MiB for one")
        if is_release:
            check(worst_cpu <= 1, "one request costs at most 1 CPU second")
        check(worst_memory <= 200, "one request costs at most 200 MiB")

        victim = console.request("POST", "/console/v1/keys", {"type": "SERVER", "description": "v"})[2]["data"]["id"]
        times, rotations = [], []
        with Flood(console.url, cases, client, count) as flood:
            time.sleep(2)
            end = time.monotonic() + 10
            while time.monotonic() < end:
                start = time.monotonic()
                if console.request("GET", "/v1/health")[0] == 200:
                    times.append(time.monotonic() - start)
                if len(times) % 50 == 0:
                    start = time.monotonic()
                    status = console.request("PATCH", f"/console/v1/keys/{victim}/rotate")[0]
                    rotations.append((status, time.monotonic() - start))
                time.sleep(0.01)
        times.sort()
        p99 = times[int(len(times) * 0.99)] if times else 99
        rotation = max(seconds for _, seconds in rotations)
        _, peak = process_status(console.process)
        print(f"    {count} at a time, answers {flood.statuses}: health {len(times)} times, "
              f"p50 {times[len(times) // 2] * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, at most {times[-1] * 1000:.0f} ms; "
              f"{len(rotations)} rotations, at most {rotation * 1000:.0f} ms; peak {peak:.0f} MiB")
        check({status for status, _ in rotations} == {200}, "a key is rotated meanwhile")
        check(any(status in (202, 413) for status in flood.statuses), "the bombs arrive meanwhile")
        if is_release:
            check(p99 <= 0.25, "health answers within 250 ms for 99 of 100")


class Flood:
    """Sends requests all the time, some at once, from a process of its own.

    The process has a lower priority: clients of a real attack have processors of their own.
    """

    def __init__(self, url, cases, key, count):
        context = multiprocessing.get_context("spawn")
        self.stop, self.queue = context.Event(), context.Queue()
        self.process = context.Process(target=flood, args=(url, cases, key, count, self.stop, self.queue))
        self.statuses = {}

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.statuses = self.queue.get(timeout=120)
        self.process.join()


def flood(url, cases, key, count, stop, queue):
    os.nice(10)

    def keep_sending(index):
        statuses = {}
        while not stop.is_set():
            path, body = cases[index % len(cases)]
            try:
                status, _ = post(url, path, body, key)
            except OSError as error:
                status = type(error).__name__
            statuses[status] = statuses.get(status, 0) + 1
            index += 1
        return statuses

    total = {}
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        for statuses in pool.map(keep_sending, range(count)):
            for status, number in statuses.items():
                total[status] = total.get(status, 0) + number
    queue.put(total)


# Connections


def files(maximum=128, count=300):
    """More connections than the process may have files: it waits, instead of trying to accept them all the time."""
    with Console("--in-memory", "--specs", SPECS, "--log-level", "error", files=maximum) as console:
        port = int(console.url.rsplit(":", 1)[1])
        sockets = []
        for _ in range(count):
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex(("127.0.0.1", port))
            sockets.append(connection)
        time.sleep(1)
        before, _ = process_status(console.process)
        time.sleep(3)
        after, _ = process_status(console.process)
        check(after - before <= 0.15, f"{count} connections, {maximum} files: {after - before:.2f} CPU s in 3 s")
        for connection in sockets:
            connection.close()
        check(console.request("GET", "/v1/health")[0] == 200, "the console answers when they are closed")


# Slow clients


class SlowClients:
    """Connections that hardly move.

    Of five, three send a body of a megabyte and one sends a head, each a byte per second. One reads none of its answers.
    """

    def __init__(self, port, key, count):
        begun = (f"POST /console/v1/gates HTTP/1.1\r\nHost: a\r\nSTATSIG-API-KEY: {key}\r\n"
                 "Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{").encode()
        asked = b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 20
        self.sockets = []
        for index in range(count):
            connection = socket.socket()
            kind = index % 5
            if kind == 4:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(10)
            connection.connect(("127.0.0.1", port))
            connection.sendall(asked if kind == 4 else b"GET /v1/health HTTP/1.1\r\nX: " if kind == 3 else begun)
            self.sockets.append((connection, kind))
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.drip, daemon=True)
        self.thread.start()

    def drip(self):
        while not self.stop.wait(1):
            for connection, kind in self.sockets:
                try:
                    if kind != 4:
                        connection.sendall(b" ")
                except OSError:
                    pass

    def end(self):
        self.stop.set()
        self.thread.join()
        for connection, _ in self.sockets:
            connection.close()


def slow(count=100):
    for signals, deadline, wanted, limit in ((1, 3, 0, 4), (2, 600, 128 + signal.SIGTERM, 1)):
        with tempfile.TemporaryDirectory() as folder:
            data = os.path.join(folder, "data.sqlite")
            console = Console("--data", data, "--shutdown-deadline", str(deadline), "--log-level", "error")
            clients = SlowClients(int(console.url.rsplit(":", 1)[1]), console.key, count)
            time.sleep(1.5)
            start = time.monotonic()
            healthy = console.request("GET", "/v1/health")[0] == 200
            check(healthy and time.monotonic() - start < 1, f"health answers beside {count} slow clients")
            console.process.send_signal(signal.SIGTERM)
            start = time.monotonic()
            if signals == 2:
                time.sleep(0.5)
                check(console.process.poll() is None, "the console waits for its clients")
                start = time.monotonic()
                console.process.send_signal(signal.SIGTERM)
            try:
                code = console.process.wait(deadline + 30 if signals == 1 else 30)
            except subprocess.TimeoutExpired:
                code = None
                console.process.kill()
            seconds = time.monotonic() - start
            clients.end()
            what = f"{count} slow clients, SIGTERM" if signals == 1 else f"{count} slow clients, a second signal"
            check(code == wanted and seconds <= limit, f"{what}: ended with {code} after {seconds:.1f} s")
            with Console("--data", data, "--log-level", "error", key=console.key) as again:
                check(again.request("GET", "/v1/health")[0] == 200, "the data file is free")


# A full disk


def disk():
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() != 0 or subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "size=4m", "gatehouse-attack", folder],
                stderr=subprocess.DEVNULL).returncode != 0:
            print("  skipped: no tmpfs can be mounted here")
            return
        try:
            full_disk(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def full_disk(folder):
    data = os.path.join(folder, "data.sqlite")
    with Console("--data", data, "--no-rate-limits", "--specs", SPECS, "--log-level", "error") as console:
        server, victim, revoked = (
            console.request("POST", "/console/v1/keys", {"type": "SERVER", "description": name})[2]["data"]
            for name in "abc")
        gate = {"name": "stop_me", "description": "", "isEnabled": True, "rules": []}
        status, _, answer = console.request("POST", "/console/v1/gates", gate)
        assert status in (200, 201), answer
        event = {"eventName": "e", "value": "x" * 1000, "user": {"userID": "u"}}
        statuses = {}
        for _ in range(60):
            body = json.dumps({"events": [event] * 200}).encode()
            status, _ = post(console.url, "/v1/log_event", body, server["key"], encoding=None)
            statuses[status] = statuses.get(status, 0) + 1
        # The rest is taken by another program.
        try:
            with open(os.path.join(folder, "filler"), "wb", buffering=0) as file:
                while True:
                    file.write(b"x" * 4096)
        except OSError:
            pass
        for _ in range(5):
            body = json.dumps({"events": [event] * 200}).encode()
            status, _ = post(console.url, "/v1/log_event", body, server["key"], encoding=None)
            statuses[status] = statuses.get(status, 0) + 1
        print(f"    events: {statuses}")
        check(set(statuses) <= {202, 507} and 507 in statuses, "events are refused with 507 when the disk is full")
        results = {}
        results["rotate"] = console.request("PATCH", f"/console/v1/keys/{victim['id']}/rotate")[0]
        results["delete"] = console.request("DELETE", f"/console/v1/keys/{revoked['id']}")[0]
        results["disable"] = console.request("PATCH", "/console/v1/gates/stop_me", {"isEnabled": False})[0]
        check(set(results.values()) == {200},
              f"on a full disk keys rotate and are deleted, a gate is switched off {results}")
        for name, key in (("old secret", victim["key"]), ("deleted key", revoked["key"])):
            status, _, _ = console.request("GET", "/v2/download_config_specs", key=key)
            check(status == 401, f"the {name} is refused: {status}")
        status, _, answer = console.request(
            "POST", "/v1/check_gate", {"gateName": "new_home", "user": {"userID": "u"}}, key=server["key"])
        check(status == 200, f"evaluations are answered: {status}")
        for index in range(20):
            status = console.request("PATCH", "/console/v1/gates/stop_me", {"isEnabled": index % 2 == 0})[0]
            if status != 200:
                break
        check(status == 200, f"20 more changes succeed: {status}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = {"raw": raw, "matrix": matrix, "bombs": None, "files": files, "slow": slow, "disk": disk}
    parser.add_argument("--only", action="append", choices=parts, help="only this part; may be repeated")
    parser.add_argument("--count", type=int, default=50, help="how many bombs are sent at a time")
    arguments = parser.parse_args()
    parts["bombs"] = lambda: bombs(arguments.count)
    for name in arguments.only or parts:
        print(name, flush=True)
        start = time.monotonic()
        parts[name]()
        print(f"  {time.monotonic() - start:.1f} s", flush=True)
    if FAILURES:
        print(f"{len(FAILURES)} checks failed")
        sys.exit(1)


if __name__ == "__main__":
    main()
