#!/usr/bin/python3
"""Ten losses of the other kinds and encoders in training, by PyTorch in double: goldens of
tests/network/test-golden.c.

Nets are written as PyTorch's functions over tensors that are drawn, in the order of the
parameter block, from the linear congruential generator that the test has too.
"""
import torch
from torch.nn import functional as F

from training_losses import Generator

SIDE, C, IMAGES, STEPS, RATE = 8, 4, 6, 10, 0.01
# Kernel, stride, channels (None: those of the latent tensor or the image); "t" transposed.
FRONT = {"s2": [(3, 2, 16), (3, 2, C)], "s3": [(3, 2, 16), (3, 2, 32), (3, 1, C)],
         "s5": [(3, 1, 16), (3, 2, 32), (3, 1, 32), (3, 2, 64), (3, 1, C)]}
BACK = {"s2": ["t16", "t1"], "s3": ["c32", "t16", "t1"],
        "s5": ["c64", "t32", "c32", "t16", "c1"]}
HIDDEN = [9, 17]


class Net:
    def __init__(self, kind, encoder, activation, colours, bound, generator):
        self.kind, self.encoder, self.colours = kind, encoder, colours
        self.activation = {"relu": F.relu, "elu": F.elu, "tanh": torch.tanh}[activation]
        self.dimension = 3
        self.tensors = []
        self.bound, self.generator = bound, generator
        self.layers = {name: self.draw(*shapes) for name, *shapes in self.shapes()}
        if kind.endswith("mlp"):
            self.log_sigma = self.draw((1,))[0]

    def draw(self, *shapes):
        drawn = []
        for shape in shapes:
            numbers = self.generator.numbers(shape, -self.bound, self.bound)
            drawn.append(torch.tensor(numbers, dtype=torch.float64, requires_grad=True))
        self.tensors += drawn
        return drawn

    def heads(self, weight, bias):
        yield "mean", weight, bias
        if self.kind.startswith("vae"):
            yield "log_variance", weight, bias

    def shapes(self):
        if self.kind.endswith("mlp"):
            yield from self.dense_shapes()
            return
        channels, middle = self.colours, (SIDE // 4)**2 * C
        front = FRONT[self.encoder]
        for i, (k, _, out) in enumerate(front):
            if self.kind == "vae" and i + 1 == len(front):
                yield from self.heads((out, channels, k, k), (out,))
            else:
                yield f"encoder.{i}", (out, channels, k, k), (out,)
            channels = out
        if self.kind.endswith("dense"):
            yield from self.heads((self.dimension, middle), (self.dimension,))
            yield "expand", (middle, self.dimension), (middle,)
        for i, layer in enumerate(BACK[self.encoder]):
            out = int(layer[1:]) if i + 1 < len(BACK[self.encoder]) else self.colours
            shape = (channels, out, 4, 4) if layer[0] == "t" else (out, channels, 3, 3)
            yield f"decoder.{i}", shape, (out,)
            channels = out

    def dense_shapes(self):
        pixels = self.colours * SIDE**2
        sizes = [pixels, *HIDDEN]
        for i in range(len(HIDDEN)):
            yield f"encoder.{i}", (sizes[i + 1], sizes[i]), (sizes[i + 1],)
        yield from self.heads((self.dimension, sizes[-1]), (self.dimension,))
        sizes = [self.dimension, *HIDDEN[::-1], pixels]
        for i in range(len(sizes) - 1):
            yield f"decoder.{i}", (sizes[i + 1], sizes[i]), (sizes[i + 1],)

    def sample(self, apply, x, epsilon):
        """The mean or a sample of it, and the KL term."""
        mean = apply(x, *self.layers["mean"])
        if "log_variance" not in self.layers:
            return mean, torch.zeros(())
        v = apply(x, *self.layers["log_variance"])
        kl = -0.5 * torch.sum(1 + v - mean**2 - torch.exp(v))
        return mean + torch.exp(v / 2) * epsilon.reshape(mean.shape), kl

    def convolutions(self, x, epsilon):
        kl = torch.zeros(())
        for i, (_, stride, _) in enumerate(FRONT[self.encoder]):
            apply = lambda x, w, b: F.conv2d(x, w, b, stride, 1)
            if f"encoder.{i}" in self.layers:
                x = F.relu(apply(x, *self.layers[f"encoder.{i}"]))
            else:
                x, kl = self.sample(apply, x, epsilon)
        if self.kind.endswith("dense"):
            shape = x.shape
            z, kl = self.sample(F.linear, x.flatten(1), epsilon)
            x = F.relu(F.linear(z, *self.layers["expand"])).reshape(shape)
        back = BACK[self.encoder]
        for i, layer in enumerate(back):
            w, b = self.layers[f"decoder.{i}"]
            x = F.conv_transpose2d(x, w, b, 2, 1) if layer[0] == "t" else F.conv2d(x, w, b, 1, 1)
            x = F.relu(x) if i + 1 < len(back) else x
        return x, kl

    def dense(self, x, epsilon):
        shape, x = x.shape, x.flatten(1)
        for i in range(len(HIDDEN)):
            x = self.activation(F.linear(x, *self.layers[f"encoder.{i}"]))
        x, kl = self.sample(F.linear, x, epsilon)
        for i in range(len(HIDDEN)):
            x = self.activation(F.linear(x, *self.layers[f"decoder.{i}"]))
        return F.linear(x, *self.layers[f"decoder.{len(HIDDEN)}"]).reshape(shape), kl

    def loss(self, name, beta, x, epsilon):
        logits, kl = (self.dense if self.kind.endswith("mlp") else self.convolutions)(x, epsilon)
        if name == "bce":
            value = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        else:
            value = torch.sum((torch.sigmoid(logits) - x)**2)
        if name == "gaussian":
            value = value / (2 * torch.exp(2 * self.log_sigma)) + x.numel() * self.log_sigma
        return (value + beta * kl).sum() / IMAGES


def train(kind, encoder, activation, colours, bound, loss, beta):
    generator = Generator()
    net = Net(kind, encoder, activation, colours, bound, generator)
    x = torch.tensor(generator.numbers((IMAGES, colours, SIDE, SIDE), 0, 1))
    if kind.endswith("dense") or kind.endswith("mlp"):
        epsilon = torch.tensor(generator.numbers((IMAGES, net.dimension), -2, 2))
    else:
        # Drawn with the channels innermost.
        epsilon = generator.numbers((IMAGES, SIDE // 4, SIDE // 4, C), -2, 2)
        epsilon = torch.tensor(epsilon.transpose(0, 3, 1, 2))
    adam = torch.optim.Adam(net.tensors, RATE)
    for _ in range(STEPS):
        adam.zero_grad()
        value = net.loss(loss, beta, x, epsilon)
        yield value.item()
        value.backward()
        adam.step()


def main():
    torch.set_num_threads(1)
    for case in (("cae", "s3", "relu", 1, 0.1, "bce", 0.2), ("vae", "s5", "relu", 1, 0.1, "bce", 0.2),
                 ("cae", "s5", "relu", 3, 0.1, "mse", 0.2),
                 ("vae-dense", "s2", "relu", 1, 0.3, "bce", 0.2),
                 ("ae-dense", "s3", "relu", 3, 0.1, "mse", 0.2),
                 ("vae-mlp", "s2", "relu", 1, 0.3, "gaussian", 1.0),
                 ("vae-mlp", "s2", "tanh", 3, 0.3, "gaussian", 1.0),
                 ("ae-mlp", "s2", "elu", 1, 0.3, "bce", 1.0)):
        losses = ", ".join(f"{value:.9g}" for value in train(*case))
        print(*case, ":", losses)


if __name__ == "__main__":
    main()
