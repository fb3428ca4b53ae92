# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Numbers of spotify-confidence for experiments on standard input, one JSON object a line."""
import json
import sys
import warnings

import numpy as np
import pandas as pd
import spotify_confidence as confidence


def main():
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        experiment = json.loads(line)
        numbers = []
        # spotify-confidence computes variances from sums of squares, which lose the digits of shifted values.
        if not experiment["shifted"]:
            rows = []
            for name in ("control", "test"):
                x = np.array(experiment["rows"][name])[:, 0]
                rows.append({"group": name, "n": len(x), "sum": x.sum(), "squares": (x * x).sum()})
            for letter, test in (("z", confidence.ZTest), ("t", confidence.StudentsTTest)):
                model = test(
                    pd.DataFrame(rows), numerator_column="sum", numerator_sum_squares_column="squares",
                    denominator_column="n", categorical_group_columns="group",
                    interval_size=1 - experiment["significance"])
                for suffix, absolute in (("", True), (".simple", False)):
                    result = model.difference("control", "test", absolute=absolute).iloc[0]
                    prefix = f"mean.{letter}.twoSided{suffix}"
                    numbers.append([f"{prefix}.lower", "spotify-confidence", result["ci_lower"], 0.0])
                    numbers.append([f"{prefix}.upper", "spotify-confidence", result["ci_upper"], 0.0])
                    if absolute:
                        numbers.append(["mean.change", "spotify-confidence", result["difference"], 0.0])
                        numbers.append([f"{prefix}.p", "spotify-confidence", result["p-value"], 0.0])
        print(json.dumps(numbers))


if __name__ == "__main__":
    main()
