"""Training steps on a CPU whose process keeps the memory it frees, and of one that gives it back.

Usage: python -m bench.kept_memory [--rounds 3] [--seconds 4] [--precision bfloat16|float32]

Every measurement is a process of its own, for the choice holds for a whole process; the two ways run in turns.
"""

import argparse
import subprocess
import sys
import time

import torch

from bench._timing import processor, summary
from esr_core.config import AugmentationConfig
from esr_core.data.augmentation import augment, draw_changes
from esr_core.networks import ESR
from esr_core.training.memory import keep_freed_memory
from esr_core.training.precision import DTYPES

SIZES = (("lab", 32), ("lab", 64), ("wild", 32))


def pictures_per_second(architecture: str, batch_size: int, precision: str, seconds: float) -> float:
    """Of training a single network on noise, one step of warm-up not counted."""
    network = ESR(architecture, 3, 1).to(memory_format=torch.channels_last).train()
    optimiser = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    generator = torch.Generator().manual_seed(0)
    pictures = torch.rand(batch_size, network.layout.input_channels, 96, 96, generator=generator)
    labels = torch.arange(batch_size) % 8

    def step() -> None:
        images = augment(pictures, AugmentationConfig(), draw_changes(batch_size, generator))
        with torch.autocast("cpu", DTYPES[precision], enabled=precision != "float32"):
            logits = network(images.contiguous(memory_format=torch.channels_last))
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(logits[:, 0].float(), labels).backward()
        optimiser.step()

    step()
    steps, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        step()
        steps += 1
    return steps * batch_size / (time.perf_counter() - started)


def in_a_process(way: str, architecture: str, batch_size: int, options: argparse.Namespace) -> float:
    """The same in a process of its own that gives memory back, or keeps it."""
    command = [sys.executable, "-m", "bench.kept_memory", "--one", way, architecture, str(batch_size)]
    command += ["--seconds", str(options.seconds), "--precision", options.precision]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603


def main() -> None:
    """Print a row for every network and batch."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--precision", choices=("bfloat16", "float32"), default="bfloat16")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        way, architecture, batch_size = options.one
        if way == "kept":
            keep_freed_memory()
        print(pictures_per_second(architecture, int(batch_size), options.precision, options.seconds))
        return
    print(f"{processor()}, {options.precision}; pictures a second, median (quartiles) of {options.rounds} rounds")
    for architecture, size in SIZES:
        given, kept = [], []
        for _ in range(options.rounds):
            given.append(in_a_process("given back", architecture, size, options))
            kept.append(in_a_process("kept", architecture, size, options))
        ratios = [one / other for one, other in zip(kept, given, strict=True)]
        print(f"{architecture:5} {size:3}  back {summary(given)}  kept {summary(kept)}  ratio {summary(ratios, 2)}")


if __name__ == "__main__":
    main()
