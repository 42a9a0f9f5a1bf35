#!/usr/bin/python3
"""What spectra_batched.py computes, image by image with numpy.cov, as one writes it first.

Usage: OPENBLAS_NUM_THREADS=1 spectra_by_image.py LATENTS.f32 HEIGHT WIDTH CHANNELS
"""
import collections

import numpy as np

from spectra_batched import TOLERANCE, main


def ranks(t):
    h, w, c = t.shape
    for x in (t.reshape(h, -1), t.transpose(1, 0, 2).reshape(w, -1),
              t.transpose(2, 0, 1).reshape(c, -1)):
        values = np.linalg.eigvalsh(np.cov(x))
        yield int((values > TOLERANCE * values[-1]).sum())


def strata(latents):
    found = collections.Counter(tuple(ranks(t)) for t in latents)
    triples = sorted(found)
    return triples, [found[triple] for triple in triples]


if __name__ == "__main__":
    main(strata)
