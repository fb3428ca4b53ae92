# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Versions of a document, for loading one and then the next."""

import json

# Of 10,000: the reference reports the times of each load.
ALWAYS = 10_000


def variants(content, count):
    """Some versions of a document as bytes, each with a later time and, from the second on, with one gate changed.

    All are written anew and compactly, and ask the reference to report the times of each load.
    """
    content = dict(content)
    content["diagnostics"] = {**(content.get("diagnostics") or {}), "initialize": ALWAYS, "dcs": ALWAYS}
    start = content.get("time") if isinstance(content.get("time"), int) else 1
    gate = next((name for name, spec in content["feature_gates"].items() if isinstance(spec, dict)), None)
    documents = []
    for number in range(count):
        content["time"] = start + number
        if "checksum" in content:
            content["checksum"] = str(number + 1)
        if number > 0 and gate is not None:
            changed = {**content["feature_gates"][gate], "salt": "salt %d" % number}
            content["feature_gates"] = {**content["feature_gates"], gate: changed}
        documents.append(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8"))
    return documents


def process_times(events, context):
    """From diagnostics events of a context (`initialize` or `config_sync`): how long processing each document took, ms.

    The reference marks the start and the end of processing a downloaded document with the time in whole ms.
    """
    times = []
    for event in events:
        metadata = event.get("metadata") or {}
        if event.get("eventName") != "statsig::diagnostics" or metadata.get("context") != context:
            continue
        start = None
        for marker in json.loads(metadata["markers"]):
            if marker.get("key") != "download_config_specs" or marker.get("step") != "process":
                continue
            if marker["action"] == "start":
                start = marker["timestamp"]
            elif start is not None and marker.get("success"):
                times.append(marker["timestamp"] - start)
                start = None
    return times
