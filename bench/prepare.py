"""How much faster `prepare` is with two worker processes than with one, and what it adds to the cascade's own time.

Usage: python -m bench.prepare

Photographs: drawn faces of 640x640 as JPEG, and the London photographs where they are beside the project. OpenCV
searches with one thread everywhere, as it does in worker processes; alone it would take all cores for itself. Starting
the workers counts, and weighs more in the smaller set.
"""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2

from bench._photographs import LONDON, draw_photographs
from bench._timing import Seconds, paired, ratios, summary
from esr_core.data.faces import detect_faces
from esr_core.data.folder import folder_source
from esr_core.data.london import london_source
from esr_core.data.photographs import read_photograph_in
from esr_core.data.preparation import prepare
from esr_core.data.source import Source

NUM_DRAWN, DRAWN_SIZE_PX = 400, 640
ROUNDS = 3
CASCADE, ONE, TWO = "the cascade alone", "prepare, one worker", "prepare, two workers"


def measure(folder: Path, source: Source) -> Seconds:
    """Seconds of the cascade on photographs already read, and of preparing them from their files."""
    photographs = [read_photograph_in(folder, sample.file) for sample in source.samples]
    rivals: dict[str, Callable[[], object]] = {
        CASCADE: lambda: [detect_faces(photograph) for photograph in photographs],
        ONE: partial(_prepare, source, 1),
        TWO: partial(_prepare, source, 2),
    }
    return paired(rivals, ROUNDS)


def _prepare(source: Source, workers: int) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        prepare(source, Path(temporary) / "prepared", workers=workers)


def report(name: str, folder: Path, source: Source) -> None:
    """Measure one data set and print."""
    seconds = measure(folder, source)
    print(f"{name}: {len(source.samples)} photographs, median and quartiles of {ROUNDS} rounds")
    for rival, values in seconds.items():
        print(f"  {rival + ':':40}{summary([1000 * value / len(source.samples) for value in values])} ms a photograph")
    added = [100 * (ratio - 1) for ratio in ratios(seconds, ONE, CASCADE)]
    print(f"  {'one worker adds to the cascade:':40}{summary(added)} %")
    print(f"  {'two workers against one:':40}{summary(ratios(seconds, ONE, TWO), 2)} times faster")


def main() -> None:
    """Measure and print."""
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        draw_photographs(folder, NUM_DRAWN, DRAWN_SIZE_PX)
        report(f"drawn faces, {DRAWN_SIZE_PX}x{DRAWN_SIZE_PX}", folder, folder_source(folder))
    if LONDON.is_dir():
        report("London", LONDON, london_source(LONDON))
    else:
        print(f"London: not at {LONDON}, left out")


if __name__ == "__main__":
    main()
