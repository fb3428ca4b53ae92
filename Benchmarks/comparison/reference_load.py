# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Loads a document with the reference in a process that does nothing else; started by load.py.

The argument is a JSON object: key, options of the reference, and optionally the path of a document that is handed
over through a data store instead of being downloaded. Prints what it measured, and ends when standard input does,
after sending what events it has.
"""

import json
import sys

import statsig_python_core as statsig
from statsig_python_core.data_store import DataStoreResponse

from peak import peak_byte_count


class Store(statsig.DataStore):
    """A data store that holds one document."""

    def __init__(self, text):
        super().__init__()
        self.text = text

    def get(self, key):
        return DataStoreResponse(result=self.text, time=1)


def main():
    request = json.loads(sys.argv[1])
    options = request["options"]
    if request.get("stored"):
        with open(request["stored"], encoding="utf-8") as file:
            options["data_store"] = Store(file.read())
    engine = statsig.Statsig(request["key"], statsig.StatsigOptions(**options))
    before = peak_byte_count()
    details = engine.initialize_with_details().result(120)
    answer = {
        "ready": bool(details.is_config_spec_ready),
        "source": details.source,
        "milliseconds": details.duration,
        "peakAddedByteCount": peak_byte_count() - before,
    }
    print(json.dumps(answer), flush=True)
    sys.stdin.read()
    engine.flush_events().wait(10)
    engine.shutdown().wait(10)


main()
