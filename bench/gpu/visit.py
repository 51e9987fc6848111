"""Everything there is to do on a machine with a CUDA card, in one visit of a few minutes.

Usage: python -m bench.gpu.visit [--seconds 540] [--output gpu-visit] [--packed prepared/ferplus.npz] [--device cuda]

In order: the prepared FER+ from its packed file, unless it is there; the tests marked `cuda`; `bench/training.py` and
`bench/inference.py`; the gallery's wild ensemble, for the rest of the time; its parts. Each step has a limit of its
own; one that fails or runs into it is reported, and the next one begins. `--device cpu` rehearses the visit.

The output folder gets report.txt with everything that was printed, tests.xml, and the run in parts that
`python -m bench.gpu.run_parts join` puts together, finished or not: at most seven files and 64 MB.
"""

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from bench._timing import processor
from esr_core.devices import resolve_device
from esr_core.errors import ConfigError

RUN_ID = "gallery-wild"
PREPARED = Path("prepared", "ferplus")  # as the gallery has it: the run is to be resumed and asked at home
RUNS = Path("runs")
TESTS = Path("tests")
SPLITTING_S = 20.0  # kept for the last step, whatever those before it take
ENDING_S = 15.0  # that a step has to end in good order once it was asked to; a training takes 7 to 10
BATCH, PICTURES = 256, 2048


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the visit."""

    name: str
    arguments: tuple[str, ...]  # of this Python
    limit_s: float


def steps(options: argparse.Namespace) -> list[Step]:
    """The commands in order; the last one, which brings the run home, gets the time that is kept for it."""
    device, bench = ("--device", options.device), ("--rounds", "2", "--batch-size", str(BATCH), "--wild")
    bench += ("--pictures", str(PICTURES))
    tests = ("-m", "pytest", "-m", "cuda", "-v", "-p", "no:cacheprovider", f"--junitxml={options.output / 'tests.xml'}")
    # A warning of another version of a library than the project asks for must not cost the visit its tests.
    tests += ("-W", "default", *map(str, sorted(TESTS.rglob("test_cuda*.py"))))
    gallery = ("-m", "esr_core", "gallery", "--data", str(PREPARED), "--runs", str(RUNS), "--only", RUN_ID)
    unpacking = ("-m", "bench.gpu.packed_ferplus", "unpack", str(options.packed), str(PREPARED))
    return [
        *([] if PREPARED.exists() else [Step("unpack FER+", unpacking, 90)]),
        Step("tests", tests, 120),
        Step("training, bfloat16", ("-m", "bench.training", "--precision", "bfloat16", *bench, *device), 60),
        Step("training, float32", ("-m", "bench.training", "--precision", "float32", *bench, *device), 60),
        Step("inference", ("-m", "bench.inference", "--faces", str(BATCH), *device), 45),
        Step(f"train {RUN_ID}", (*gallery, *device), options.seconds),
        Step("parts", ("-m", "bench.gpu.run_parts", "split", str(RUNS / RUN_ID), str(options.output)), SPLITTING_S),
    ]


def visit(planned: Sequence[Step], seconds: float, report: Path, device: str) -> list[str]:
    """Take the steps, one after another, within a number of seconds.

    Args:
        planned: at least one; the last one is given ``SPLITTING_S`` seconds, which the others leave.
        seconds: for all of them.
        report: file that gets what they print.
        device: that the tests are to run on.

    Returns:
        A line for each step: its name, what became of it, and its seconds.
    """
    ends = time.monotonic() + seconds
    outcomes = []
    for step in planned:
        kept = 0 if step is planned[-1] else SPLITTING_S + ENDING_S
        outcomes.append(_taken(step, lambda kept=kept: ends - kept - time.monotonic(), report, device))
        print(outcomes[-1], flush=True)
    return outcomes


def _taken(step: Step, seconds_left: Callable[[], float], report: Path, device: str) -> str:
    """Take one step and say what became of it."""
    started = time.monotonic()
    limit = min(step.limit_s, seconds_left())
    if limit <= 0:
        return f"{step.name}: left out, no time was left"
    with report.open("a", encoding="utf-8") as out:
        out.write(f"\n== {step.name}: python {' '.join(step.arguments)}\n")
        out.flush()
        outcome = _run([sys.executable, *step.arguments], limit, out.fileno(), device)
        sentence = f"{step.name}: {outcome}, {time.monotonic() - started:.1f} s"
        out.write(f"== {sentence}\n")
    return sentence


def _run(command: list[str], limit_s: float, out: int, device: str) -> str:
    environment = os.environ | {"ESR_CARD": device, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment) as process:  # noqa: S603 - ours
        try:
            code = process.wait(limit_s)
        except subprocess.TimeoutExpired:
            return _ended(process, limit_s)
    return "done" if code == 0 else f"failed with {code}"


def _ended(process: subprocess.Popen, limit_s: float) -> str:
    """Ask a process to end, which a training answers by storing where it stands; then end it."""
    process.terminate()
    try:
        process.wait(ENDING_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return f"killed after its limit of {limit_s:.0f} s"
    return f"stopped after its limit of {limit_s:.0f} s"


def machine(device: torch.device) -> str:
    """What the numbers of the report are from."""
    card = torch.cuda.get_device_name(device) if device.type == "cuda" else "no card"
    return (
        f"{card}, {processor()}, {os.cpu_count()} cores, torch {torch.__version__}, Python {platform.python_version()}"
    )


def main() -> None:
    """Visit, and fail where a step failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=540, help="for the whole visit (default 540)")
    parser.add_argument("--output", type=Path, default=Path("gpu-visit"), help="folder (default gpu-visit)")
    parser.add_argument(
        "--packed", type=Path, default=PREPARED.with_suffix(".npz"), help="FER+ as packed_ferplus packs it"
    )
    parser.add_argument("--device", default="cuda", help="to test, measure and train on (default cuda)")
    options = parser.parse_args()
    try:
        device = resolve_device(options.device)
    except ConfigError as error:
        parser.exit(2, f"error: {error}\n")
    options.output.mkdir(parents=True, exist_ok=True)
    report = options.output / "report.txt"
    report.write_text(f"{machine(device)}\n", encoding="utf-8")
    outcomes = visit(steps(options), options.seconds, report, options.device)
    with report.open("a", encoding="utf-8") as out:
        out.write("\n" + "\n".join(outcomes) + "\n")
    sys.exit(0 if all(": done, " in outcome for outcome in outcomes) else 1)


if __name__ == "__main__":
    main()
