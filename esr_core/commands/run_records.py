"""What ``runs`` writes of validation points: one table of all of them, and event files for TensorBoard."""

import argparse
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from esr_core.commands.event_files import EVENT_FILES, remove_event_files
from esr_core.commands.given import refuse
from esr_core.commands.output import require_free, write_output
from esr_core.commands.table_file import FORMATS, require_table_name, table_content
from esr_core.errors import RunError
from esr_core.exchange import measured_table, write_events
from esr_core.exchange.extras import require_extra
from esr_core.folders import expanded
from esr_core.records import RunInfo
from esr_core.run_store import RunStore

RECORDS = {"--export", "--tensorboard"}


def add_records(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``runs`` that write validation points."""
    kinds = " or ".join(FORMATS)
    parser.add_argument(
        "--export", type=expanded, metavar="FILE", help=f"write all validation points of the runs there, {kinds}"
    )
    parser.add_argument(
        "--tensorboard", type=expanded, metavar="FOLDER", help="write event files there, in a folder for each run"
    )


def write_records(
    store: RunStore, runs: Sequence[RunInfo], options: argparse.Namespace, given: Collection[str]
) -> None:
    """Do what the given options ask; runs that cannot be read are left out, and named.

    Raises:
        ConfigError: if options do not go together, or a file exists already.
        RunError: if none of the runs has validation points, or they cannot be read.
    """
    refuse(set(given) - RECORDS - {"--runs", "--force"}, f"with {sorted(RECORDS & set(given))[0]}")
    for run in runs:
        if run.config is None:
            print(f"{run.run_id} is left out: {run.status.message}", file=sys.stderr)  # noqa: T201 - a command line speaks
    readable = [run for run in runs if run.config]
    if options.export is not None:
        _write_table(store, readable, options.export, options.force)
    if options.tensorboard is not None:
        _write_events(store, readable, options.tensorboard, options.force)


def _write_table(store: RunStore, runs: Sequence[RunInfo], path: Path, force: bool) -> None:
    require_table_name("--export", path)
    require_free("--export", [path], force)
    table = measured_table(store, runs)
    if table.empty:
        raise RunError("--export must be given runs with validation points, found none")
    write_output("--export", path, table_content(table, path), force)
    print(path)  # noqa: T201


def _write_events(store: RunStore, runs: Sequence[RunInfo], folder: Path, force: bool) -> None:
    require_extra("tensorboard", "--tensorboard")
    measured = [run.run_id for run in runs if store.history(run.run_id)]
    if not measured:
        raise RunError("--tensorboard must be given runs with validation points, found none")
    earlier = [path for run_id in measured for path in (folder / run_id).glob(EVENT_FILES)]
    require_free("--tensorboard", earlier, force)
    for run_id in measured:
        remove_event_files(folder / run_id)
        write_events(store, run_id, folder / run_id)
        print(folder / run_id)  # noqa: T201
