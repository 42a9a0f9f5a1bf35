#!/usr/bin/python3
"""Geodesics of graphs (x, y, h(x, y)) by SciPy's solver of boundary problems: writes
tests/data/geodesic-facts.h.

h = p x^2 / 2 + q y^2 / 2 + s sin(2 x) cos(y), and a geodesic of the graph obeys
(x, y)'' = -grad h * (v^T Hess h v) / (1 + |grad h|^2), v = (x, y)'.  Lengths are of the solution
itself, middle its place halfway.
"""
import sys

import numpy as np
from scipy.integrate import solve_bvp

CASES = [((0.8, -0.5, 0.0), (-1.0, -0.6), (1.1, 0.9)), ((1.6, 1.2, 0.0), (-0.9, 0.2), (0.8, 0.4)),
         ((0.0, 0.3, 0.4), (-1.2, -0.4), (1.0, 0.7))]


def slope(c, x, y):
    p, q, s = c
    return p * x + 2 * s * np.cos(2 * x) * np.cos(y), q * y - s * np.sin(2 * x) * np.sin(y)


def bend(c, x, y, u, v):
    p, q, s = c
    xx = p - 4 * s * np.sin(2 * x) * np.cos(y)
    xy = -2 * s * np.cos(2 * x) * np.sin(y)
    yy = q - s * np.sin(2 * x) * np.cos(y)
    return xx * u * u + 2 * xy * u * v + yy * v * v


def solve(c, a, b):
    def derivative(t, w):
        hx, hy = slope(c, w[0], w[1])
        pull = -bend(c, *w) / (1 + hx * hx + hy * hy)
        return np.array([w[2], w[3], hx * pull, hy * pull])

    def ends(first, last):
        return np.array([first[0] - a[0], first[1] - a[1], last[0] - b[0], last[1] - b[1]])

    t = np.linspace(0, 1, 201)
    start = np.array([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]),
                      0 * t + b[0] - a[0], 0 * t + b[1] - a[1]])
    found = solve_bvp(derivative, ends, t, start, tol=1e-10, max_nodes=100000)
    assert found.success
    x, y, u, v = found.sol(0.3)
    hx, hy = slope(c, x, y)
    speed = np.sqrt(u * u + v * v + (hx * u + hy * v)**2)   # the same everywhere
    return speed, found.sol(0.5)[:2]


with open(sys.argv[1], "w", encoding="utf-8") as out:
    out.write("/* By tests/reference/geometry_geodesics.py. */\n#pragma once\n\n"
              "static const struct { double shape[3], a[2], b[2], length, middle[2]; } "
              "GEODESIC_FACTS[] = {\n")
    for shape, a, b in CASES:
        length, middle = solve(shape, a, b)
        numbers = [", ".join(f"{x:.15g}" for x in row) for row in (shape, a, b, middle)]
        out.write(f"  {{ {{ {numbers[0]} }}, {{ {numbers[1]} }}, {{ {numbers[2]} }}, "
                  f"{length:.12g}, {{ {numbers[3]} }} }},\n")
    out.write("};\n")
