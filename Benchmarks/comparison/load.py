# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Measures loading and reloading, each load in a new process, in turns."""

import json
import os
import subprocess
import sys

import figures
import gatehouse
from failure import Failure
from variants import process_times, variants

ROUNDS = 5
# The reference polls every 10 s at most often.
RELOADS = 2
POLL_SECONDS = 15
# Ends a poll's processing and the sending of its events.
SETTLE_SECONDS = 3


class Load:
    """What came out: times in ms, memory in bytes, None where there is no figure."""

    def __init__(self):
        self.document_byte_count = 0
        self.ruleset_byte_count = 0
        self.reference_process = []
        self.reference_download = []
        self.reference_store = []
        self.reference_reload = []
        self.reference_peak = []
        self.gatehouse_load = []
        self.gatehouse_reload = []
        self.gatehouse_peak = []

    def rows(self):
        """Rows of title, unit, reference and Gatehouse."""
        load, reload = figures.median(self.gatehouse_load), figures.median(self.gatehouse_reload)
        # Whole ms: their mean is finer than their median.
        process, again = figures.mean(self.reference_process), figures.mean(self.reference_reload)
        peaks = figures.median(self.reference_peak), figures.median(self.gatehouse_peak)
        return [
            ("process the document", "ms", process, load),
            ("until ready, from memory (data store)", "ms", figures.median(self.reference_store), load),
            ("until ready, from loopback HTTP", "ms", figures.median(self.reference_download), None),
            ("process it again with one gate changed", "ms", again, reload),
            ("peak memory added, with the document's bytes", "MB", *(p and p / 1e6 for p in peaks)),
        ]


class ReferenceProcess:
    """A process that loads with the reference."""

    def __init__(self, loopback, key, documents, stored=None, sync_ms=3_600_000):
        self.loopback = loopback
        self.key = key
        loopback.publish(key, documents)
        options = {**loopback.urls(), "specs_sync_interval_ms": sync_ms}
        request = {"key": key, "options": options, "stored": stored}
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference_load.py")
        self.process = subprocess.Popen(
            [sys.executable, "-B", script, json.dumps(request)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        line = self.process.stdout.readline()
        self.result = json.loads(line) if line else {}
        if not self.result.get("ready"):
            self.finish()
            raise Failure("the reference could not load the document: %s" % (line.decode() or "it ended"))

    def finish(self):
        """Ends the process and returns the events that it sent."""
        self.process.stdin.close()
        self.process.stdout.read()
        self.process.stdout.close()
        self.process.wait()
        return self.loopback.events[self.key]


def measure(loopback, executable, content, folder, key):
    """Measures everything about loading a document.

    folder: where files may be written; key: an SDK key that is used nowhere else.
    """
    load = Load()
    documents = variants(content, RELOADS + 1)
    paths = []
    for number, document in enumerate(documents):
        paths.append(os.path.join(folder, "load-%d.json" % number))
        with open(paths[-1], "wb") as file:
            file.write(document)
    load.document_byte_count = len(documents[0])
    for number in range(ROUNDS):
        process = ReferenceProcess(loopback, "%s-download-%d" % (key, number), documents[:1])
        load.reference_download.append(process.result["milliseconds"])
        load.reference_peak.append(process.result["peakAddedByteCount"])
        load.reference_process += process_times(process.finish(), "initialize")
        process = ReferenceProcess(loopback, "%s-store-%d" % (key, number), [], stored=paths[0])
        load.reference_store.append(process.result["milliseconds"])
        process.finish()
        result = gatehouse.measure_load(executable, paths)
        load.gatehouse_load.append(result["loadNanoseconds"] / 1e6)
        load.gatehouse_reload += [time / 1e6 for time in result["reloadNanoseconds"]]
        load.gatehouse_peak.append(result["peakAddedByteCount"])
        load.ruleset_byte_count = result["rulesetByteCount"]
    load.reference_reload = measure_reload(loopback, documents, key + "-reload")
    return load


def measure_reload(loopback, documents, key):
    """How long the reference processes each later document, in ms."""
    process = ReferenceProcess(loopback, key, documents, sync_ms=10_000)
    loopback.wait(lambda: loopback.served[key] >= len(documents), POLL_SECONDS * RELOADS)
    loopback.wait(lambda: False, SETTLE_SECONDS)
    return process_times(process.finish(), "config_sync")
