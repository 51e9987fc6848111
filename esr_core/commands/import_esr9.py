"""``import-esr9``: the weights that the paper's authors published, as a stored run."""

import argparse

from esr_core.exchange import import_esr9
from esr_core.exchange.esr9 import LICENCE, SHARED_FILE
from esr_core.folders import expanded, runs_root
from esr_core.run_store import RunStore


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``import-esr9`` and its options."""
    parser = commands.add_parser(
        "import-esr9",
        help="store the published weights of ESR-9 as a run",
        description=f"{__doc__} The weights were {LICENCE}.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "folder",
        type=expanded,
        metavar="FOLDER",
        help=f"with {SHARED_FILE} and Net-Branch_1.pt, Net-Branch_2.pt, ...; the first alone is to go on from",
    )
    parser.add_argument("--name", metavar="RUN", help="of the run; esr9-published or esr9-shared where none is given")
    parser.add_argument("--runs", type=expanded, default=runs_root(), metavar="FOLDER", help="where runs are stored")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    store = RunStore(options.runs)
    run = store.info(import_esr9(store, options.folder, options.name))
    print(f"stored as {run.run_id}; {LICENCE}")  # noqa: T201 - a command line speaks
    if run.unusable:
        print(run.unusable)  # noqa: T201
