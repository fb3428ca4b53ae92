# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Runs the comparison; started by `Benchmarks/compare` with the Python that has the reference."""

import os
import sys
import tempfile
import time

import agreement
import load
import machine
import options
import report
import timing
from failure import Failure
from gatehouse import Gatehouse
from loopback import Loopback
from project import Project
from reference import Reference, quiet
from scenarios import Scenarios
from toolchain import note
from users import FULL_JSON


def compare(project, number, loopback, executable, chosen, folder):
    """Compares on one project."""
    document = os.path.join(folder, "document.json")
    with open(document, "wb") as file:
        file.write(project.data)
    reference = Reference(loopback, "secret-compare-%d" % number, project)
    gatehouse = Gatehouse(executable, document, project)
    try:
        note("%s: comparing answers" % project.title)
        with quiet():
            agreed = agreement.compare(reference, gatehouse, project.names, FULL_JSON, project.users)
        agreed.demand(project.title)
        names = project.names.without(agreed.left_out)
        scenarios = Scenarios(reference, gatehouse, project, names, chosen.gate).all()
        measurements = []
        for scenario in scenarios:
            note("%s: %s" % (project.title, scenario.title))
            measurements.append(timing.measure(scenario, chosen.seconds))
    finally:
        gatehouse.close()
        reference.close()
    loaded = None
    if not chosen.no_load:
        note("%s: loading and reloading" % project.title)
        loaded = load.measure(loopback, executable, project.content, folder, "secret-load-%d" % number)
    return report.Comparison(project, agreed, measurements, loaded)


def main(executable, arguments):
    start = time.monotonic()
    chosen = options.parse(arguments)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    default = os.path.join(root, "fixtures", "conformance", "syn_all_1", "spec.json.gz")
    # Read all first: a wrong path shouldn't come to light after minutes.
    projects = [Project(path, chosen.users) for path in chosen.document or [default]]
    about = machine.describe(root)
    loopback = Loopback()
    with tempfile.TemporaryDirectory() as folder:
        comparisons = [
            compare(project, number, loopback, executable, chosen, folder) for number, project in enumerate(projects)
        ]
    print(report.write(comparisons, about, chosen.format))
    note("took %.0f s" % (time.monotonic() - start))


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2:])
    except Failure as failure:
        print("compare: %s" % failure, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
