#!/usr/bin/python3
"""Facts for tests/geometry/test-hilbert.c: kernels, dimensions, principal angles and PCA of
synthetic latent tensors, by NumPy and SciPy on other ways than the program's: eigenvectors from
SVDs of the unfoldings, logarithms of whole matrices, subspaces from SVDs of centred
features and never from a Gram matrix, angles by scipy.linalg.subspace_angles.

Writes tests/data/hilbert-facts.h.
"""
import pathlib

import numpy as np
import scipy.linalg
import scipy.spatial

from geometry_perturbations import normals

FACTS = pathlib.Path(__file__).resolve().parent.parent / "data"
N = 12
K = 5
TOLERANCE = 1e-8
# How many different cells each image has: ranks from 0 up, all kinds together.
DISTINCT = [1, 2, 3, 6, 11, 17, 25, 30, 38, 44, 49, 49]
KERNELS = ["projection", "frobenius", "log-euclidean", "bonnabel-sepulchre"]
CASES = {"wide": (7, 7, 128), "narrow": (5, 4, 12)}


def latent(shape, image, perturbed):
    """Rectified noise around a pattern that all images share, with repeated cells; the
    perturbed one has noise on top, in every second image in each cell anew."""
    h, w, c = shape
    cells = h * w
    distinct = min(DISTINCT[image], cells)
    base = np.array(normals(100, 1000, 0, cells * c)).reshape(cells, c)
    own = np.array(normals(100, image, 0, cells * c)).reshape(cells, c)
    extra = np.array(normals(100, image, 6, cells * c)).reshape(cells, c)
    source = [p * 53 % distinct for p in range(cells)]
    t = (base + 0.5 * own)[source]
    if perturbed:
        t = t + 0.25 * (extra if image % 2 else extra[source])
    return np.maximum(t, 0.0).astype(np.float32).astype(np.float64).reshape(h, w, c)


def factors(t):
    h, w, c = t.shape
    for x in (t.reshape(h, -1), t.transpose(1, 0, 2).reshape(w, -1),
              t.transpose(2, 0, 1).reshape(c, -1)):
        x = x - x.sum(axis=1, keepdims=True) / x.shape[1]
        u, s, _ = np.linalg.svd(x, full_matrices=True)
        values = np.zeros(len(x))
        values[:len(s)] = s ** 2 / (x.shape[1] - 1)
        yield x @ x.T / (x.shape[1] - 1), u, values


def features(t, kernel):
    out = []
    for s, u, values in factors(t):
        d = len(s)
        zero = values[0] <= 1e-24 * np.abs(t).max() ** 2
        scaled = np.zeros_like(s) if zero else s / np.trace(s)
        above = (values > TOLERANCE * values[0]) & (not zero)
        if kernel == "projection":
            matrix = u[:, above] @ u[:, above].T / np.sqrt(d)
        elif kernel == "bonnabel-sepulchre":
            logs = np.log(values[above] / values.sum()) / np.log(TOLERANCE)
            u = u[:, above]
            matrix = np.stack([u @ u.T, (u * logs) @ u.T]) / np.sqrt(d)
        elif kernel == "frobenius":
            matrix = scaled
        else:
            e, v = scipy.linalg.eigh(scaled + 1e-3 / d * np.eye(d))
            matrix = (v * np.log(e)) @ v.T
        out.append(matrix.ravel())
    return np.concatenate(out)


def all_features(tensors, kernel):
    """One row a tensor; clean ones come first.  A Gaussian's are a factor of its whole matrix."""
    if not kernel.startswith("gaussian:"):
        return np.array([features(t, kernel) for t in tensors])
    f = all_features(tensors, kernel.removeprefix("gaussian:"))
    k = np.exp(-scipy.spatial.distance.cdist(f, f, "sqeuclidean") / 2 / median_distance(f) ** 2)
    e, v = scipy.linalg.eigh(k)
    assert e[0] > -1e-14
    return v * np.sqrt(np.maximum(e, 0.0))


