# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""`gatehouse serve` as a process, and requests to it, for the scripts beside this one."""
import json
import os
import re
import subprocess
import tempfile
import threading
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLE = os.path.join(ROOT, "fixtures", "sample")


class Console:
    """A console at a free port of this machine, stopped when the `with` block ends."""

    def __init__(self, *arguments, command=None, key=None, files=None):
        """Starts a console that may open some number of files; a second start on the same data has to give its key."""
        command = command or os.environ.get("GATEHOUSE", os.path.join(ROOT, ".build", "release", "gatehouse"))
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log")
        limit = ["prlimit", f"--nofile={files}:{files}"] if files else []
        self.process = subprocess.Popen(
            [*limit, command, "serve", "--port", "0", *arguments], stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.url = self.line(r"(https?://\S+)")
        self.key = key or self.line(r"(console-\w+)")
        # Only this thread reads its output.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def line(self, pattern):
        text = self.process.stdout.readline()
        match = re.search(pattern, text)
        if not match:
            raise SystemExit("serve: " + text + open(self.log.name).read())
        return match.group(1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)

    def request(self, method, path, body=None, key=None, headers=None):
        """Status, headers and JSON of an answer."""
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"STATSIG-API-KEY": key or self.key, "Content-Type": "application/json", **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                text = response.read()
                return response.status, response.headers, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            text = error.read()
            return error.code, error.headers, json.loads(text) if text else None

    def text(self, method, path, key=None):
        """The text of an answer."""
        request = urllib.request.Request(self.url + path, method=method, headers={"STATSIG-API-KEY": key or self.key})
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.read().decode()

    def create_key(self, **members):
        status, _, answer = self.request("POST", "/console/v1/keys", {"description": "script", **members})
        assert status == 200, answer
        return answer["data"]["key"]

    def event_counts(self):
        return {row["name"]: row["count"] for row in self.request("GET", "/console/v1/event_counts")[2]["data"]}

    def log_text(self):
        return open(self.log.name).read()
