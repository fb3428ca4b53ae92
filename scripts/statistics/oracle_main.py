# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Numbers of scipy, statsmodels, numpy and tea-tasting for experiments on standard input, one JSON object a line.

Answers map a number's name to [oracle, value].
"""
import json
import math
import sys
import warnings

import numpy as np
import tea_tasting as tt
from scipy import integrate, optimize, stats
from statsmodels.stats.api import CompareMeans, DescrStatsW
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import normal_power
from tea_tasting.aggr import Aggregates

ALTERNATIVES = {"twoSided": ("two-sided", "two-sided"), "greater": ("greater", "larger"), "less": ("less", "smaller")}


def aggregates(rows):
    columns = dict(zip(("y", "n", "x", "m"), np.array(rows).T))
    names = sorted(columns)
    covariances = {
        (a, b): float(np.cov(columns[a], columns[b])[0, 1]) for i, a in enumerate(names) for b in names[i + 1:]
    }
    return Aggregates(
        count_=len(rows), mean_={k: float(v.mean()) for k, v in columns.items()},
        var_={k: float(v.var(ddof=1)) for k, v in columns.items()}, cov_=covariances)


def tea_tasting(out, test, control, level):
    test, control = aggregates(test), aggregates(control)
    for name, make in {
        "mean": lambda **k: tt.Mean("y", **k),
        "ratio": lambda **k: tt.RatioOfMeans("y", "n", **k),
        "cuped": lambda **k: tt.Mean("y", "x", **k),
        "cupedRatio": lambda **k: tt.RatioOfMeans("y", "n", "x", "m", **k),
    }.items():
        for alternative, (word, _) in ALTERNATIVES.items():
            for letter, use_t in (("z", False), ("t", True)):
                # With equal_var=False a t interval of tea-tasting has Welch's degrees of freedom.
                metric = make(alternative=word, confidence_level=level, equal_var=False, use_t=use_t)
                result = metric.analyze_aggregates(control, test)
                out(f"{name}.change", "tea-tasting", result.effect_size)
                out(f"{name}.z", "tea-tasting", result.statistic)
                out(f"{name}.{letter}.{alternative}.p", "tea-tasting", result.pvalue)
                out(f"{name}.{letter}.{alternative}.lower", "tea-tasting", result.effect_size_ci_lower)
                out(f"{name}.{letter}.{alternative}.upper", "tea-tasting", result.effect_size_ci_upper)
                if name == "ratio":
                    out("ratio.test", "tea-tasting", result.treatment)
                    out("ratio.control", "tea-tasting", result.control)


def means(out, t, c, level):
    alpha = 1 - level
    test, control = DescrStatsW(t), DescrStatsW(c)
    out("mean.test", "statsmodels", test.mean)
    out("mean.control", "statsmodels", control.mean)
    out("mean.test.error", "statsmodels", test.std_mean)
    out("mean.control.error", "statsmodels", control.std_mean)
    compare = CompareMeans(test, control)
    for alternative, (scipy_word, word) in ALTERNATIVES.items():
        z, p = compare.ztest_ind(alternative=word, usevar="unequal")
        low, high = compare.zconfint_diff(alpha, alternative=word, usevar="unequal")
        out("mean.z", "statsmodels", z)
        out(f"mean.z.{alternative}.p", "statsmodels", p)
        out(f"mean.z.{alternative}.lower", "statsmodels", low)
        out(f"mean.z.{alternative}.upper", "statsmodels", high)
        welch = stats.ttest_ind(t, c, equal_var=False, alternative=scipy_word)
        interval = welch.confidence_interval(level)
        out("mean.degrees", "scipy", welch.df)
        out("mean.z", "scipy", welch.statistic)
        out(f"mean.t.{alternative}.p", "scipy", welch.pvalue)
        out(f"mean.t.{alternative}.lower", "scipy", interval.low)
        out(f"mean.t.{alternative}.upper", "scipy", interval.high)
    z, p = test.ztest_mean(1)
    out("mean.onesample.z", "statsmodels", z)
    out("mean.onesample.p", "statsmodels", p)


def fieller(out, t, c, alpha):
    """The roots of Fieller's definition, where the interval is bounded."""
    mt, mc, vt, vc = t.mean(), c.mean(), t.var(ddof=1) / len(t), c.var(ddof=1) / len(c)
    ratio = mt / mc
    degrees = stats.ttest_ind(t, c, equal_var=False).df
    for letter, critical in (("z", stats.norm.isf(alpha / 2)), ("t", stats.t.isf(alpha / 2, degrees))):
        if critical**2 * vc >= 0.98 * mc**2:
            continue

        def definition(rho):
            return (mt - rho * mc) ** 2 - critical**2 * (vt + rho**2 * vc)

        for end, sign in (("lower", -1), ("upper", 1)):
            far = math.sqrt(vt + ratio**2 * vc) / abs(mc)
            while definition(ratio + sign * far) <= 0:
                far *= 2
            root = optimize.brentq(definition, ratio, ratio + sign * far, xtol=1e-15, rtol=1e-15)
            out(f"mean.{letter}.twoSided.fieller.{end}", "scipy", root - 1, abs(root))


