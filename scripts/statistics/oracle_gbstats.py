# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Numbers of gbstats for experiments on standard input, one JSON object a line."""
import json
import sys
import warnings

import numpy as np
from gbstats.bayesian.tests import EffectBayesianABTest, EffectBayesianConfig, GaussianPrior
from gbstats.frequentist.tests import FrequentistConfig, TwoSidedTTest
from gbstats.models.statistics import (
    RatioStatistic, RegressionAdjustedStatistic, SampleMeanStatistic, compute_theta)


def mean(x):
    return SampleMeanStatistic(n=len(x), sum=float(x.sum()), sum_squares=float((x * x).sum()))


def ratio(x, y):
    return RatioStatistic(
        n=len(x), m_statistic=mean(x), d_statistic=mean(y), m_d_sum_of_products=float((x * y).sum()))


def adjusted(x, before):
    return RegressionAdjustedStatistic(
        n=len(x), post_statistic=mean(x), pre_statistic=mean(before), post_pre_sum_of_products=float((x * before).sum()),
        theta=0)


def frequentist(out, name, control, test, alpha, kinds=("absolute", "relative")):
    for kind in kinds:
        config = FrequentistConfig(difference_type=kind, alpha=alpha)
        result = TwoSidedTTest(control, test, config).compute_result()
        prefix = f"{name}.t.twoSided" + ("" if kind == "absolute" else ".delta")
        out(f"{prefix}.lower", result.ci[0])
        out(f"{prefix}.upper", result.ci[1])
        out(f"{name}.change" if kind == "absolute" else f"{name}.relative", result.expected)
        out(f"{name}.error" if kind == "absolute" else f"{name}.relative.error", result.uplift.stddev)
        if kind == "absolute":
            out(f"{name}.t.twoSided.p", result.p_value)


def bayesian(out, name, control, test, alpha, kind, prior):
    config = EffectBayesianConfig(
        difference_type=kind, prior_type=kind, alpha=alpha,
        prior_effect=GaussianPrior(mean=prior[0], variance=prior[1] ** 2, proper=True) if prior else GaussianPrior())
    result = EffectBayesianABTest(control, test, config).compute_result()
    out(f"{name}.mean", result.uplift.mean)
    out(f"{name}.error", result.uplift.stddev)
    out(f"{name}.chance", result.chance_to_win)
    out(f"{name}.lower", result.ci[0])
    out(f"{name}.upper", result.ci[1])
    if abs(result.uplift.mean) < 4 * result.uplift.stddev:  # the moments of a far tail are imprecise
        out(f"{name}.keeping", result.risk[0])
        out(f"{name}.loss", result.risk[1])


def main():
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        experiment = json.loads(line)
        numbers = []

        def out(name, value):
            numbers.append([name, "gbstats", float(value), 0.0])

        t, tn, tx, _ = np.array(experiment["rows"]["test"]).T
        c, cn, cx, _ = np.array(experiment["rows"]["control"]).T
        alpha = experiment["significance"]
        # gbstats computes variances from sums of squares, which lose the digits of shifted values.
        if not experiment["shifted"]:
            frequentist(out, "mean", mean(c), mean(t), alpha)
            frequentist(out, "ratio", ratio(c, cn), ratio(t, tn), alpha)
            before, after = adjusted(c, cx), adjusted(t, tx)
            theta = compute_theta(before, after)
            before.theta = after.theta = theta
            out("cuped.theta", theta)
            frequentist(out, "cuped", before, after, alpha, ("absolute",))
            bayesian(out, "bayes", mean(c), mean(t), alpha, "absolute", experiment["prior"])
            bayesian(out, "bayes.flat", mean(c), mean(t), alpha, "absolute", None)
            bayesian(out, "bayes.relative", mean(c), mean(t), alpha, "relative", experiment["prior"])
        print(json.dumps(numbers))


if __name__ == "__main__":
    main()
