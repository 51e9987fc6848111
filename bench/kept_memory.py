"""Training steps and predictions on a CPU, of a process that keeps the memory it frees and of one that gives it back.

Usage: python -m bench.kept_memory [--rounds 3] [--seconds 4] [--precision bfloat16|float32]

Every measurement is a process of its own, for the choice holds for a whole process; the two ways run in turns.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable

import torch

from bench._timing import processor, summary
from esr_core.config import AugmentationConfig
from esr_core.data.augmentation import augment, draw_changes
from esr_core.freed_memory import keep_freed_memory
from esr_core.networks import ESR, for_inference
from esr_core.training.precision import DTYPES

SIZES = (
    ("train", "lab", 32),
    ("train", "lab", 64),
    ("train", "wild", 32),
    ("predict", "lab", 8),
    ("predict", "lab", 32),
)


def training_step(architecture: str, batch_size: int, precision: str) -> Callable[[], None]:
    """One step of a single network on noise."""
    network = ESR(architecture, 3, 1).to(memory_format=torch.channels_last).train()
    optimiser = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    generator = torch.Generator().manual_seed(0)
    pictures = torch.rand(batch_size, network.layout.input_channels, 96, 96, generator=generator)
    labels = torch.arange(batch_size) % 8

    def step() -> None:
        settings = AugmentationConfig()
        images = augment(pictures, settings, draw_changes(settings, batch_size, generator))
        with torch.autocast("cpu", DTYPES[precision], enabled=precision != "float32"):
            logits = network(images.contiguous(memory_format=torch.channels_last))
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(logits[:, 0].float(), labels).backward()
        optimiser.step()

    return step


def prediction(architecture: str, batch_size: int) -> Callable[[], None]:
    """What four branches above three shared blocks say of noise, in float32."""
    network = for_inference(ESR(architecture, 3, 4))
    pictures = torch.rand(batch_size, network.layout.input_channels, 96, 96)

    @torch.inference_mode()
    def predict() -> None:
        network(pictures)

    return predict


def pictures_per_second(step: Callable[[], None], batch_size: int, seconds: float) -> float:
    """Of steps of a batch each, one of warm-up not counted."""
    step()
    steps, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        step()
        steps += 1
    return steps * batch_size / (time.perf_counter() - started)


def in_a_process(way: str, kind: str, architecture: str, batch_size: int, options: argparse.Namespace) -> float:
    """The same in a process of its own that gives memory back, or keeps it."""
    command = [sys.executable, "-m", "bench.kept_memory", "--one", way, kind, architecture, str(batch_size)]
    command += ["--seconds", str(options.seconds), "--precision", options.precision]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603


def main() -> None:
    """Print a row for every network and batch."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--precision", choices=("bfloat16", "float32"), default="bfloat16")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        way, kind, architecture, batch_size = options.one
        if way == "kept":
            keep_freed_memory()
        size = int(batch_size)
        step = (
            prediction(architecture, size)
            if kind == "predict"
            else training_step(architecture, size, options.precision)
        )
        print(pictures_per_second(step, size, options.seconds))
        return
    print(f"{processor()}, training in {options.precision}; pictures/s, median (quartiles) of {options.rounds} rounds")
    for kind, architecture, size in SIZES:
        given, kept = [], []
        for _ in range(options.rounds):
            given.append(in_a_process("given back", kind, architecture, size, options))
            kept.append(in_a_process("kept", kind, architecture, size, options))
        ratios = [one / other for one, other in zip(kept, given, strict=True)]
        row = f"{kind:7} {architecture:5} {size:3}"
        print(f"{row}  back {summary(given)}  kept {summary(kept)}  ratio {summary(ratios, 2)}")


if __name__ == "__main__":
    main()
