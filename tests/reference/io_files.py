#!/usr/bin/python3
"""Make tests/fuzz/corpus: files as other programs write them, which tests/io reads too.

NPY by NumPy itself; IDX and safetensors from their published descriptions.
"""
import gzip
import io
import json
import pathlib
import shutil
import struct

import numpy as np
from numpy.lib import format as npy

CORPUS = pathlib.Path(__file__).resolve().parent.parent / "fuzz" / "corpus"


def save(name, data, fuzz):
    folder = CORPUS / ("fuzz-" + fuzz)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def array(values, version):
    out = io.BytesIO()
    npy.write_array(out, values, version=version)
    return out.getvalue()


def arrays():
    """Item i of each array, in C order, is i / 4 - 3."""
    cube = (np.arange(2 * 3 * 4) / 4 - 3).reshape(2, 3, 4)
    save("f4-v1.npy", array(cube.astype("<f4"), (1, 0)), "npy")
    save("f8-v2-fortran.npy", array(np.asfortranarray(cube), (2, 0)), "npy")
    save("f4-v3-4d.npy", array(cube.reshape(2, 3, 2, 2).astype("<f4"), (3, 0)), "npy")
    save("u1-v1.npy", array(np.arange(2 * 8 * 8, dtype="u1").reshape(2, 8, 8), (1, 0)), "npy")
    save("f4-vector.npy", array((np.arange(5) / 4 - 3).astype("<f4"), (1, 0)), "npy")
    save("f4-scalar.npy", array(np.float32(-3).reshape(()), (1, 0)), "npy")
    save("i8.npy", array(np.arange(3), (1, 0)), "npy")
    save("f4-big-endian.npy", array(np.arange(3, dtype=">f4"), (1, 0)), "npy")
    save("record.npy", array(np.zeros(2, [("a", "<f4"), ("b", "<f4")]), (1, 0)), "npy")
    save("f4-5d.npy", array(np.zeros((1, 1, 1, 1, 2), "<f4"), (1, 0)), "npy")
    save("f4-empty.npy", array(np.zeros((0, 8, 8), "<f4"), (1, 0)), "npy")


def idx():
    """Pixel i is 3 i mod 256; label i is 9 - i."""
    pixels = bytes(3 * i % 256 for i in range(3 * 8 * 12))
    images = struct.pack(">4I", 0x803, 3, 8, 12) + pixels
    save("three-images-idx3-ubyte", images, "idx")
    save("three-images-idx3-ubyte.gz", gzip.compress(images, mtime=0), "idx")
    save("three-labels-idx1-ubyte", struct.pack(">2I", 0x801, 3) + bytes([9, 8, 7]), "idx")


def number(tensor, i):
    """Exact in every type: at most five binary digits."""
    return ((7 * i + tensor) % 31 - 15) / 8


def packed(values, dtype):
    values = np.asarray(values, "<f4")
    if dtype == "BF16":
        return (values.view("<u4") >> 16).astype("<u2").tobytes()
    return values.astype({"F16": "<f2", "F32": "<f4", "F64": "<f8"}[dtype]).tobytes()


def safetensors(name, tensors, metadata, types, shuffled=False):
    header, data = {}, b""
    if metadata is not None:
        header["__metadata__"] = metadata
    order = list(enumerate(tensors.items()))
    for index, (key, shape) in order[::-1] if shuffled else order:
        dtype = types[index % len(types)]
        values = [number(index, i) for i in range(int(np.prod(shape)))]
        begin = len(data)
        data += packed(values, dtype)
        header[key] = {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    save(name, struct.pack("<Q", len(text)) + text + data, "safetensors")


def layers(prefix, shapes, transposed):
    out = {}
    for i, shape in enumerate(shapes):
        out[f"{prefix}.{i}.weight"] = shape
        out[f"{prefix}.{i}.bias"] = (shape[1] if transposed else shape[0],)
    return out


def models():
    """Encoder s2 and k4 with two channels."""
    decoder = layers("decoder", [(2, 16, 4, 4), (16, 1, 4, 4)], True)
    cae = layers("encoder", [(16, 1, 3, 3), (2, 16, 3, 3)], False) | decoder
    k4 = layers("encoder", [(16, 1, 4, 4), (2, 16, 4, 4)], False) | decoder
    vae = (layers("encoder", [(16, 1, 3, 3)], False)
           | {"mean.weight": (2, 16, 3, 3), "mean.bias": (2,),
              "log_variance.weight": (2, 16, 3, 3), "log_variance.bias": (2,)} | decoder)
    safetensors("cae-foreign.safetensors", cae, {"kind": "cae"}, ["F32", "F16", "BF16", "F64"],
                shuffled=True)
    safetensors("cae-k4-foreign.safetensors", k4, {"kind": "cae"}, ["F16"])
    safetensors("vae.safetensors", vae, {"kind": "vae", "encoder": "s2", "channels": "2",
                                         "dataset": "builtin", "seed": "7", "epochs": "3",
                                         "version": "1", "painter": "Élisabeth"}, ["F32"])


shutil.rmtree(CORPUS, ignore_errors=True)
arrays()
idx()
models()
