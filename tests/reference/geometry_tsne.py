#!/usr/bin/python3
"""Facts for tests/geometry/test-tsne.c and test-neighbours.c: t-SNE with whole matrices, its
widths from SciPy's root finder, and trustworthiness and continuity from sorted ranks.

Writes tests/data/tsne-facts.h and tests/data/neighbour-facts.h.
"""
import math
import pathlib

import numpy as np
import scipy.optimize

from geometry_perturbations import normals

FACTS = pathlib.Path(__file__).resolve().parent.parent / "data"
SEED, STREAM = 11, 6
SIZES = (3, 4, 24, 40)
STEPS = (0, 1, 10, 30)


def points(n):
    i = np.arange(n, dtype=float)
    return np.stack([np.cos(i), np.sin(1.7 * i), 0.25 * (i % 5), (i % 2) * 1.5], axis=1)


def distances(x):
    return np.sqrt(((x[:, None] - x[None]) ** 2).sum(axis=2))


def affinities(d):
    n = len(d)
    wanted = math.log(min(30.0, (n - 1) / 3))
    p = np.zeros((n, n))
    for i in range(n):
        others = np.arange(n) != i
        square = d[i, others] ** 2
        square = square - square.min()

        def weights(log_beta):
            w = np.exp(-np.exp(log_beta) * square)
            return w / w.sum()

        def excess(log_beta):
            w = weights(log_beta)
            w = w[w > 0]
            return -(w * np.log(w)).sum() - wanted

        # Where no width is narrow enough, the nearest alone.
        top = 30.0
        p[i, others] = weights(top if excess(top) > -1e-13 else
                               scipy.optimize.brentq(excess, -30.0, top, xtol=1e-14))
    return (p + p.T) / (2 * n)


def student(y):
    num = 1 / (1 + ((y[:, None] - y[None]) ** 2).sum(axis=2))
    np.fill_diagonal(num, 0)
    return num


def divergence(p, y):
    num = student(y)
    q = num / num.sum()
    some = p > 0
    return (p[some] * np.log(p[some] / q[some])).sum()


def embed(p, steps):
    n = len(p)
    y = 1e-4 * np.array(normals(SEED, 0, STREAM, 2 * n)).reshape(n, 2)
    velocity, gains = np.zeros_like(y), np.ones_like(y)
    for step in range(steps):
        early = step < 250
        num = student(y)
        w = ((12 if early else 1) * p - num / num.sum()) * num
        gradient = 4 * (np.diag(w.sum(axis=1)) - w) @ y
        same = (gradient > 0) == (velocity > 0)
        gains = np.maximum(np.where(same, gains * 0.8, gains + 0.2), 0.01)
        velocity = (0.5 if early else 0.8) * velocity - n / 12 * gains * gradient
        y = y + velocity
        y = y - y.mean(axis=0)
    return y


def trust(true, shown, k):
    n = len(true)

    def ranks(d):
        d = d.copy()
        np.fill_diagonal(d, np.inf)
        order = np.argsort(d, axis=1, kind="stable")
        r = np.empty((n, n), dtype=int)
        np.put_along_axis(r, order, np.arange(1, n + 1)[None].repeat(n, axis=0), axis=1)
        return r

    a, b = ranks(true), ranks(shown)
    intruders = (a - k)[(b <= k) & (a > k)].sum()
    missing = (b - k)[(a <= k) & (b > k)].sum()
    weight = 2 / (n * k * (2 * n - 3 * k - 1))
    return 1 - weight * intruders, 1 - weight * missing


def block(name, numbers, comment):
    rows = [", ".join(f"{v:.17g}" for v in numbers[i:i + 4]) for i in range(0, len(numbers), 4)]
    return [f"static const double {name}[] = {{  /* {comment} */",
            *(f"  {row}," for row in rows), "};"]


def main():
    head = "/* Made by tests/reference/geometry_tsne.py; not to be edited. */"
    lines, maps, costs = [head], [], []
    for n in SIZES:
        p = affinities(distances(points(n)))
        for steps in STEPS:
            y = embed(p, steps)
            maps.extend(y.ravel())
            costs.append(divergence(p, y))
    lines += [f"static const unsigned TSNE_SIZES[] = {{ {', '.join(map(str, SIZES))} }};",
              f"static const unsigned TSNE_STEPS[] = {{ {', '.join(map(str, STEPS))} }};"]
    lines += block("TSNE_MAPS", maps, "for each size, after each number of steps, [size][2]")
    lines += block("TSNE_DIVERGENCES", costs, "the same")
    (FACTS / "tsne-facts.h").write_text("\n".join(lines) + "\n")

    found = []
    sizes = (3, 4, 5, 10, 11, 24, 60)
    for n in sizes:
        x = points(n)
        k = min(5, (n - 1) // 2)
        # The map is rounded, so that there are ties.
        found.extend(trust(distances(x), distances(np.round(2 * x[:, :2]) / 2), k))
    lines = [head, f"static const unsigned NEIGHBOUR_SIZES[] = {{ {', '.join(map(str, sizes))} }};"]
    lines += block("NEIGHBOURS", found, "trustworthiness, continuity")
    (FACTS / "neighbour-facts.h").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
