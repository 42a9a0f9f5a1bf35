#!/usr/bin/python3
"""Training and encoding beside PyTorch (Debian's python3-torch, needed here only).

Usage: torch_compare.py COMPARE-OURS [--rounds 7] [--seconds 0.6]

COMPARE-OURS is tests/bench/compare-ours of a build folder.  The same nets, batches and Adam; the
two programs take turns, so that both see what else the machine does, and what is printed are
medians, of the rounds' ratios too.
"""
import argparse
import os
import statistics
import subprocess
import time

import torch
from torch import nn
from torch.autograd.functional import jvp, vjp
from torch.nn import functional as F

IMAGES, ENCODED, C = 2048, 256, 128


def convolutions(encoder):
    k = 4 if encoder == "k4" else 3
    front = [nn.Conv2d(1, 16, k, 2, 1), nn.ReLU(), nn.Conv2d(16, C, k, 2, 1), nn.ReLU()]
    back = [nn.ConvTranspose2d(C, 16, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(16, 1, 4, 2, 1)]
    return nn.Sequential(*front), nn.Sequential(*back)


class Cae(nn.Module):
    batch = 64

    def __init__(self, encoder):
        super().__init__()
        self.front, self.back = convolutions(encoder)

    def loss(self, x):
        logits = self.back(self.front(x))
        return F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)

    def encode(self, x):
        return self.front(x)


