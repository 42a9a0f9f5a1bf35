#!/usr/bin/python3
"""What the isometry term does to the decoder's metric, and what it costs: three seeds.

Usage: isometry_targets.py STRATOSCOPE-CLI [--dataset fashion-mnist] [--seeds 3] [--all]

Trains irvae on classes 0 and 1 with lambda 0 and 100 for 20 epochs, and measures both on the test
part, which they have not seen; of a file, which has none, on the first of the same images.  --all: the two other terms too.
"""
import argparse
import json
import os
import subprocess
import tempfile

WANTED = {"mean_condition_number": 1.6, "without": 2.2, "mse": 1.05}


def run(program, *arguments):
    out = subprocess.run([program, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    return out.stdout


def measure(arguments, folder, seed, weight, isometry):
    model = os.path.join(folder, "irvae.safetensors")
    options = ["--lambda", str(weight)]
    if weight > 0:
        options += ["--isometry", isometry]
    run(arguments.program, "train", "--kind", "irvae", "--dataset", arguments.dataset, "--classes",
        "0,1", "--count", "6000", "--epochs", "20", "--seed", str(seed), "--quiet", *options,
        "-o", model)
    return json.loads(run(arguments.program, "isometry", "--model", model, "--dataset",
                          arguments.dataset, "--classes", "0,1", "--count", "2000", "--quiet",
                          "--json"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--dataset", default="fashion-mnist")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    terms = [("scaled", 100)] + ([("strict", 1), ("conformal", 30)] if arguments.all else [])
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(arguments.seeds):
            plain = measure(arguments, folder, seed, 0, "scaled")
            print(f"seed {seed}: without, mean cond (G) {plain['mean_condition_number']:.3f}"
                  f" (wanted over {WANTED['without']}), MSE {plain['mse']:.5f}", flush=True)
            for isometry, weight in terms:
                with_term = measure(arguments, folder, seed, weight, isometry)
                target = (f" (wanted at most {WANTED['mean_condition_number']} and "
                          f"{WANTED['mse']})" if isometry == "scaled" else "")
                print(f"  {isometry}, lambda {weight}: "
                      f"{with_term['mean_condition_number']:.3f}, MSE "
                      f"{with_term['mse'] / plain['mse']:.3f} times{target}; strict "
                      f"{with_term['strict_isometry']:.3g} from {plain['strict_isometry']:.3g}, "
                      f"conformal {with_term['conformal']:.3f} from {plain['conformal']:.3f}",
                      flush=True)


if __name__ == "__main__":
    main()
