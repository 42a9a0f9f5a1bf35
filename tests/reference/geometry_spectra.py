#!/usr/bin/python3
"""Facts for tests/geometry/test-spectrum.c: three latent tensors of a k4 convolutional
autoencoder, their covariances and ranks as PyTorch and NumPy gave them when the net was run,
and their spectra from SciPy's SVD of the centred unfoldings (no covariance is formed).

Usage: geometry_spectra.py FOLDER, the folder that holds golden_mnist_k4.npz and
golden_fashion_k4.npz.  Writes tests/data/latents-k4.f32 (3 x 7 x 7 x 128, little-endian) and
tests/data/spectrum-facts.h.
"""
import pathlib
import sys

import numpy as np
import scipy.linalg

FACTS = pathlib.Path(__file__).resolve().parent.parent / "data"
CHOSEN = [("mnist", "clean", 0), ("fashion", "clean", 1), ("fashion", "sp05", 1)]


def unfoldings(t):
    h, w, c = t.shape
    t = t.astype(np.float64)
    for x in (t.reshape(h, -1), t.transpose(1, 0, 2).reshape(w, -1),
              t.transpose(2, 0, 1).reshape(c, -1)):
        yield x - x.sum(axis=1, keepdims=True) / x.shape[1]


def spectra(t):
    h, w, c = t.shape
    for x, n in zip(unfoldings(t), (h, w, min(c, h * w))):
        sigma = scipy.linalg.svd(x, compute_uv=False)
        values = np.zeros(n)
        some = min(n, len(sigma))
        values[:some] = sigma[:some] ** 2 / (x.shape[1] - 1)
        yield values


def block(name, numbers, comment):
    rows = [", ".join(f"{v:.17g}" for v in numbers[i:i + 4]) for i in range(0, len(numbers), 4)]
    return [f"static const double {name}[] = {{  /* {comment} */",
            *(f"  {row}," for row in rows), "};"]


def main():
    folder = pathlib.Path(sys.argv[1])
    latents, values, sides, ranks, s3 = [], [], [], [], []
    for dataset, shown, image in CHOSEN:
        golden = np.load(folder / f"golden_{dataset}_k4.npz")
        latents.append(golden[f"{shown}_latent"][image].transpose(1, 2, 0))
        for i, spectrum in enumerate(spectra(latents[-1]), 1):
            known = golden[f"{shown}_eig{i}"][image]
            assert np.abs(np.sort(known)[::-1] - spectrum).max() < 1e-13 * spectrum[0]
            values.extend(spectrum)
            ranks.append([int(golden[f"{shown}_rank{i}_tol1e-0{e}"][image]) for e in (4, 6, 8)])
        sides.extend(golden[f"{shown}_S1"][image].ravel())
        sides.extend(golden[f"{shown}_S2"][image].ravel())
        s3.extend(golden[f"{shown}_S3"][image][5::41, 2::31].ravel())
    np.stack(latents).astype("<f4").tofile(FACTS / "latents-k4.f32")
    lines = ["/* Made by tests/reference/geometry_spectra.py; not to be edited. */",
             "enum { SPECTRUM_IMAGES = 3, SPECTRUM_VALUES = 7 + 7 + 49 };"]
    lines += block("SPECTRA", values, "S1, S2, S3 of each image, descending")
    lines += block("COVARIANCES", sides, "S1 and S2 of each image")
    lines += block("CHANNELS", s3, "S3[5::41, 2::31] of each image")
    lines += ["/* Of each image's S1, S2, S3 at 1e-4, 1e-6 and 1e-8. */",
              "static const unsigned char RANKS[][3] = {",
              *(f"  {{ {a}, {b}, {c} }}," for a, b, c in ranks), "};"]
    (FACTS / "spectrum-facts.h").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
