#!/usr/bin/python3
"""Facts for tests/engine/test-embedding.c: kernel PCA of synthetic latent tensors, by the
singular value decomposition of features that are written out, and never by a centred Gram
matrix; perturbed points on the axes of the clean ones.

Writes tests/data/kernel-pca-facts.h.
"""
import numpy as np

from geometry_hilbert import CASES, FACTS, N, all_features, latent, numbers

KERNELS = ["projection", "log-euclidean", "gaussian:projection", "gaussian:bonnabel-sepulchre"]


def main():
    lines = ["/* Made by tests/reference/engine_kernel_pca.py; not to be edited. */",
             f"enum {{ KERNEL_PCA_N = {N} }};", "typedef struct KernelPcaFact {",
             "  const char *kernel;", "  unsigned height, width, channels;",
             "  double shares[2];", "  double deviation;  /* along the first axis */",
             "  double clean[2 * KERNEL_PCA_N], now[2 * KERNEL_PCA_N];", "} KernelPcaFact;",
             "static const KernelPcaFact KERNEL_PCA_FACTS[] = {"]
    for shape in CASES.values():
        tensors = [latent(shape, i, perturbed) for perturbed in (False, True) for i in range(N)]
        for kernel in KERNELS:
            a, b = np.split(all_features(tensors, kernel), 2)
            mean = a.mean(axis=0)
            _, s, vt = np.linalg.svd(a - mean, full_matrices=False)
            clean, now = ((rows - mean) @ vt[:2].T for rows in (a, b))
            shares = s[:2] ** 2 / (s ** 2).sum()
            lines += ['  {{ "{}", {}, {}, {},'.format(kernel, *shape),
                      "    {{ {!r}, {!r} }},".format(*map(float, shares)),
                      f"    {float(clean[:, 0].std())!r},"]
            lines += ["    " + numbers(list(rows.ravel())) for rows in (clean, now)]
            lines[-1] = lines[-1].rstrip(",") + " },"
    lines += ["};"]
    (FACTS / "kernel-pca-facts.h").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
