#!/usr/bin/python3
"""Cut a golden .npz of a trained `cae` with encoder k4 down to what the tests read.

golden_to_facts.py GOLDEN.npz FACTS.bin

The archive was made by an independent program: weights, images as bytes (clean, and with
salt-and-pepper noise), their latent tensors and reconstructions.  The facts are float32,
little endian, one behind the other: the parameter block (encoder.0, encoder.1, decoder.0,
decoder.1, each weight then bias, PyTorch's layout), then for two clean images and a noisy
one the image / 255, the latent tensor as height x width x channels, the reconstruction.
"""
import sys

import numpy as np

LAYERS = ("w_body.0", "w_mu", "w_dec.0", "w_dec.2")


def main():
    golden = np.load(sys.argv[1])
    parts = []
    for layer in LAYERS:
        parts += [golden[layer + ".weight"], golden[layer + ".bias"]]
    for name, image in (("clean", 0), ("clean", 1), ("sp05", 0)):
        parts += [golden[name + "_u8"][image].astype(np.float32) / np.float32(255),
                  golden[name + "_latent"][image].transpose(1, 2, 0),
                  golden[name + "_recon"][image]]
    block = np.concatenate([np.ascontiguousarray(part).ravel() for part in parts])
    block.astype("<f4").tofile(sys.argv[2])


if __name__ == "__main__":
    main()
