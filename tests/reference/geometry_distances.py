#!/usr/bin/python3
"""Facts for tests/geometry/test-distance.c and test-jackknife.c: distances between synthetic
latent tensors by their definitions (matrix roots and logarithms of SciPy, angles by
scipy.linalg.subspace_angles), and jackknife intervals by leaving images out of explicit
features.  The program takes none of these ways.

Writes tests/data/distance-facts.h and tests/data/jackknife-facts.h.
"""
import numpy as np
import scipy.linalg
from scipy.linalg import logm, sqrtm

from geometry_hilbert import (CASES, FACTS, K, N, TOLERANCE, all_features, factors, latent, numbers,
                              subspace)

DISTANCES = ["frobenius", "log-euclidean", "affine-invariant", "bonnabel-sepulchre", "ye-lim"]
# Clean against clean (j < 12), clean against perturbed (j - 12).
PAIRS = [(0, 0), (0, 3), (1, 2), (2, 4), (4, 16), (5, 9), (6, 18), (8, 20), (9, 21), (10, 11),
         (11, 23), (7, 6), (3, 15)]
GROUPS = 10


def affine(p, q):
    root = np.linalg.inv(sqrtm(q))
    middle = root @ p @ root
    return np.linalg.norm(logm((middle + middle.T) / 2))


def factor_distance(kind, s, u, values, zero, t, v, others, other_zero):
    """None where it is not defined."""
    d = len(s)
    if kind in ("frobenius", "log-euclidean"):
        a = np.zeros_like(s) if zero else s / np.trace(s)
        b = np.zeros_like(t) if other_zero else t / np.trace(t)
        if kind == "log-euclidean":
            a, b = (scipy.linalg.logm(m + 1e-3 / d * np.eye(d)) for m in (a, b))
        return np.linalg.norm(a - b)
    keep = (values > TOLERANCE * values[0]) & (not zero)
    kept = (others > TOLERANCE * others[0]) & (not other_zero)
    r, q = int(keep.sum()), int(kept.sum())
    if kind == "affine-invariant":
        return affine(s, t) if r == q == d else None
    u, v, values, others = u[:, keep], v[:, kept], values[keep], others[kept]
    theta = scipy.linalg.subspace_angles(u, v) if min(r, q) else np.zeros(0)
    if kind == "ye-lim":
        return np.sqrt((theta ** 2).sum() + abs(r - q) * np.pi ** 2 / 4)
    if r != q:
        return None
    if r == 0:
        return 0.0
    o1, _, o2 = np.linalg.svd(u.T @ v)
    p = o1.T @ np.diag(values) @ o1
    q = o2 @ np.diag(others) @ o2.T
    return np.sqrt((theta ** 2).sum() + affine(p, q) ** 2)


def distances(kind, x, y):
    out = []
    for (s, u, values), (t, v, others) in zip(factors(x), factors(y)):
        zero = values[0] <= 1e-24 * np.abs(x).max() ** 2
        other_zero = others[0] <= 1e-24 * np.abs(y).max() ** 2
        out.append(factor_distance(kind, s, u, values, zero, t, v, others, other_zero))
    return out


def angles(a, b):
    (_, one, dimensions), (_, two, others) = subspace(a), subspace(b)
    k = min(K, dimensions[0], others[0])
    return np.degrees(np.sort(scipy.linalg.subspace_angles(one[:k].T, two[:k].T)))


def interval(estimate, replicates):
    replicates = np.array(replicates)
    half = 1.96 * np.sqrt((GROUPS - 1) / GROUPS * ((replicates - replicates.mean()) ** 2).sum())
    return [max(0.0, estimate - half), min(90.0, estimate + half)]


def main():
    lines = ["/* Made by tests/reference/geometry_distances.py; not to be edited. */",
             "/* Image j is clean below 12, image j - 12 perturbed from there on; -1 where a",
             " * distance is not defined. */", "typedef struct DistanceFact {",
             "  const char *distance;", "  unsigned height, width, channels, i, j;",
             "  double factors[3];", "} DistanceFact;",
             "static const DistanceFact DISTANCE_FACTS[] = {"]
    facts = ["/* Made by tests/reference/geometry_distances.py; not to be edited. */",
             f"enum {{ JACKKNIFE_N = {N}, JACKKNIFE_K = {K} }};",
             "/* -1 where there is no interval. */",
             "typedef struct JackknifeFact {", "  const char *kernel;",
             "  unsigned height, width, channels, count;",
             "  double mean[2], low[JACKKNIFE_K], high[JACKKNIFE_K];", "} JackknifeFact;",
             "static const JackknifeFact JACKKNIFE_FACTS[] = {"]
    for shape in CASES.values():
        sides = ", ".join(map(str, shape))
        tensors = [latent(shape, i, shown) for shown in (False, True) for i in range(N)]
        for kind in DISTANCES:
            for i, j in PAIRS:
                known = [-1.0 if d is None else d for d in distances(kind, tensors[i], tensors[j])]
                lines += [f'  {{ "{kind}", {sides}, {i}, {j},',
                          "    {{ {:.17g}, {:.17g}, {:.17g} }} }},".format(*known)]
        for kernel in ("projection", "frobenius", "log-euclidean", "gaussian:frobenius"):
            f = all_features(tensors, kernel)
            theta = angles(f[:N], f[N:])
            left = [angles(f[:N][keep], f[N:][keep])
                    for keep in (np.arange(N) % GROUPS != g for g in range(GROUPS))]
            each, mean = np.full((K, 2), -1.0), (-1.0, -1.0)
            if all(len(t) == len(theta) for t in left):
                for i in range(len(theta)):
                    each[i] = interval(theta[i], [t[i] for t in left])
                mean = interval(theta.mean(), [t.mean() for t in left])
            facts += [f'  {{ "{kernel}", {sides}, {len(theta)},',
                      "    {{ {:.17g}, {:.17g} }},".format(*mean),
                      "    " + numbers(list(each[:, 0])), "    " + numbers(list(each[:, 1])), "  },"]
    (FACTS / "distance-facts.h").write_text("\n".join(lines + ["};"]) + "\n")
    (FACTS / "jackknife-facts.h").write_text("\n".join(facts + ["};"]) + "\n")


if __name__ == "__main__":
    main()
