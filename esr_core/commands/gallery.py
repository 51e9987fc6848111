"""``gallery``: train the ensembles that the project ships, or the rest of them."""

import argparse
from pathlib import Path

from esr_core.commands.defaults import PREPARED_ROOT, RUNS_ROOT
from esr_core.commands.sweep import train_group
from esr_core.data.prepared import PreparedSet
from esr_core.gallery import GALLERY, gallery
from esr_core.run_store import RunStore


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``gallery`` and its options."""
    parser = commands.add_parser(
        "gallery",
        help="train the ensembles on FER+ that the project ships",
        description=f"{__doc__} The same command goes on where it was stopped.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--data", default=str(PREPARED_ROOT / "ferplus"), metavar="FOLDER", help="prepared FER+ with its pictures"
    )
    parser.add_argument("--runs", type=Path, default=RUNS_ROOT, metavar="FOLDER", help="where runs are stored")
    parser.add_argument("--device", default="auto", metavar="DEVICE", help="auto, cpu, cuda, cuda:<index> or mps")
    parser.add_argument(
        "--only", nargs="+", choices=tuple(GALLERY), metavar="RUN", help=f"of {', '.join(GALLERY)}; without it all"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    configs = gallery(options.data, PreparedSet.open(Path(options.data)).card.class_names, options.device)
    wanted = options.only or list(configs)
    train_group(RunStore(options.runs), {run_id: configs[run_id] for run_id in configs if run_id in wanted})
