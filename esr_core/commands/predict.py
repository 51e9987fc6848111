"""``predict``: what a stored run says of pictures, folders, videos and prepared sets, a row for each face."""

import argparse
import hashlib
import sys
import time
from pathlib import Path

from tqdm import tqdm

from esr_core.commands.detector import add_detector
from esr_core.commands.output import add_force, require_free, write_output
from esr_core.commands.table_file import FORMATS, require_table_name, table_content
from esr_core.folders import expanded, runs_root
from esr_core.networks import ESR, for_inference
from esr_core.predicting import COLUMN_TYPES, PartialTable, Source, find_sources, predict_tables, table_columns
from esr_core.run_store import RunStore
from esr_core.run_store.files import with_ending


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``predict`` and its options."""
    parser = commands.add_parser(
        "predict",
        help="what a run says of pictures, folders, videos and prepared sets",
        description=f"{__doc__} Stopped, the same command goes on where it was.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("run_id", metavar="RUN", help="to ask")
    parser.add_argument("paths", nargs="+", type=expanded, metavar="PATH", help="picture, video, folder, prepared set")
    parser.add_argument(
        "--output", type=expanded, required=True, metavar="FILE", help=f"table to write, {' or '.join(FORMATS)}"
    )
    add_force(parser)
    add_detector(parser)
    parser.add_argument("--runs", type=expanded, default=runs_root(), metavar="FOLDER", help="where runs are stored")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    output: Path = options.output
    require_table_name("--output", output)
    require_free("--output", [output], options.force)
    store = RunStore(options.runs)
    network, sources = for_inference(store.load_network(options.run_id)), find_sources(options.paths)
    key = hashlib.sha256(f"{store.checkpoint_sha256(options.run_id)} {options.detector}".encode()).hexdigest()[:8]
    unfinished = output.with_name(with_ending(output.name, f".{key}.part"))
    with PartialTable(unfinished, table_columns(network), COLUMN_TYPES) as partial:
        _predict(partial, sources, network, options.detector)
        table = partial.read()
        table = table[table["file"].isin([source.name for source in sources])]  # it may have gone on from other paths
        write_output("--output", output, table_content(table, output), options.force)
        partial.remove()
    print(output)  # noqa: T201 - a command line speaks


def _predict(partial: PartialTable, sources: list[Source], network: ESR, detector: str) -> None:
    left = [source for source in sources if source.name not in partial.done]
    started, num_before = time.monotonic(), partial.num_rows
    with tqdm(total=len(sources), initial=len(sources) - len(left), unit=" files", file=sys.stderr) as bar:
        for num_done, table in predict_tables(left, network, detector):
            partial.append(table)
            bar.update(num_done)
    seconds = max(time.monotonic() - started, 1e-9)
    print(  # noqa: T201 - a command line speaks
        f"{len(left):,} files, {partial.num_rows - num_before:,} rows, {len(left) / seconds:.1f} files/s",
        file=sys.stderr,
    )
