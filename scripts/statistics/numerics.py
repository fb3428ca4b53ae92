#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Compares the numeric functions of GatehouseStatistics with scipy (numpy for the streaming variance).

    numerics.py --write fixtures/statistics/numerics.jsonl     cases with scipy's results, for the test suite
    numerics.py --tool PATH [--cases 20000] [--seed 1]         random cases, asked of `gatehouse-statistics`

Needs scipy (scripts/statistics/requirements.txt); without it the comparison is skipped.
"""
import argparse
import json
import math
import random
import subprocess
import sys

TOLERANCE = 1e-12

try:
    import numpy
    from scipy import special, stats
except ImportError:
    print("numerics: skipped, scipy is not installed")
    sys.exit(0)

FUNCTIONS = {
    "normal.cdf": lambda z: special.ndtr(z),
    "normal.survival": lambda z: special.ndtr(-z),
    "normal.quantile": lambda p: special.ndtri(p),
    "t.cdf": lambda v, t: stats.t.cdf(t, v),
    "t.survival": lambda v, t: stats.t.sf(t, v),
    "t.quantile": lambda v, p: stats.t.ppf(p, v),
    "chiSquare.cdf": lambda v, x: stats.chi2.cdf(x, v),
    "chiSquare.survival": lambda v, x: stats.chi2.sf(x, v),
    "gamma.lower": lambda a, x: special.gammainc(a, x),
    "gamma.upper": lambda a, x: special.gammaincc(a, x),
    "beta.lower": lambda a, b, x: special.betainc(a, b, x),
    "beta.upper": lambda a, b, x: special.betaincc(a, b, x),
    "variance": lambda *x: numpy.var(x, ddof=1),
}


def probability(rng):
    """A probability: ordinary, close to 0, or close to 1."""
    kind = rng.random()
    if kind < 0.4:
        return rng.random()
    if kind < 0.8:
        return 10 ** rng.uniform(-300, 0)
    return 1 - 10 ** rng.uniform(-15, 0)


def arguments(name, rng):
    if name == "variance":
        mean = rng.choice([0, 10 ** rng.uniform(-3, 7)])
        return [mean + rng.gauss(0, 1) for _ in range(rng.randint(2, 12))]
    family, function = name.split(".")
    if function == "quantile":
        p = probability(rng)
        return [p] if family == "normal" else [10 ** rng.uniform(0, 6), p]
    if family == "normal":
        return [rng.uniform(-38, 38) if rng.random() < 0.5 else rng.gauss(0, 2)]
    if family == "t":
        return [10 ** rng.uniform(0, 6), rng.choice([-1, 1]) * 10 ** rng.uniform(-3, 3)]
    if family == "chiSquare":
        v = float(rng.randint(1, 30)) if rng.random() < 0.6 else 10 ** rng.uniform(0, 5)
        return [v, v * 10 ** rng.uniform(-1.5, 1.5) if v < 100 else max(0.0, v + rng.gauss(0, 8) * math.sqrt(2 * v))]
    if family == "gamma":
        a = 10 ** rng.uniform(-1, 5)
        return [a, a * 10 ** rng.uniform(-1, 1) if a < 100 else max(0.0, a + rng.gauss(0, 8) * math.sqrt(a))]
    a, b = 10 ** rng.uniform(-0.3, 4), 10 ** rng.uniform(-0.3, 4)
    spread = math.sqrt(a * b / (a + b) / (a + b) / (a + b + 1))
    return [a, b, min(max(a / (a + b) + rng.gauss(0, 5) * spread, 1e-6), 1 - 1e-6)]


def comparable(name, values, expected):
    """False where scipy has fewer digits than the comparison needs (shown with mpmath at 60 digits)."""
    if not math.isfinite(expected) or abs(expected) < 1e-300:  # subnormal results
        return False
    if name == "t.quantile" and abs(stats.t.cdf(expected, values[0]) / values[1] - 1) > 1e-11:
        return False  # scipy's own distribution function doesn't confirm far quantiles
    # scipy loses digits in far tails of incomplete gamma functions with large shapes.
    return not (name.startswith(("chiSquare", "gamma")) and expected < 1e-12 and values[0] > 100)


def cases(count, seed):
    rng = random.Random(seed)
    names = list(FUNCTIONS)
    for index in range(count):
        name = names[index % len(names)]
        values = arguments(name, rng)
        expected = float(FUNCTIONS[name](*values))
        if comparable(name, values, expected):
            yield {"function": name, "arguments": values, "value": expected}


def compare(tool, count, seed):
    wanted = list(cases(count, seed))
    text = "".join(json.dumps({k: c[k] for k in ("function", "arguments")}) + "\n" for c in wanted)
    run = subprocess.run([tool], input=text, capture_output=True, text=True, check=True, timeout=600)
    worst, bad = {}, 0
    for case, line in zip(wanted, run.stdout.splitlines(), strict=True):
        value = json.loads(line).get("value")
        expected = case["value"]
        error = math.inf if value is None else abs(value - expected) / max(abs(expected), 1e-300)
        if error > worst.get(case["function"], (-1,))[0]:
            worst[case["function"]] = (error, case["arguments"], expected, value)
        bad += error > TOLERANCE
    for name, (error, values, expected, value) in worst.items():
        print(f"{name:20} largest relative difference {error:.1e} at {values}")
        if error > TOLERANCE:
            print(f"{'':20} scipy {expected!r}, Gatehouse {value!r}")
    print(f"numerics: {len(wanted)} cases, {bad} beyond {TOLERANCE}")
    return 1 if bad else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write")
    parser.add_argument("--tool")
    parser.add_argument("--cases", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.write:
        with open(options.write, "w", encoding="utf-8") as file:
            for case in cases(options.cases, options.seed):
                file.write(json.dumps(case) + "\n")
        return 0
    if not options.tool:
        parser.error("--write or --tool")
    return compare(options.tool, options.cases, options.seed)


if __name__ == "__main__":
    sys.exit(main())
