#!/usr/bin/python3
"""The isometry term and its gradient by PyTorch in double: goldens of
tests/network/test-isometry-golden.c.

The scaled term is the ICLR paper's estimate as its authors compute it, with automatic
differentiation through a Jacobian-vector and a vector-Jacobian product; permutation, alpha and
probe are inputs.  Nets, points and directions come from the generator that the test has too.
"""
import torch
from torch.autograd.functional import jacobian, jvp, vjp
from torch.nn import functional as F

from training_losses import Generator
from training_losses_torch import BACK, C, HIDDEN, Net, SIDE

POINTS, PARTNERS = 6, [3, 0, 4, 1, 2, 5]


def decoder(net, z):
    if net.kind.endswith("mlp"):
        for i in range(len(HIDDEN)):
            z = net.activation(F.linear(z, *net.layers[f"decoder.{i}"]))
        return torch.sigmoid(F.linear(z, *net.layers[f"decoder.{len(HIDDEN)}"]))
    x = F.relu(F.linear(z, *net.layers["expand"])).reshape(len(z), C, SIDE // 4, SIDE // 4)
    for i in range(len(BACK[net.encoder])):
        w, b = net.layers[f"decoder.{i}"]
        x = F.conv_transpose2d(x, w, b, 2, 1)
        x = F.relu(x) if i + 1 < len(BACK[net.encoder]) else x
    return torch.sigmoid(x).flatten(1)


def term(isometry, decode, z, v):
    n, d = z.shape
    if isometry == "conformal":
        columns = torch.stack([jacobian(lambda a: decode(a[None])[0], point, create_graph=True)
                               for point in z])
        metric = columns.transpose(1, 2) @ columns
        values = torch.linalg.eigvalsh(metric)
        return ((values / values.mean(1, keepdim=True) - 1)**2).sum() / n
    jv = jvp(decode, z, v, create_graph=True)[1]
    jjv = vjp(decode, z, jv, create_graph=True)[1]
    if isometry == "strict":
        return ((jjv - v)**2).sum(1).mean()
    return (jjv**2).sum(1).mean() / (jv**2).sum(1).mean()**2


def case(isometry, kind, activation):
    generator = Generator()
    net = Net(kind, "s2", activation, 1, 0.5, generator)
    d = net.dimension
    z = torch.tensor(generator.numbers((POINTS, d), -2, 2), requires_grad=True)
    alpha = torch.tensor(generator.numbers((POINTS, 1), -0.2, 1.2))
    v = torch.tensor(generator.numbers((POINTS, d), -2, 2))
    mixed = alpha * z + (1 - alpha) * z[PARTNERS]
    value = term(isometry, lambda a: decoder(net, a), mixed, v)
    value.backward()
    along = [(torch.tensor(generator.numbers(tensor.shape, -1, 1)) * tensor.grad).sum().item()
             for tensor in net.tensors if tensor.grad is not None]
    return value.item(), z.grad.flatten().tolist(), along


def main():
    torch.set_num_threads(1)
    for names in (("scaled", "ae-mlp", "relu"), ("scaled", "ae-mlp", "elu"),
                  ("scaled", "ae-mlp", "tanh"), ("scaled", "ae-dense", "relu"),
                  ("strict", "ae-mlp", "tanh"), ("conformal", "ae-mlp", "elu"),
                  ("conformal", "ae-dense", "relu")):
        value, dz, along = case(*names)
        print(*names, f"{value:.9g}")
        print("  dz:", ", ".join(f"{x:.7g}" for x in dz))
        print("  along:", ", ".join(f"{x:.7g}" for x in along))


if __name__ == "__main__":
    main()
