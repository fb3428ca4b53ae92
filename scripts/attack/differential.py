#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Compares Gatehouse with the official engine on odd documents and users: what is accepted, and every answer.

    scripts/attack/differential.py [--seed TEXT] [--seconds N | --documents N] [--kind cross|mutated|retyped]...
    scripts/attack/differential.py --replay FOLDER      one saved difference again

Runs with a Python that has statsig-python-core (scripts/requirements.txt); without --python it is
$GATEHOUSE_ORACLE_PYTHON or this one. The executable is $GATEHOUSE, or that of a release build. scripts/attack/README.md
says more. Exit code 1 for a difference, a signal or a hang, 2 if nothing could be compared.
"""
import argparse
import collections
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import comparison  # noqa: E402
import mutation  # noqa: E402
from cross import USERS, Cross  # noqa: E402
from reference import Reference  # noqa: E402
from retyping import Retyping  # noqa: E402
from tree import Members, copy, dump, parse  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OWN_MEMORY = 2 << 30
OWN_SECONDS = 60
MUTATED_USERS = 10
RESPONSES = [("none", None), ("djb2", None), ("sha256", None)]


class Own:
    """Runs the command `gatehouse`."""

    def __init__(self, command, folder):
        self.command, self.folder = command, folder

    def run(self, *arguments):
        """Exit code (negative for a signal, `None` for a hang), the file with its output, and its messages."""
        output = os.path.join(self.folder, "own.jsonl")
        with open(output, "wb") as file:
            try:
                process = subprocess.run(
                    [self.command, *arguments], stdout=file, stderr=subprocess.PIPE, timeout=OWN_SECONDS,
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (OWN_MEMORY, OWN_MEMORY)))
            except subprocess.TimeoutExpired:
                return None, output, "hangs"
        return process.returncode, output, process.stderr.decode(errors="replace").strip()


class Case:
    """A document with the users, ID lists and options it is evaluated with."""

    def __init__(self, document, users, id_lists=None, options=None, data=None):
        self.document, self.users, self.id_lists = document, users, id_lists
        self.options = options or {}
        # The bytes of the document, if they aren't those of the tree.
        self.data = data

    def bytes(self):
        return self.data if self.data is not None else dump(self.document).encode("utf-8", "surrogatepass")

    def context(self):
        """The options of the command."""
        arguments = ["--id-lists", self.id_lists] if self.id_lists else []
        if self.options.get("environment") is not None:
            arguments += ["--environment", self.options["environment"]]
        if self.options.get("global_custom_fields"):
            arguments += ["--global-custom-fields", json.dumps(self.options["global_custom_fields"])]
        return arguments


class Outcome:
    """What the comparison of a case gave."""

    def __init__(self):
        self.status = ""
        self.differences = []
        self.known = collections.Counter()
        self.counts = collections.Counter()


class Comparer:
    def __init__(self, reference, own, folder, still_open):
        self.reference, self.own, self.folder, self.still_open = reference, own, folder, still_open
        self.path = os.path.join(folder, "document.json")
        self.users_path = os.path.join(folder, "users.jsonl")

    def compare(self, case):
        outcome = Outcome()
        with open(self.path, "wb") as file:
            file.write(case.bytes())
        lines = [dump(user) for user in case.users]
        keys = case.options.get("gcir_client_keys") or []
        responses = RESPONSES + [("none", key) for key in keys]
        outcome.status, answer = self.reference.ask({
            "document": self.path, "users": lines, "id_lists": case.id_lists, "responses": responses,
            "names": mutation.names(case.document),
            "options": {name: case.options.get(name) for name in ("environment", "global_custom_fields")}})
        if outcome.status in ("died", "slow"):
            # Ours has to survive what the reference doesn't.
            self.rows(case, lines, range(len(lines)), outcome)
            return outcome
        if outcome.status == "refused":
            self.refused(case, lines, outcome)
            return outcome
        expected, refused = {}, []
        with open(answer, encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                if row["kind"] == "user":
                    refused.append(row["u"])
                else:
                    expected[row["u"], row["kind"], row["name"]] = row
        taken = [number for number in range(len(lines)) if number not in refused]
        outcome.counts["users"] += len(taken)
        # The command reads more of users than the official package does: repeated members, empty arrays for maps.
        outcome.counts["users that the reference can't read"] += len(refused)
        actual = self.rows(case, lines, taken, outcome)
        if actual is None:
            return outcome
        evaluated = {key[0] for key in actual}
        expected = {key: row for key, row in expected.items() if key[0] in evaluated}
        self.add_responses(case, lines, [key for key in expected if key[1] == "response"], actual, outcome)
        differences, compared, crashed = comparison.compare(expected, actual)
        outcome.counts["rows"] += compared
        outcome.counts["rows on which the reference crashes"] += crashed
        outcome.counts["entities"] += sum(key[0] == 0 for key in expected)
        outcome.counts["entities refused by both"] += sum(
            key[0] == 0 and key not in actual and "panic" not in row for key, row in expected.items())
        self.sort(differences, case, outcome)
        return outcome

    def open(self, difference):
        """The name of the open fault that a difference is, if it is to be counted apart."""
        return next((name for name in self.still_open if comparison.OPEN[name](difference)), None)

    def sort(self, differences, case, outcome):
        for difference in differences:
            name = self.open(difference) or comparison.known(difference, case.document)
            if name:
                outcome.known[name] += 1
            else:
                outcome.differences.append(difference)

    def fail(self, outcome, code, message, user=-1):
        """Notes a signal or a hang."""
        name = "hang" if code is None else f"signal {-code}" if code < 0 else f"exit code {code}"
        outcome.differences.append(comparison.Difference(user, "process", name, "process", "an answer", message[-400:]))

    def rows(self, case, lines, numbers, outcome):
        """Our rows by user, kind and name; `None` if the document is refused or the process failed."""
        numbers = list(numbers)
        while True:
            with open(self.users_path, "w", encoding="utf-8", errors="surrogatepass") as file:
                file.write("".join(lines[number] + "\n" for number in numbers))
            code, output, message = self.own.run(
                "evaluate", self.path, "--users", self.users_path, "--format", "jsonl", *case.context())
            if code == 0:
                break
            if code != 1:
                self.fail(outcome, code, message)
                return None
            line = re.search(re.escape(self.users_path) + r":(\d+):", message)
            if not line:
                if outcome.status == "accepted":
                    self.acceptance(case, True, message, outcome)
                return None
            # The user is left out and the others are tried again.
            number = numbers.pop(int(line.group(1)) - 1)
            if outcome.status == "accepted":
                self.sort([comparison.Difference(number, "user", "", "acceptance", "accepted", message[-300:])],
                          case, outcome)
        rows = {}
        with open(output, encoding="utf-8", errors="surrogatepass") as file:
            for line in file:
                row = json.loads(line)
                rows[numbers[row["u"]], row["kind"], row["name"]] = row
        return rows

    def refused(self, case, lines, outcome):
        """Checks that a document that the reference refuses is refused."""
        code, _, message = self.own.run("evaluate", self.path, "--user", "{}", "--format", "jsonl", *case.context())
        if code == 0:
            self.acceptance(case, False, "accepted", outcome)
        elif code != 1:
            self.fail(outcome, code, message)

    def acceptance(self, case, is_accepted, message, outcome):
        document = case.document if case.data is None else None
        if case.data is not None:
            try:
                document = parse(case.data.decode("utf-8"))
            except (ValueError, RecursionError):
                pass
        difference = comparison.Difference(
            -1, "document", "", "acceptance", "accepted" if is_accepted else "refused", message[-300:])
        name = self.open(difference) or comparison.known_acceptance(document, is_accepted, message)
        if name:
            outcome.known[name] += 1
        else:
            outcome.differences.append(difference)

    def add_responses(self, case, lines, keys, actual, outcome):
        for number, kind, name in keys:
            if len(lines[number]) > 100_000:
                continue
            name_hash, _, client_key = name.partition("/")
            code, output, message = self.own.run(
                "initialize", self.path, "--user", lines[number].encode("utf-8", "surrogatepass"), "--hash", name_hash,
                *(["--client-key", client_key] if client_key else []), *case.context())
            if code == 0:
                with open(output, encoding="utf-8", errors="surrogatepass") as file:
                    actual[number, kind, name] = {"value": json.load(file)}
                outcome.counts["responses"] += 1
            elif code != 1:
                self.fail(outcome, code, message, number)

    def repeated(self, case, outcome):
        """The differences that are there each time; the reference answers some things by chance."""
        differences = {difference.key: difference for difference in outcome.differences}
        for _ in range(3):
            self.reference.close()
            again = {difference.key for difference in self.compare(case).differences}
            for key in [key for key in differences if key not in again]:
                del differences[key]
                outcome.known["answers of the reference by chance"] += 1
        outcome.differences = list(differences.values())


# Making cases


class Maker:
    """Makes the cases of a seed; the same seed and number make the same case."""

    def __init__(self, seed, kinds, folder):
        self.seed, self.kinds = seed, kinds
        self.sources = mutation.sources([
            os.path.join(ROOT, "fixtures", "conformance"),
            # Documents of official sample projects, which aren't part of this repository.
            os.path.join(os.path.dirname(ROOT), "shared", "conformance")])
        # The same sets may be in both folders.
        self.sources = list({os.path.basename(source.folder): source for source in self.sources}.values())
        self.retyping = Retyping(self.sources, random.Random(f"{seed}/retyping"))
        self.lists = os.path.join(folder, "id_lists")
        os.makedirs(self.lists, exist_ok=True)
        for name, content in (("vip", "+AAAAAAAA\n+ypeBEsob\n+a4ayc/80\n-AAAAAAAA\n"), ("empty", "")):
            with open(os.path.join(self.lists, name), "w", encoding="utf-8") as file:
                file.write(content)

    def case(self, number):
        rng = random.Random(f"{self.seed}/{number}")
        kind = self.kinds[number % len(self.kinds)]
        if kind == "cross":
            cross = Cross(rng)
            document = cross.document()
            options = {}
            if rng.random() < 0.3:
                options["environment"] = rng.choice(["a", "production", "", "1.0"])
            if rng.random() < 0.3:
                options["global_custom_fields"] = {"glob": cross.string(), "x": cross.string()}
            users = [cross.user(document) for _ in range(USERS)]
            return Case(document, users, self.lists, options)
        change = mutation.Mutation(rng)
        if kind == "retyped":
            source, document = self.retyping.document(number // len(self.kinds))
            return Case(document, change.users(source, document, 2), source.id_lists, json.loads(dump(source.options)))
        source = rng.choice(self.sources)
        document = change.document(source, rng.choice([0, 1, 3, 8, 20]))
        options = json.loads(dump(source.options))
        case = Case(document, change.users(source, document, MUTATED_USERS), source.id_lists, options)
        if rng.random() < 0.08:
            case.data = change.broken(dump(document))
        return case


# Making a difference small


class Reducer:
    """Removes parts of a case as long as the same kind of difference stays."""

    def __init__(self, comparer, seconds):
        self.comparer, self.end = comparer, time.monotonic() + seconds

    def reduce(self, case, difference):
        if case.data is not None:
            return case
        case = Case(copy(case.document), copy(case.users), case.id_lists, dict(case.options))
        if difference.user >= 0:
            case.users = [case.users[difference.user]]
            if not self.stays(case, difference):
                return None
        elif difference.kind == "document":
            case.users = [Members()]
        order = sorted((value for _, value in case.document if isinstance(value, list)), key=len, reverse=True)
        for holder in [case.document] + order:
            self.shrink(case, difference, holder)
        for holder in list(holders(case.document)) + list(holders(case.users)):
            self.shrink(case, difference, holder)
        return case

    def stays(self, case, difference):
        return time.monotonic() < self.end and any(
            other.kind == difference.kind and other.field == difference.field and other.name == difference.name
            for other in self.comparer.compare(case).differences)

    def shrink(self, case, difference, holder):
        size = max(1, len(holder) // 2)
        while size >= 1 and time.monotonic() < self.end:
            place = 0
            while place < len(holder):
                removed = holder[place:place + size]
                del holder[place:place + size]
                if not self.stays(case, difference):
                    holder[place:place] = removed
                    place += size
            size //= 2


def holders(value):
    """All arrays and objects of a tree, the outer ones first."""
    waiting = [value]
    while waiting:
        current = waiting.pop(0)
        yield current
        for child in current:
            child = child[1] if isinstance(current, Members) else child
            if isinstance(child, list):
                waiting.append(child)


# The run


def save(folder, case, differences, title):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "document.json"), "wb") as file:
        file.write(case.bytes())
    with open(os.path.join(folder, "users.jsonl"), "w", encoding="utf-8", errors="surrogatepass") as file:
        file.write("".join(dump(user) + "\n" for user in case.users))
    with open(os.path.join(folder, "case.json"), "w", encoding="utf-8") as file:
        json.dump({"case": title, "id_lists": case.id_lists, "options": case.options}, file)
    with open(os.path.join(folder, "differences.txt"), "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write("".join(f"{difference!r}\n" for difference in differences[:200]))


def load(folder):
    with open(os.path.join(folder, "document.json"), "rb") as file:
        data = file.read()
    try:
        document = parse(data.decode("utf-8", "surrogatepass"))
    except ValueError:
        document = Members()
    if not isinstance(document, Members):
        document = Members()
    with open(os.path.join(folder, "users.jsonl"), encoding="utf-8", errors="surrogatepass") as file:
        users = [parse(line) for line in file if line.strip()]
    with open(os.path.join(folder, "case.json"), encoding="utf-8") as file:
        members = json.load(file)
    return Case(document, users, members["id_lists"], members["options"], data)


class Run:
    def __init__(self, arguments, folder):
        self.arguments = arguments
        python = arguments.python or os.environ.get("GATEHOUSE_ORACLE_PYTHON") or sys.executable
        command = os.environ.get("GATEHOUSE", os.path.join(ROOT, ".build", "release", "gatehouse"))
        self.reference = Reference(python)
        self.comparer = Comparer(self.reference, Own(command, folder), folder, set(arguments.open))
        self.folder = folder
        self.total, self.known = collections.Counter(), collections.Counter()
        self.saved, self.differences = 0, 0
        self.start = time.monotonic()

    def take(self, case, title):
        outcome = self.comparer.compare(case)
        if outcome.differences:
            status, counts = outcome.status, outcome.counts
            self.comparer.repeated(case, outcome)
            outcome.status, outcome.counts = status, counts
        self.total["documents"] += 1
        self.total[f"documents {outcome.status}"] += 1
        self.total += outcome.counts
        self.known += outcome.known
        if outcome.differences:
            self.report(case, outcome, title)

    def report(self, case, outcome, title):
        self.differences += len(outcome.differences)
        self.saved += 1
        folder = os.path.join(self.arguments.save, f"{self.saved:03}")
        print(f"{title}: {len(outcome.differences)} differences, saved as {folder}", flush=True)
        for difference in outcome.differences[:3]:
            print(ascii(f"    {difference!r}")[1:-1], flush=True)
        save(folder, case, outcome.differences, title)
        first = outcome.differences[0]
        if not self.arguments.reduce_seconds:
            return
        small = Reducer(self.comparer, self.arguments.reduce_seconds).reduce(case, first)
        if small is not None:
            save(os.path.join(folder, "small"), small, self.comparer.compare(small).differences, title)

    def summary(self):
        parts = [f"{count} {name}" for name, count in sorted(self.total.items())]
        print(f"{time.monotonic() - self.start:.0f} s: " + ", ".join(parts))
        for name, count in sorted(self.known.items()):
            print(f"    not counted as differences: {name}: {count}")
        print(f"    differences: {self.differences}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", default="1", help="any text; other seeds make other documents")
    parser.add_argument("--seconds", type=float, help="stop after this time")
    parser.add_argument("--documents", type=int, help="stop after this many documents")
    parser.add_argument("--first", type=int, default=0, help="the number of the first document")
    parser.add_argument("--kind", action="append", choices=["cross", "mutated", "retyped"], help="only these")
    parser.add_argument("--python", help="a Python that has statsig-python-core")
    parser.add_argument("--save", help="a folder for differences")
    parser.add_argument("--stop-after", type=int, default=25, help="stop after this many documents with differences")
    parser.add_argument("--reduce-seconds", type=float, default=60, help="time to make a difference small")
    parser.add_argument("--open", action="append", default=[], help="count this known fault apart",
                        choices=sorted(comparison.OPEN))
    parser.add_argument("--replay", help="compare the saved difference in this folder")
    arguments = parser.parse_args()
    if arguments.seconds is None and arguments.documents is None:
        arguments.seconds = 60
    arguments.save = arguments.save or tempfile.mkdtemp(prefix="gatehouse-differences-")
    with tempfile.TemporaryDirectory() as folder:
        run = Run(arguments, folder)
        try:
            if arguments.replay:
                run.take(load(arguments.replay), "replay")
            else:
                loop(run, arguments, folder)
        finally:
            run.reference.close()
        run.summary()
    if not arguments.replay and not run.total["rows"]:
        print("nothing was compared: is statsig-python-core there?")
        sys.exit(2)
    if not run.differences and not arguments.replay:
        os.path.isdir(arguments.save) and not os.listdir(arguments.save) and os.rmdir(arguments.save)
    sys.exit(1 if run.differences else 0)


def loop(run, arguments, folder):
    maker = Maker(arguments.seed, arguments.kind or ["cross", "mutated", "retyped", "mutated"], folder)
    number, reported = arguments.first, time.monotonic()
    while run.saved < arguments.stop_after:
        if arguments.documents is not None and number >= arguments.first + arguments.documents:
            break
        if arguments.seconds is not None and time.monotonic() - run.start >= arguments.seconds:
            break
        run.take(maker.case(number), f"seed {arguments.seed}, document {number}")
        number += 1
        if time.monotonic() - reported >= 60:
            reported = time.monotonic()
            run.summary()


if __name__ == "__main__":
    main()
