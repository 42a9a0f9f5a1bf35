#!/usr/bin/python3
"""Values, ranks and strata of many latent tensors with NumPy, as fast as it goes without leaving
it: all images at once, and of S3 the smaller Gram matrix.  tests/bench/bench-eigen.c measures
itself against this and against spectra_by_image.py.

Usage: OPENBLAS_NUM_THREADS=1 spectra_batched.py LATENTS.f32 HEIGHT WIDTH CHANNELS
Prints the seconds of the fastest of 25 rounds, then each stratum with its count.
"""
import sys
import time

import numpy as np

TOLERANCE = 1e-8
ROUNDS = 25


def spectra(latents):
    n, h, w, c = latents.shape
    t = latents.astype(np.float64)
    for x, side in ((t.reshape(n, h, w * c), h),
                    (t.transpose(0, 2, 1, 3).reshape(n, w, h * c), w)):
        x = x - x.mean(axis=2, keepdims=True)
        yield np.linalg.eigvalsh(x @ x.transpose(0, 2, 1) / (x.shape[2] - 1))
    x = t.reshape(n, h * w, c)
    x = x - x.mean(axis=1, keepdims=True)
    yield np.linalg.eigvalsh(x @ x.transpose(0, 2, 1) / (h * w - 1))


def strata(latents):
    ranks = [(values > TOLERANCE * values[:, -1:]).sum(axis=1) for values in spectra(latents)]
    return np.unique(np.stack(ranks, axis=1), axis=0, return_counts=True)


def main(function):
    shape = tuple(int(side) for side in sys.argv[2:5])
    latents = np.fromfile(sys.argv[1], dtype="<f4").reshape(-1, *shape)
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        triples, counts = function(latents)
        best = min(best, time.perf_counter() - start)
    print(f"{best:.9f}")
    for triple, count in zip(triples, counts):
        print(*triple, count)


if __name__ == "__main__":
    main(strata)
