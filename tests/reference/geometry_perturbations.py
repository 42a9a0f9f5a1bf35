#!/usr/bin/python3
"""Facts for tests/data/test-perturb.c and test-patches.c, from an implementation that shares
no code with the program: Philox in Python integers, perturbations and patches in NumPy.

Needs Debian's dataset-fashion-mnist.  Writes tests/data/fashion-24.u8 (the first 24 test
images) and tests/data/perturb-facts.h, patch-facts.h.
"""
import gzip
import math
import pathlib
import textwrap

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
FACTS = HERE.parent / "data"
SOURCE = "/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz"
COUNT = 24
SEED = 7
MASK = 0xFFFFFFFF


def philox(counter, key):
    counter, key = list(counter), list(key)
    for _ in range(10):
        a, b = 0xD2511F53 * counter[0], 0xCD9E8D57 * counter[2]
        counter = [(b >> 32) ^ counter[1] ^ key[0], b & MASK, (a >> 32) ^ counter[3] ^ key[1],
                   a & MASK]
        key = [(key[0] + 0x9E3779B9) & MASK, (key[1] + 0xBB67AE85) & MASK]
    return counter


def uniforms(seed, image, stream, n):
    words = []
    block = 0
    while len(words) < n:
        words += philox((block, image, stream, 1), (seed & MASK, seed >> 32))
        block += 1
    return [(w + 0.5) / 2.0 ** 32 for w in words[:n]]


def normals(seed, image, stream, n):
    u = uniforms(seed, image, stream, n + n % 2)
    out = []
    for u1, u2 in zip(u[0::2], u[1::2]):
        r = math.sqrt(-2.0 * math.log(u1))
        out += [r * math.cos(2 * math.pi * u2), r * math.sin(2 * math.pi * u2)]
    return out[:n]


def blur_matrix(n, sigma):
    radius = math.ceil(3 * sigma)
    i = np.arange(n)
    distance = np.abs(i[:, None] - i[None, :])
    m = np.where(distance <= radius, np.exp(-0.5 * (distance / sigma) ** 2), 0.0)
    return m / m.sum(axis=1, keepdims=True)


def perturb(kind, level, index, image):
    x = image.astype(np.float64)
    h, w = x.shape
    n = x.size
    if kind in ("gaussian", "gaussian-unclipped"):
        x = x + level * np.array(normals(SEED, index, 1, n)).reshape(h, w)
    elif kind == "salt-pepper":
        u = np.array(uniforms(SEED, index, 2, n)).reshape(h, w)
        x = np.where(u < level / 2, 0.0, np.where(u > 1 - level / 2, 1.0, x))
    elif kind == "speckle":
        x = x + level * x * np.array(normals(SEED, index, 3, n)).reshape(h, w)
    elif kind == "occlusion":
        u1, u2 = uniforms(SEED, index, 4, 2)
        side = math.floor(level * h + 0.5)
        top, left = math.floor(u1 * (h + 1 - side)), math.floor(u2 * (w + 1 - side))
        x = x.copy()
        x[top:top + side, left:left + side] = 0.0
    elif kind == "blur":
        x = blur_matrix(h, 4 * level) @ x @ blur_matrix(w, 4 * level).T
    if kind != "gaussian-unclipped":
        x = np.clip(x, 0.0, 1.0)
    return x.astype(np.float32)


def distinct(image, size, padding, stride, tell):
    h, w = image.shape
    marked = np.full((h + 2 * size, w + 2 * size), -1.0 if tell else 0.0, np.float32)
    marked[size:size + h, size:size + w] = image + np.float32(0)
    seen = set()
    for y in range(0, h, stride):
        for x in range(0, w, stride):
            top, left = y - padding + size, x - padding + size
            seen.add(marked[top:top + size, left:left + size].tobytes())
    return len(seen)


def wrap(numbers, indent):
    return textwrap.wrap("{ " + ", ".join(numbers) + " },", 98, initial_indent=indent,
                         subsequent_indent=indent + "  ")


def literal(value):
    text = f"{value:.9g}"
    return text + ("f" if "." in text or "e" in text else ".0f")


def write(name, lines):
    head = ["/* Made by tests/reference/geometry_perturbations.py; not to be edited. */"]
    (FACTS / name).write_text("\n".join(head + lines) + "\n")


def main():
    raw = gzip.open(SOURCE).read()
    pixels = np.frombuffer(raw, np.uint8, COUNT * 784, 16).reshape(COUNT, 28, 28)
    (FACTS / "fashion-24.u8").write_bytes(pixels.tobytes())
    images = pixels.astype(np.float32) / np.float32(255)

    assert philox((0, 3, 1, 1), (7, 0)) == [0x5CF74A47, 0x4246A0B9, 0x5C73F19F, 0x1D0BD799]
    lines = ["enum { FACT_PIXELS = 14 };", "static const struct {", "  const char *kind;",
             "  double level;", "  unsigned image;", "  double sum;",
             "  float pixels[FACT_PIXELS];  /* 5, 64, 123, ... */", "} PERTURB_FACTS[] = {"]
    for kind in ("gaussian", "gaussian-unclipped", "salt-pepper", "speckle", "occlusion", "blur"):
        for level in (0.03, 0.5, 1.0):
            for index in (0, 17):
                y = perturb(kind, level, index, images[index]).ravel()
                total = float(y.astype(np.float64).sum())
                lines += [f'  {{ "{kind}", {level}, {index}, {total!r},']
                lines += wrap([literal(float(v)) for v in y[5::59]], "    ") + ["  },"]
    lines += ["};"]
    write("perturb-facts.h", lines)

    fields = {"s2": (7, 3), "k4": (10, 3), "s3": (15, 7), "s5": (21, 10)}
    lines = ["/* Distinct patches of each image, clean and occluded at 0.3; padding told, untold. */",
             "static const struct {", "  const char *encoder;", "  unsigned size, padding;",
             "  unsigned char distinct[2][2][24];", "} PATCH_FACTS[] = {"]
    for name, (size, padding) in fields.items():
        lines += [f'  {{ "{name}", {size}, {padding}, {{']
        for level in (0.0, 0.3):
            shown = [perturb("occlusion", level, i, x) for i, x in enumerate(images)]
            lines += ["    {"]
            for tell in (True, False):
                numbers = [str(distinct(x, size, padding, 4, tell)) for x in shown]
                lines += wrap(numbers, "      ")
            lines += ["    },"]
        lines += ["  } },"]
    lines += ["};"]
    write("patch-facts.h", lines)


if __name__ == "__main__":
    main()
