"""``prepare``: turn a data set as its owners ship it into a prepared set."""

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tqdm import tqdm

from esr_core.commands.detector import add_detector
from esr_core.commands.given import given, refuse
from esr_core.data.affectnet import affectnet_source
from esr_core.data.builtin import DIFFICULTIES, NUM_SUBJECTS, SEQUENCES_PER_SUBJECT, builtin_source
from esr_core.data.ck_plus import ck_plus_source
from esr_core.data.duplicates import describe_duplicates
from esr_core.data.fer2013 import fer2013_source
from esr_core.data.ferplus import ferplus_source
from esr_core.data.folder import folder_source
from esr_core.data.london import london_source
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedCard, PreparedSet
from esr_core.data.source import Source
from esr_core.folders import expanded
from esr_core.open_files import FOR_A_TRAINING, FOR_A_WORKER, require_open_files

MOST_WORKERS = 256  # each is a process of its own, with what it has loaded
OWNERS: dict[str, tuple[Callable[[Path], Source], str]] = {
    "ferplus": (
        ferplus_source,
        "FER+: fer2013.csv beside fer2013new.csv, or FER2013Train/, Valid/ and Test/, also in a zip",
    ),
    "fer2013": (fer2013_source, "FER-2013: Kaggle's fer2013.csv with its own labels, for which FER+ has better ones"),
    "affectnet": (affectnet_source, "AffectNet: the release with CSV files, or train_set/ and val_set/"),
}
"""Data sets whose owners give the faces."""

DETECTED: dict[str, tuple[Callable[[Path, str], Source], str]] = {
    "ck+": (ck_plus_source, "Extended Cohn-Kanade: cohn-kanade-images/, Emotion/ and, where there is one, FACS/"),
    "london": (london_source, "Face Research Lab London Set: neutral_front/ and smiling_front/"),
}
"""Data sets of photographs in which a detector finds the faces."""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``prepare`` and the data sets it knows."""
    parser = commands.add_parser("prepare", help="prepare a data set for training", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="DATA_SET")
    for name, (source, text) in OWNERS.items():
        owners = _add_kind(kinds, name, text)
        owners.set_defaults(source=lambda options, source=source: source(options.source_folder))
    for name, (finding_source, text) in DETECTED.items():
        photographs = _add_kind(kinds, name, text)
        add_detector(photographs)
        photographs.set_defaults(
            source=lambda options, source=finding_source: source(options.source_folder, options.detector)
        )
    folder = _add_kind(kinds, "folder", "your own pictures: class-named subfolders, or a CSV file that names them")
    folder.add_argument("--whole-image", action="store_true", help="the pictures are cropped faces: detect nothing")
    folder.add_argument(
        "--labels",
        type=expanded,
        metavar="CSV",
        help="file with the columns file and emotion (or class), and any of subject, split, valence, arousal",
    )
    add_detector(folder)
    folder.set_defaults(source=_folder)
    builtin = _add_kind(kinds, "builtin", "procedurally drawn people, no download", has_source=False)
    builtin.add_argument("--subjects", type=int, default=NUM_SUBJECTS, metavar="N", help="people to draw")
    builtin.add_argument(
        "--sequences", type=int, default=SEQUENCES_PER_SUBJECT, metavar="N", help="sequences of each person"
    )
    builtin.add_argument(
        "--difficulty", choices=sorted(DIFFICULTIES), default="standard", help="how hard to tell apart"
    )
    builtin.add_argument("--seed", type=int, default=0, metavar="N", help="the same seed draws the same faces")
    builtin.set_defaults(source=_builtin)


def _add_kind(
    kinds: argparse._SubParsersAction, name: str, text: str, has_source: bool = True
) -> argparse.ArgumentParser:
    parser = kinds.add_parser(name, help=text, description=text, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    if has_source:
        parser.add_argument("source_folder", type=expanded, metavar="SRC", help="folder of the data set")
    parser.add_argument("destination", type=expanded, metavar="DEST", help="folder to write the prepared set to")
    parser.add_argument(
        "--workers", type=_num_workers, default=_num_cores(), metavar="N", help="processes that share the work"
    )
    parser.set_defaults(run=_run, parser=parser)
    return parser


def _num_cores() -> int:
    """Cores this process may use, which may be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _num_workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"must be 1-{MOST_WORKERS}, got {text!r}")
    return int(text)


def _folder(options: argparse.Namespace) -> Source:
    if options.whole_image:
        refuse(given(options) & {"--detector"}, "with --whole-image")
    return folder_source(options.source_folder, options.whole_image, options.labels, options.detector)


def _builtin(options: argparse.Namespace) -> Source:
    return builtin_source(options.subjects, options.sequences, seed=options.seed, difficulty=options.difficulty)


class _Bar:
    """A progress bar from the first report on: what an earlier attempt did says nothing about the rate."""

    def __init__(self) -> None:
        self._bar: tqdm | None = None

    def __call__(self, done: int, total: int) -> None:
        if self._bar is None:
            self._bar = tqdm(unit="picture", total=total, initial=done)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _run(options: argparse.Namespace) -> None:
    require_open_files(FOR_A_TRAINING + FOR_A_WORKER * options.workers)
    source = options.source(options)
    try:
        with closing(_Bar()) as bar:
            card = prepare(source, options.destination, progress=bar, workers=options.workers)
    except KeyboardInterrupt:
        print("stopped; the same command goes on where it stopped", file=sys.stderr)  # noqa: T201
        raise
    _report(card, options.destination)


def _report(card: PreparedCard, destination: Path) -> None:
    print(f"{destination}: {card.num_pictures:,} pictures, {card.num_rejected:,} rejected")  # noqa: T201
    if card.num_duplicates:
        sentence = describe_duplicates(PreparedSet.open(destination).labels)
        print(f"duplicates: {sentence}")  # noqa: T201 - a command line speaks
    for reason, count in card.skipped.items():
        print(f"left out: {count:,} x {reason}")  # noqa: T201 - a command line speaks
    if card.warning:
        print(f"warning: {card.warning}", file=sys.stderr)  # noqa: T201
