# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Random experiments for the comparison with oracles."""
import math
import random


def column(rng, kind, units, effect):
    """A value per unit and the same metric before the exposure."""
    rows = []
    for _ in range(units):
        habit = rng.gauss(0, 1)
        if kind == "conversion":
            chance = 1 / (1 + math.exp(-(habit - 1 + effect)))
            rows.append((float(rng.random() < chance), float(rng.random() < 1 / (1 + math.exp(1 - habit)))))
        elif kind == "count":
            rate = math.exp(0.5 * habit)
            rows.append((float(poisson(rng, rate * (1 + effect))), float(poisson(rng, rate))))
        elif kind == "revenue":
            spent = math.exp(habit + rng.gauss(0.5, 0.6)) * (1 + effect) if rng.random() < 0.4 else 0.0
            rows.append((round(spent, 2), round(math.exp(habit) if rng.random() < 0.4 else 0.0, 2)))
        else:
            rows.append((10 + 2 * habit + rng.gauss(effect, 2), 10 + 2 * habit + rng.gauss(0, 2)))
    return rows


def poisson(rng, rate):
    limit, product, count = math.exp(-min(rate, 50)), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def group(rng, kind, units, effect, shift):
    rows = []
    for value, before in column(rng, kind, units, effect):
        denominator = 1.0 + poisson(rng, 1.5)
        rows.append((value * math.sqrt(denominator) + shift, denominator, before + shift, 1.0 + poisson(rng, 1.0)))
    return rows


def sums(rows):
    """Count, sums and cross products, as a database returns them."""
    columns = list(zip(*rows))
    products = [math.fsum(a * b for a, b in zip(columns[i], columns[j])) for i in range(4) for j in range(i + 1)]
    return {"count": len(rows), "sums": [math.fsum(c) for c in columns], "products": products}


def variances(rows):
    """Count, means and covariances, as a database with stable variances returns them."""
    columns = list(zip(*rows))
    means = [math.fsum(c) / len(rows) for c in columns]
    covariances = [
        math.fsum((a - means[i]) * (b - means[j]) for a, b in zip(columns[i], columns[j])) / (len(rows) - 1)
        for i in range(4) for j in range(i + 1)
    ]
    return {"count": len(rows), "means": means, "covariances": covariances}


def experiments(count, seed):
    rng = random.Random(seed)
    for index in range(count):
        kind = rng.choice(["conversion", "count", "revenue", "normal"])
        # A mean that is large beside the deviation, which only the stable form keeps the digits of.
        shift = 1000.0 if index % 10 == 9 else 0.0
        while True:
            test = group(rng, kind, max(3, int(10 ** rng.uniform(0.5, 2.8))), rng.gauss(0, 0.3), shift)
            control = group(rng, kind, max(3, int(10 ** rng.uniform(0.5, 2.8))), 0.0, shift)
            # Oracles answer in their own ways to columns that don't vary or whose mean is 0.
            if all(len(set(c)) > 1 for rows in (test, control) for c in zip(*rows)):
                break
        groups = rng.randint(2, 5)
        weights = [rng.choice([10.0, 20.0, 25.0, 50.0]) for _ in range(groups)]
        units = [max(1, round(w * rng.uniform(20, 400) * rng.gauss(1, 0.02))) for w in weights]
        yield {
            "rows": {"test": test, "control": control},
            "shifted": shift > 0,
            "significance": rng.choice([0.01, 0.02, 0.05, 0.1, 0.2]),
            "prior": [rng.gauss(0, 0.2), 10 ** rng.uniform(-1, 0.5)],
            "minimumEffect": rng.uniform(0.02, 0.5),
            "units": units,
            "weights": weights,
            "pValues": [rng.random() ** rng.choice([1, 4]) for _ in range(rng.randint(1, 12))],
            "values": [round(rng.expovariate(0.2), 2) * (rng.random() < 0.7) for _ in range(rng.randint(5, 400))],
        }


def request(experiment, index):
    """The line for `gatehouse-statistics`: sums and variances by turns, never units."""
    form = variances if index % 2 or experiment["shifted"] else sums
    fields = {k: v for k, v in experiment.items() if k not in ("rows", "shifted")}
    return {"experiment": fields | {name: form(rows) for name, rows in experiment["rows"].items()}}
