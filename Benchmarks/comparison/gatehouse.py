# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Gatehouse's side: a process that does what lines on its standard input say."""

import json
import subprocess

from failure import Failure


class Gatehouse:
    """The running executable."""

    def __init__(self, executable, document, project):
        """document: the path of the project's document, not compressed."""
        self.process = subprocess.Popen([executable], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        request = {"command": "open", "document": document, "idLists": project.id_lists}
        request["environment"] = project.environment
        request["globalCustomFields"] = json.dumps(project.global_custom_fields)
        self.ruleset_byte_count = self.ask(request)["rulesetByteCount"]

    def ask(self, request):
        """Sends a request and waits for the answer."""
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Failure("compare-gatehouse ended with status %s" % self.process.wait())
        return json.loads(line)

    def answers(self, user, names):
        """What everything returns for a user: by kind a list of objects with value and ruleID."""
        answers = self.ask({"command": "answers", "user": user, "names": names.by_kind})
        for kind, rows in answers.items():
            if kind != "gates":
                for row in rows:
                    row["value"] = json.loads(row["value"])
        return answers

    def timer(self, scenario, names, user, repetitions=1):
        """A function of seconds that runs a scenario and returns ns per call.

        repetitions: counts so many calls as one.
        """
        request = {"command": "time", "scenario": scenario, "names": names.by_kind, "user": user}

        def run(seconds):
            answer = self.ask({**request, "seconds": seconds})
            return answer["nanoseconds"] / answer["calls"] * repetitions

        return run

    def response_byte_count(self, user):
        """The length of the client-initialize response."""
        request = {"command": "time", "scenario": "clientResponse", "user": user, "seconds": 0.001}
        answer = self.ask(request)
        return answer["checksum"] / answer["calls"]

    def fresh_timer(self, scenario, gate, user, ids):
        """The same for users that were never seen."""
        names = {"gates": [gate], "dynamicConfigs": [], "experiments": [], "layers": []}
        request = {"command": "time", "scenario": scenario, "names": names, "user": user}

        def run(seconds):
            # More than fit into the time.
            first = ids.take(int(seconds * 1e9 / 10) + 1)
            answer = self.ask({**request, "seconds": seconds, "firstID": first})
            return answer["nanoseconds"] / answer["calls"]

        return run

    def passing_fresh_users(self, scenario, gate, user, first, count):
        """How many of some users pass a gate."""
        names = {"gates": [gate], "dynamicConfigs": [], "experiments": [], "layers": []}
        request = {"command": "time", "scenario": scenario, "names": names, "user": user}
        return self.ask({**request, "firstID": first, "idCount": count})["checksum"]

    def close(self):
        """Ends the process."""
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def measure_load(executable, paths):
    """Loads the first document in a new process, and then the others in its place; times in ns, memory in bytes."""
    result = subprocess.run([executable, "--load", *paths], stdout=subprocess.PIPE)
    if result.returncode != 0:
        raise Failure("compare-gatehouse --load ended with status %d" % result.returncode)
    return json.loads(result.stdout)