class VaeMlp(nn.Module):
    batch = 100

    def __init__(self, encoder):
        super().__init__()
        self.front = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU())
        self.mean, self.log_variance = nn.Linear(256, 2), nn.Linear(256, 2)
        self.back = nn.Sequential(nn.Linear(2, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(),
                                  nn.Linear(256, 784), nn.Sigmoid())
        self.log_sigma = nn.Parameter(torch.zeros(1))

    def loss(self, x):
        x = x.flatten(1)
        hidden = self.front(x)
        mean, v = self.mean(hidden), self.log_variance(hidden)
        y = self.back(mean + torch.exp(0.5 * v) * torch.randn_like(mean))
        squares = F.mse_loss(y, x, reduction="sum") / (2 * torch.exp(2 * self.log_sigma))
        kl = -0.5 * torch.sum(1 + v - mean**2 - torch.exp(v))
        return (squares + kl) / len(x) + 784 * self.log_sigma

    def encode(self, x):
        return self.mean(self.front(x.flatten(1)))


class IrVae(VaeMlp):
    """With the relaxed distortion as the ICLR paper's authors compute it: automatic
    differentiation through a Jacobian-vector and a vector-Jacobian product."""

    def loss(self, x):
        x = x.flatten(1)
        hidden = self.front(x)
        mean, v = self.mean(hidden), self.log_variance(hidden)
        z = mean + torch.exp(0.5 * v) * torch.randn_like(mean)
        y = self.back(z)
        squares = F.mse_loss(y, x, reduction="sum") / (2 * torch.exp(2 * self.log_sigma))
        kl = -0.5 * torch.sum(1 + v - mean**2 - torch.exp(v))
        return (squares + kl) / len(x) + 784 * self.log_sigma + 100 * self.distortion(z)

    def distortion(self, z):
        alpha = torch.rand(len(z), 1) * 1.4 - 0.2
        mixed = alpha * z + (1 - alpha) * z[torch.randperm(len(z))]
        jv = jvp(self.back, mixed, torch.randn_like(z), create_graph=True)[1]
        jjv = vjp(self.back, mixed, jv, create_graph=True)[1]
        return (jjv**2).sum(1).mean() / (jv**2).sum(1).mean()**2


NETS = {"cae": Cae, "vae-mlp": VaeMlp, "irvae": IrVae}


class Torch:
    def __init__(self):
        self.images = torch.rand(IMAGES, 1, 28, 28) * torch.rand(IMAGES, 1, 28, 28)
        self.nets = {}

    def net(self, kind, encoder):
        if (kind, encoder) not in self.nets:
            model = NETS[kind](encoder)
            self.nets[kind, encoder] = model, torch.optim.Adam(model.parameters(), 1e-3)
        return self.nets[kind, encoder]

    def train(self, model, adam):
        for at in torch.randperm(IMAGES)[:IMAGES // model.batch * model.batch].split(model.batch):
            adam.zero_grad()
            model.loss(self.images[at]).sum().backward()
            adam.step()
            yield model.batch

    def encode(self, model):
        with torch.no_grad():
            for at in range(0, IMAGES, ENCODED):
                model.encode(self.images[at:at + ENCODED])
                yield ENCODED

    def measure(self, what, kind, encoder, threads, seconds):
        torch.set_num_threads(threads)
        model, adam = self.net(kind, encoder)
        done, start = 0, time.perf_counter()
        while True:
            for images in self.train(model, adam) if what == "train" else self.encode(model):
                done += images
                spent = time.perf_counter() - start
                if spent >= seconds:
                    return done / spent


class Ours:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1)

    def measure(self, what, kind, encoder, threads, seconds):
        print(what, kind, encoder, threads, int(1000 * seconds), file=self.process.stdin)
        return float(self.process.stdout.readline())


# What, kind, encoder, the least ratio with one thread, and with two workers against PyTorch's
# best.
TASKS = [("train", "cae", "k4", 1.6, 2.5), ("train", "cae", "s2", 1.6, 2.5),
         ("encode", "cae", "k4", 1.0, None), ("encode", "cae", "s2", 1.2, None),
         ("train", "vae-mlp", "s2", 1.6, None), ("train", "irvae", "s2", 3.0, None)]
TERM_TARGET = 3   # times as long as the same net's step without the isometry term
EPOCH_IMAGES, EPOCH_SECONDS = 60000, 15


def machine():
    with open("/proc/cpuinfo") as lines:
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    load = os.getloadavg()[0]
    print(f"{len(names)} x {names[0] if names else 'unknown'}, load {load:.1f}, "
          f"PyTorch {torch.__version__}")


def compare(ours, other, task, rounds, seconds):
    what, kind, encoder, one_target, two_target = task
    trains = what == "train"
    rows = []
    for turn in range(rounds + 1):
        row = {"torch1": other.measure(what, kind, encoder, 1, seconds),
               "ours1": ours.measure(what, kind, encoder, 1, seconds)}
        if trains:
            row["torch2"] = other.measure(what, kind, encoder, 2, seconds)
            row["ours2"] = ours.measure(what, kind, encoder, 2, seconds)
        if kind == "irvae":
            row["plain1"] = ours.measure(what, "vae-mlp", encoder, 1, seconds)
        if turn > 0:   # the first one warms up
            rows.append(row)
    median = {name: statistics.median(row[name] for row in rows) for name in rows[0]}
    one = statistics.median(row["ours1"] / row["torch1"] for row in rows)
    print(f"{what} {kind} {encoder if kind == 'cae' else ''}: PyTorch "
          f"{median['torch1']:.0f}/s, ours {median['ours1']:.0f}/s: {one:.2f} times"
          f" (target {one_target})", flush=True)
    if not trains:
        return
    two = statistics.median(row["ours2"] / max(row["torch1"], row["torch2"]) for row in rows)
    print(f"  two threads: PyTorch {median['torch2']:.0f}/s, ours {median['ours2']:.0f}/s: "
          f"{two:.2f} times its best" + (f" (target {two_target})" if two_target else ""))
    if kind == "irvae":
        term = statistics.median(row["plain1"] / row["ours1"] for row in rows)
        print(f"  a step takes {term:.2f} times as long as vae-mlp's (target {TERM_TARGET})")
    if (kind, encoder) == ("cae", "s2"):
        print(f"  an epoch of {EPOCH_IMAGES} images: {EPOCH_IMAGES / median['ours2']:.1f} s"
              f" (target {EPOCH_SECONDS})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("ours")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.6)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    machine()
    ours, other = Ours(arguments.ours), Torch()
    for task in TASKS:
        compare(ours, other, task, arguments.rounds, arguments.seconds)


if __name__ == "__main__":
    main()
