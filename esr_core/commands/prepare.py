"""``prepare``: turn a data set as its owners ship it into a prepared set."""

import argparse
from pathlib import Path

from tqdm import tqdm

from esr_core.data.builtin import DIFFICULTIES, builtin_source
from esr_core.data.folder import folder_source
from esr_core.data.london import london_source
from esr_core.data.preparation import prepare
from esr_core.data.source import Source


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``prepare`` and the data sets it knows."""
    parser = commands.add_parser("prepare", help="prepare a data set for training", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="DATA_SET")
    london = _add_kind(kinds, "london", "Face Research Lab London Set: neutral_front/ and smiling_front/")
    london.set_defaults(source=lambda options: london_source(options.source_folder))
    folder = _add_kind(kinds, "folder", "any folder of class-named subfolders of pictures")
    folder.add_argument("--whole-image", action="store_true", help="the pictures are cropped faces: detect nothing")
    folder.set_defaults(source=lambda options: folder_source(options.source_folder, options.whole_image))
    builtin = _add_kind(kinds, "builtin", "procedurally drawn people, no download", has_source=False)
    builtin.add_argument("--subjects", type=int, default=123, metavar="N", help="people to draw")
    builtin.add_argument("--sequences", type=int, default=8, metavar="N", help="sequences of each person")
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
        parser.add_argument("source_folder", type=Path, metavar="SRC", help="folder of the data set")
    parser.add_argument("destination", type=Path, metavar="DEST", help="folder to write the prepared set to")
    parser.set_defaults(run=_run)
    return parser


def _builtin(options: argparse.Namespace) -> Source:
    return builtin_source(options.subjects, options.sequences, seed=options.seed, difficulty=options.difficulty)


def _run(options: argparse.Namespace) -> None:
    with tqdm(unit="picture") as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        card = prepare(options.source(options), options.destination, progress=show)
    print(f"{options.destination}: {card.num_pictures} pictures, {card.num_rejected} rejected")  # noqa: T201
