"""A folder of photographs asked about by ``predict`` and in loops over ``explain``, in seconds of the processor.

Usage: python -m bench.predicting [FOLDER] [--photographs 128] [--commands 4] [--rounds 3]

All of them take turns on the same photographs, and each writes what it writes for a user: ``predict`` a table, the
command ``explain`` a sheet and the raw maps of each photograph. ``predict_tables`` is what ``predict`` does once it has
started, as the loop in Python has. Given no folder, faces are drawn. Time is the
processor's, own and of the commands, for a busy machine changes that on the clock. The goal is 20 times the photographs
a second of the command ``explain`` called once for each.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import torch

from bench._photographs import draw_photographs
from bench._timing import paired, processor, ratios, summary
from esr_core import open_run
from esr_core.data.faces import detect_faces
from esr_core.data.photographs import read_photograph
from esr_core.predicting import find_sources, predict_tables

PROJECT = Path(__file__).parents[1]
RUN = "gallery-level3-varied"
SIZE_PX, SPARE = 640, 1.2  # the detector does not find every drawn face
PREDICT, COMMANDS, COMMAND, LOOP = "predict", "explain, a command each", "explain, one command", "run.explain in a loop"
TABLES = "predict_tables"
GOAL = 20


def processor_s() -> float:
    """User and system time of this process and of the commands that it has waited for."""
    used = (resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def with_a_face(folder: Path, count: int) -> list[Path]:
    """The first photographs below a folder in which a face is found: ``explain`` refuses the others."""
    paths = (source.path for source in find_sources([folder]))
    return [path for path in paths if detect_faces(read_photograph(path))][:count]


def command(*arguments: str | Path) -> None:
    """Run the command line as a user does."""
    line = [sys.executable, "-m", "esr_core", *map(str, arguments)]
    subprocess.run(line, cwd=PROJECT, check=True, capture_output=True)  # noqa: S603 - our own command


def rivals(photographs: list[Path], num_commands: int, output: Path) -> dict[str, Callable[[], None]]:
    """What takes turns; of commands for single photographs only so many."""
    run = open_run(RUN, PROJECT / "runs")
    explain = ("--run", RUN, "--out", output, "--force")

    def loop() -> None:
        for path in photographs:
            run.explain(path)

    def commands() -> None:
        for path in photographs[:num_commands]:
            command("explain", path, *explain)

    return {
        PREDICT: lambda: command("predict", RUN, *photographs, "--output", output / "faces.csv", "--force"),
        TABLES: lambda: list(predict_tables(find_sources(photographs), run.network, "haar")),
        LOOP: loop,
        COMMAND: lambda: command("explain", *photographs, *explain),
        COMMANDS: commands,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help="of photographs; default: drawn faces")
    parser.add_argument("--photographs", type=int, default=128, help="how many (default 128)")
    parser.add_argument("--commands", type=int, default=4, help="how many have a command of their own (default 4)")
    parser.add_argument("--rounds", type=int, default=3, help="to take the median of (default 3)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder, output = Path(temporary) / "photographs", Path(temporary) / "output"
        for each in (folder, output):
            each.mkdir()
        if options.folder is None:
            draw_photographs(folder, round(SPARE * options.photographs), SIZE_PX)
        photographs = with_a_face(options.folder or folder, options.photographs)
        contestants = rivals(photographs, options.commands, output)
        seconds = paired(contestants, options.rounds, warm_up=0, clock=processor_s)
    counts = dict.fromkeys(contestants, len(photographs)) | {COMMANDS: min(options.commands, len(photographs))}
    each_s = {name: [value / counts[name] for value in values] for name, values in seconds.items()}
    print(f"{processor()}, {torch.get_num_threads()} threads of PyTorch, {len(photographs)} photographs, {RUN}")
    for name, values in each_s.items():
        print(f"{name:26} {summary([1000 * value for value in values])} ms of the processor for a photograph", end="")
        print(f", {1 / statistics.median(values):.1f} photographs a second of it")
    for name in (LOOP, COMMAND, COMMANDS):
        goal = f", goal {GOAL}" if name == COMMANDS else ""
        print(f"{name:26} / {PREDICT}:{summary(ratios(each_s, name, PREDICT), 2)} times{goal}")
    print(f"{LOOP:26} / {TABLES}:{summary(ratios(each_s, LOOP, TABLES), 2)} times, neither with a start")


if __name__ == "__main__":
    main()
