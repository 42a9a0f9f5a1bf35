#!/usr/bin/python3
"""Measures of isometry of drawn metrics by NumPy and SciPy: writes tests/data/isometry-facts.h.

Each G is B^T B + 0.05 I, B with d + 1 rows from the linear congruential generator that the test
has too.  Eigenvalues of (mean G)^-1 G are those of the generalised problem.
"""
import sys

import numpy as np
from scipy.linalg import eigh

CASES = [(9, 2), (10, 2), (7, 3), (6, 12), (1, 4)]


def draw(n, d):
    state, numbers = 5, []
    for _ in range(n * (d + 1) * d):
        state = (state * 1664525 + 1013904223) % 2**32
        numbers.append(2 * state / 2**32 - 1)
    b = np.reshape(numbers, (n, d + 1, d))
    return b.transpose(0, 2, 1) @ b + 0.05 * np.eye(d)


def measure(metrics):
    values = np.linalg.eigvalsh(metrics)
    condition = values[:, -1] / values[:, 0]
    trace = values.sum(1)
    mean = metrics.mean(0)
    return {
        "mean_condition": condition.mean(), "median_condition": np.median(condition),
        "mean_condition_j": np.sqrt(condition).mean(),
        "median_condition_j": np.median(np.sqrt(condition)),
        "variance": np.mean([np.sum(np.log(eigh(g, mean, eigvals_only=True))**2)
                             for g in metrics]),
        "relaxed": np.mean((values**2).sum(1)) / trace.mean()**2,
        "strict": np.mean(((values - 1)**2).sum(1)),
        "conformal": np.mean(((values / values.mean(1, keepdims=True) - 1)**2).sum(1)),
        "log_volume_variance": np.var(0.5 * np.log(np.linalg.det(metrics))),
    }


def main():
    with open(sys.argv[1], "w") as out:
        print("/* By tests/reference/geometry_isometry.py. */\n#pragma once\n", file=out)
        print("static const struct { uint32_t n, d; StIsometryMeasures measures; } "
              "ISOMETRY_FACTS[] = {", file=out)
        for n, d in CASES:
            facts = measure(draw(n, d))
            print(f"  {{ {n}, {d}, {{", file=out)
            for name, value in facts.items():
                print(f"      .{name} = {value:.15g},", file=out)
            print("    } },", file=out)
        print("};", file=out)


if __name__ == "__main__":
    main()
