#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Compares every statistic of GatehouseStatistics with its oracles on random experiments.

    oracles.py --tool .build/debug/gatehouse-statistics                       50 experiments
    oracles.py --tool .build/release/gatehouse-statistics --experiments 1000  the full comparison

The oracles come from PyPI into virtual environments under .build/statistics: scipy, statsmodels and tea-tasting; gbstats;
spotify-confidence. Without a network the comparison is skipped, and says so. The tool gets sums, counts and cross
products, or means and covariances, never units; the oracles get the units.
"""
import argparse
import concurrent.futures
import filecmp
import json
import math
import pathlib
import shutil
import subprocess
import sys

from experiments import experiments, request

HERE = pathlib.Path(__file__).resolve().parent
ENVIRONMENTS = HERE.parent.parent / ".build" / "statistics"
ORACLES = {
    "main": ("requirements.txt", "oracle_main.py"),
    "gbstats": ("requirements-gbstats.txt", "oracle_gbstats.py"),
    "confidence": ("requirements-confidence.txt", "oracle_confidence.py"),
}
TOLERANCE = 1e-9
# Oracles that compute a tail as 1 - cdf have absolute precision only.
PROBABILITY_PRECISION = 1e-15


def python(name, requirements):
    """The interpreter of an environment with the packages, or None if they can't be installed."""
    home = ENVIRONMENTS / name
    interpreter, marker = home / "bin" / "python", home / requirements
    if marker.exists() and filecmp.cmp(marker, HERE / requirements, shallow=False):
        return interpreter
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        install = [interpreter, "-m", "pip", "install", "-q", "-r", HERE / requirements]
        subprocess.run(install, check=True, timeout=900)
    except (subprocess.SubprocessError, OSError) as error:
        print(f"oracles: {name} cannot be installed ({type(error).__name__})")
        shutil.rmtree(home, ignore_errors=True)
        return None
    shutil.copy(HERE / requirements, marker)
    return interpreter


def run(command, lines):
    text = "".join(json.dumps(line) + "\n" for line in lines)
    result = subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True, timeout=3000)
    return [json.loads(line) for line in result.stdout.splitlines()]


def difference(name, oracle, value, expected, scale):
    """The relative difference; `scale` is the size of the terms that the oracle subtracts from each other."""
    if value is None:
        return 0.0 if math.isinf(expected) or math.isnan(expected) else math.inf
    if math.isinf(expected):
        return math.inf
    gap = abs(value - expected)
    if name.endswith((".p", ".chance")) and oracle in ("gbstats", "spotify-confidence", "statsmodels"):
        gap = max(0.0, gap - PROBABILITY_PRECISION)
    return gap / max(abs(expected), scale, 1e-300)


def compare(wanted, answers, tallies):
    bad = 0
    for index, (oracle_numbers, answer) in enumerate(zip(wanted, answers, strict=True)):
        for name, oracle, expected, scale in oracle_numbers:
            numbers = answer["numbers"]
            if name not in numbers:
                print(f"experiment {index}: {name} is missing ({answer['missing'].get(name)}), {oracle} has {expected}")
                bad += 1
                continue
            error = difference(name, oracle, numbers[name], expected, scale)
            key = (oracle, name.split(".")[0])
            count, worst = tallies.get(key, (0, (0.0, "")))
            tallies[key] = (count + 1, max(worst, (error, f"{name} of experiment {index}")))
            if not error <= TOLERANCE:
                bad += 1
                if bad <= 20:
                    print(f"experiment {index}: {name} is {numbers[name]!r}, {oracle} has {expected!r} ({error:.1e})")
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True, help="the built gatehouse-statistics")
    parser.add_argument("--experiments", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    interpreters = {name: python(name, requirements) for name, (requirements, _) in ORACLES.items()}
    interpreters = {name: path for name, path in interpreters.items() if path}
    if not interpreters:
        print("oracles: skipped, none can be installed")
        return 0

    cases = list(experiments(options.experiments, options.seed))
    answers = run([options.tool], [request(case, index) for index, case in enumerate(cases)])
    tallies, bad = {}, 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs = {
            name: pool.submit(run, [path, "-B", HERE / ORACLES[name][1]], cases) for name, path in interpreters.items()
        }
        for name, future in runs.items():
            bad += compare(future.result(), answers, tallies)
    for (oracle, family), (count, (error, place)) in sorted(tallies.items()):
        print(f"{oracle:20} {family:18} {count:7} numbers, largest relative difference {error:.1e} ({place})")
    total = sum(count for count, _ in tallies.values())
    print(f"oracles: {len(cases)} experiments, {total} numbers, {bad} beyond {TOLERANCE}")
    if "main" in interpreters:
        numerics = [interpreters["main"], "-B", HERE / "numerics.py", "--tool", options.tool]
        bad += subprocess.run([*numerics, "--cases", str(20 * options.experiments)], check=False).returncode
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
