#!/usr/bin/python3
"""Ten losses of small nets in training, in double: the goldens of tests/network/test-golden.c.

Passes forward and back are written as sums over kernel taps on N x C x H x W arrays; weights,
images and normals come from a linear congruential generator that the test has too.
"""
import numpy as np

SIDE, CHANNELS, IMAGES, STEPS, BETA, RATE = 8, 4, 6, 10, 0.2, 0.01


class Generator:
    def __init__(self):
        self.state = 1

    def numbers(self, shape, low, high):
        out = np.empty(int(np.prod(shape)))
        for i in range(out.size):
            self.state = (self.state * 1664525 + 1013904223) % 2**32
            out[i] = self.state / 2**32
        # Rounded to single precision, as the test's are.
        return (low + (high - low) * out).astype(np.float32).astype(float).reshape(shape)


def taps(k, small):
    """The pixels of a large padded grid that tap (u, v) of a stride-2 kernel meets."""
    for u in range(k):
        for v in range(k):
            yield u, v, slice(u, u + 2 * small, 2), slice(v, v + 2 * small, 2)


def conv(x, w, b):
    k, small = w.shape[2], x.shape[2] // 2
    padded = np.pad(x, ((0, 0), (0, 0), (1, 2), (1, 2)))
    y = np.zeros((x.shape[0], w.shape[0], small, small)) + b[:, None, None]
    for u, v, rows, columns in taps(k, small):
        y += np.einsum("nchw,oc->nohw", padded[:, :, rows, columns], w[:, :, u, v])
    return y


def conv_back(x, w, dy):
    k, small, side = w.shape[2], dy.shape[2], x.shape[2]
    padded = np.pad(x, ((0, 0), (0, 0), (1, 2), (1, 2)))
    dx, dw = np.zeros_like(padded), np.zeros_like(w)
    for u, v, rows, columns in taps(k, small):
        dw[:, :, u, v] = np.einsum("nchw,nohw->oc", padded[:, :, rows, columns], dy)
        dx[:, :, rows, columns] += np.einsum("nohw,oc->nchw", dy, w[:, :, u, v])
    return dx[:, :, 1:side + 1, 1:side + 1], dw, dy.sum((0, 2, 3))


def transposed(x, w, b):
    n, small = x.shape[0], x.shape[2]
    y = np.zeros((n, w.shape[1], 2 * small + 2, 2 * small + 2))
    for u, v, rows, columns in taps(4, small):
        y[:, :, rows, columns] += np.einsum("nchw,co->nohw", x, w[:, :, u, v])
    return y[:, :, 1:-1, 1:-1] + b[:, None, None]


def transposed_back(x, w, dy):
    padded = np.pad(dy, ((0, 0), (0, 0), (1, 1), (1, 1)))
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for u, v, rows, columns in taps(4, x.shape[2]):
        dx += np.einsum("nohw,co->nchw", padded[:, :, rows, columns], w[:, :, u, v])
        dw[:, :, u, v] = np.einsum("nchw,nohw->co", x, padded[:, :, rows, columns])
    return dx, dw, dy.sum((0, 2, 3))


def relu(x):
    return np.maximum(x, 0)


def shapes(kind, k):
    yield "encoder.0", (16, 1, k, k), 16
    for head in ("mean", "log_variance") if kind == "vae" else ("encoder.1",):
        yield head, (CHANNELS, 16, k, k), CHANNELS
    yield "decoder.0", (CHANNELS, 16, 4, 4), 16
    yield "decoder.1", (16, 1, 4, 4), 1


def forward_back(kind, loss, p, x, epsilon):
    """The batch's summed loss, and the gradient of every tensor."""
    w = lambda name: (p[name + ".weight"], p[name + ".bias"])
    g = {}

    def keep(name, result):
        dx, g[name + ".weight"], g[name + ".bias"] = result
        return dx

    hidden = relu(conv(x, *w("encoder.0")))
    kl = 0.0
    if kind == "vae":
        mean, variance = conv(hidden, *w("mean")), conv(hidden, *w("log_variance"))
        deviation = np.exp(variance / 2)
        z = mean + deviation * epsilon
        kl = -0.5 * np.sum(1 + variance - mean**2 - np.exp(variance))
    else:
        z = relu(conv(hidden, *w("encoder.1")))
    middle = relu(transposed(z, *w("decoder.0")))
    logits = transposed(middle, *w("decoder.1"))
    y = 1 / (1 + np.exp(-logits))
    if loss == "bce":
        value, d = -np.sum(x * np.log(y) + (1 - x) * np.log(1 - y)), y - x
    else:
        value, d = np.sum((y - x)**2), 2 * (y - x) * y * (1 - y)
    d = keep("decoder.1", transposed_back(middle, w("decoder.1")[0], d)) * (middle > 0)
    d = keep("decoder.0", transposed_back(z, w("decoder.0")[0], d))
    if kind == "vae":
        dm = d + BETA * mean
        dv = d * epsilon * deviation / 2 + BETA * (np.exp(variance) - 1) / 2
        d = (keep("mean", conv_back(hidden, w("mean")[0], dm))
             + keep("log_variance", conv_back(hidden, w("log_variance")[0], dv)))
    else:
        d = keep("encoder.1", conv_back(hidden, w("encoder.1")[0], d * (z > 0)))
    keep("encoder.0", conv_back(x, w("encoder.0")[0], d * (hidden > 0)))
    return value, kl, g


def train(kind, k, loss):
    generator = Generator()
    p = {}
    for name, shape, bias in shapes(kind, k):
        p[name + ".weight"] = generator.numbers(shape, -0.3, 0.3)
        p[name + ".bias"] = generator.numbers((bias,), -0.3, 0.3)
    x = generator.numbers((IMAGES, 1, SIDE, SIDE), 0, 1)
    # Drawn with the channels innermost.
    epsilon = generator.numbers((IMAGES, SIDE // 4, SIDE // 4, CHANNELS), -2, 2)
    epsilon = epsilon.transpose(0, 3, 1, 2)
    first = {name: np.zeros_like(value) for name, value in p.items()}
    second = {name: np.zeros_like(value) for name, value in p.items()}
    for t in range(1, STEPS + 1):
        value, kl, g = forward_back(kind, loss, p, x, epsilon)
        yield (value + BETA * kl) / IMAGES
        for name in p:
            gradient = g[name] / IMAGES
            first[name] = 0.9 * first[name] + 0.1 * gradient
            second[name] = 0.999 * second[name] + 0.001 * gradient**2
            step = first[name] / (1 - 0.9**t)
            p[name] -= RATE * step / (np.sqrt(second[name] / (1 - 0.999**t)) + 1e-8)


def main():
    for kind, encoder, loss in (("cae", "s2", "bce"), ("cae", "k4", "mse"), ("vae", "s2", "bce"),
                                ("vae", "k4", "mse")):
        losses = ", ".join(f"{value:.9g}" for value in train(kind, 3 if encoder == "s2" else 4,
                                                             loss))
        print(f"{kind} {encoder} {loss}: {losses}")


if __name__ == "__main__":
    main()