def subspace(f):
    centred = f - f.mean(axis=0)
    _, s, vt = np.linalg.svd(centred, full_matrices=False)
    values = s ** 2
    numerical = min(len(f) - 1, int((values > 1e-10 * values[0]).sum()))
    share = np.cumsum(values) / values.sum()
    energy = [int(np.argmax(share >= e)) + 1 for e in (0.95, 0.99)]
    return values, vt, (numerical, *energy)


def median_distance(f):
    return float(np.median([np.linalg.norm(f[i] - f[j]) for i in range(N) for j in range(i)]))


def numbers(values):
    rows = [", ".join(f"{v:.17g}" for v in values[i:i + 4]) for i in range(0, len(values), 4)]
    return "{\n      " + ",\n      ".join(rows) + " },"


def pca(rows):
    mean = rows.mean(axis=0)
    _, s, vt = np.linalg.svd(rows - mean, full_matrices=False)
    vt *= np.sign(vt[np.arange(len(vt)), np.abs(vt).argmax(axis=1)])[:, None]
    return mean, vt[:2], (s ** 2 / (s ** 2).sum())[:2]


def main():
    lines = ["/* Made by tests/reference/geometry_hilbert.py; not to be edited. */",
             f"enum {{ HILBERT_N = {N}, HILBERT_K = {K} }};", "typedef struct HilbertFact {",
             "  const char *kernel;", "  unsigned height, width, channels;",
             "  double diagonal_a[HILBERT_N], diagonal_b[HILBERT_N];",
             "  double row_aa[HILBERT_N], row_ab[HILBERT_N];  /* row 5 */",
             "  double values_a[HILBERT_N - 1], values_b[HILBERT_N - 1];",
             "  unsigned dimensions_a[3], dimensions_b[3];",
             "  unsigned count;  /* of angles */",
             "  double degrees[HILBERT_K];", "  double median_clean, median_pairs;",
             "} HilbertFact;", "static const HilbertFact HILBERT_FACTS[] = {"]
    plane = []
    for shape in CASES.values():
        clean = [latent(shape, i, False) for i in range(N)]
        shown = [latent(shape, i, True) for i in range(N)]
        for kernel in KERNELS + [f"gaussian:{k}" for k in KERNELS]:
            a, b = np.split(all_features(clean + shown, kernel), 2)
            values_a, axes_a, dims_a = subspace(a)
            values_b, axes_b, dims_b = subspace(b)
            k = min(K, dims_a[0], dims_b[0])
            angles = np.degrees(np.sort(scipy.linalg.subspace_angles(axes_a[:k].T, axes_b[:k].T)))
            pairs = float(np.median(np.linalg.norm(a - b, axis=1)))
            lines += [f'  {{ "{kernel}", {shape[0]}, {shape[1]}, {shape[2]},']
            for block in ((a * a).sum(1), (b * b).sum(1), a @ a[5], b @ a[5], values_a[:N - 1],
                          values_b[:N - 1]):
                lines += ["    " + numbers(list(block))]
            lines += ["    {{ {}, {}, {} }}, {{ {}, {}, {} }},".format(*dims_a, *dims_b),
                      f"    {k},", "    " + numbers(list(angles)),
                      f"    {median_distance(a)!r}, {pairs!r} }},"]
        mean, axes, shares = pca(np.array([t.ravel() for t in clean]))
        for rows in (clean, shown):
            plane.append((np.array([t.ravel() for t in rows]) - mean) @ axes.T)
        plane.append(shares)
    lines += ["};", "/* PCA of the tensors of each case: two coordinates of each clean image, of",
              " * each perturbed one, and the two axes' shares. */",
              "static const double PCA_FACTS[2][4 * HILBERT_N + 2] = {"]
    for case in (plane[:3], plane[3:]):
        lines += ["  " + numbers(np.concatenate([p.ravel() for p in case]))]
    lines += ["};"]
    (FACTS / "hilbert-facts.h").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