def sequential(out, t, c, alpha):
    nt, nc, st, sc = len(t), len(c), t.var(ddof=1), c.var(ddof=1)
    change, variance = t.mean() - c.mean(), st / nt + sc / nc
    error = math.sqrt(variance)
    for alternative, (tail, p) in {
        "twoSided": (alpha / 2, lambda z: 2 * stats.norm.sf(abs(z))), "greater": (alpha, stats.norm.sf),
        "less": (alpha, stats.norm.cdf),
    }.items():
        z = stats.norm.isf(tail)
        tau = z * z * (st + sc) / (nt + nc)
        out(f"sequential.{alternative}.mixingVariance", "scipy", tau)
        width = math.sqrt(1 / (1 / tau + 1 / variance))

        def log_ratio(critical):
            """ln of the mixture's likelihood ratio at a difference of `critical` standard errors."""
            centre = critical * error * tau / (tau + variance)

            def exponent(u):
                return (u * critical * error - u * u / 2) / variance - u * u / (2 * tau)

            # The peak is taken out, since it can be too large for a number.
            value, _ = integrate.quad(
                lambda u: math.exp(exponent(u) - exponent(centre)), centre - 9 * width, centre + 9 * width, epsabs=0,
                epsrel=1e-12, limit=200)
            return math.log(value / math.sqrt(2 * math.pi * tau)) + exponent(centre)

        boundary = -math.log(tail)
        critical = optimize.brentq(lambda x: log_ratio(x) - boundary, 0.5, 500, xtol=1e-13, rtol=1e-13)
        out(f"sequential.{alternative}.criticalValue", "scipy", critical)
        out(f"sequential.{alternative}.margin", "scipy", critical * error)
        out(f"sequential.{alternative}.p", "scipy", p(change / error / (critical / z)))


def others(out, experiment, t, c):
    alpha = experiment["significance"]
    error = math.sqrt(t.var(ddof=1) / len(t) + c.var(ddof=1) / len(c))
    change = t.mean() - c.mean()
    d = experiment["minimumEffect"] * abs(c.mean()) / c.std(ddof=1)
    theta = d / math.sqrt(1 / len(t) + 1 / len(c))
    out("sprt.effect", "numpy", d)
    z = abs(change / error)
    ratio = stats.norm.logpdf(z, theta) - stats.norm.logpdf(z, 0)
    out("sprt.ratio", "scipy", ratio, max(z * z, theta * theta) / 2)
    # The same function finds the effect that has a power of 80 % and the power of the effect.
    out("power.power", "statsmodels", normal_power(change, 1 / error**2, alpha))
    out("power.smallest", "scipy", (stats.norm.isf(0.2) + stats.norm.isf(alpha / 2)) * error)
    units, weights = np.array(experiment["units"]), np.array(experiment["weights"])
    result = stats.chisquare(units, units.sum() * weights / weights.sum())
    out("ratioTest.statistic", "scipy", result.statistic)
    out("ratioTest.p", "scipy", result.pvalue)
    rejected = int(multipletests(experiment["pValues"], alpha, "fdr_bh")[0].sum())
    out("benjaminiHochberg", "statsmodels", alpha * max(1, rejected) / len(experiment["pValues"]))
    values = np.array([v for v in experiment["values"] if v])
    for end, percentile in (("lower", 1), ("upper", 99)):
        out(f"winsorization.{end}", "numpy", np.percentile(values, percentile, method="inverted_cdf"))


def main():
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        experiment = json.loads(line)
        numbers = []

        def out(name, oracle, value, scale=0.0):
            numbers.append([name, oracle, float(value), float(scale)])

        rows = experiment["rows"]
        t, c = (np.array(rows[g])[:, 0] for g in ("test", "control"))
        level = 1 - experiment["significance"]
        means(out, t, c, level)
        tea_tasting(out, rows["test"], rows["control"], level)
        fieller(out, t, c, experiment["significance"])
        sequential(out, t, c, experiment["significance"])
        others(out, experiment, t, c)
        print(json.dumps(numbers))


if __name__ == "__main__":
    main()
