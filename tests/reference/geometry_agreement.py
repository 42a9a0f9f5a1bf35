#!/usr/bin/python3
"""How far lengths under an anisotropic linear map are distances times a number, by NumPy and SciPy:
writes tests/data/agreement-facts.h.

Pairs of latents in the plane, x their distances, y their lengths under J with singular values 2 and
sizes[k]; in the last case some of both are rounded, so that ranks are shared.
"""
import sys

import numpy as np
from scipy.stats import pearsonr, rankdata, spearmanr

SIZES = [2.0, 0.5, 4.0, 2.0]
PAIRS = 12


def row(x, y):
    scale = (x @ y) / (x @ x)
    residual = np.sqrt(((y - scale * x) ** 2).sum() / (y @ y))
    spearman = spearmanr(x, y).statistic
    assert abs(spearman - pearsonr(rankdata(x), rankdata(y)).statistic) < 1e-12
    return pearsonr(x, y).statistic, spearman, scale, residual


def main(path):
    rng = np.random.default_rng(7)
    with open(path, "w", encoding="utf-8") as out:
        out.write("/* By tests/reference/geometry_agreement.py. */\n#pragma once\n\n")
        out.write(f"static const struct {{ double x[{PAIRS}], y[{PAIRS}], pearson, spearman, scale, "
                  "residual; }\nAGREEMENT_FACTS[] = {\n")
        for k, size in enumerate(SIZES):
            steps = rng.standard_normal((PAIRS, 2)) * 1.5
            turn = np.linalg.qr(rng.standard_normal((3, 2)))[0]
            jacobian = turn @ np.diag([2.0, size])
            x = np.linalg.norm(steps, axis=1)
            y = np.linalg.norm(steps @ jacobian.T, axis=1)
            if k == len(SIZES) - 1:
                x, y = np.round(x), np.round(y + rng.standard_normal(PAIRS) ** 2)
            numbers = [", ".join(f"{v:.17g}" for v in values) for values in (x, y)]
            facts = ", ".join(f"{v:.15g}" for v in row(x, y))
            out.write("  { { %s },\n    { %s },\n    %s },\n" % (*numbers, facts))
        out.write("};\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "tests/data/agreement-facts.h")
