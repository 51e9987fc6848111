"""``reproduce``: the paper's tables and figures, from prepared data to a document with its numbers beside ours."""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from esr_core.commands.exhibit_files import CAN_DRAW, NO_CHARTS, exhibit_files
from esr_core.commands.exhibit_runs import queue_left, train_by_jobs, train_here
from esr_core.commands.given import given, refuse
from esr_core.commands.output import make_folder, write_output
from esr_core.data.prepared import PreparedSet
from esr_core.devices import resolve_device
from esr_core.durations import duration
from esr_core.errors import ConfigError, DataError, TrainingError
from esr_core.folders import expanded, prepared_root, runs_root
from esr_core.reproduction import (
    DRAWN,
    EXHIBITS,
    EXPERIMENTS,
    SCALES,
    Exhibit,
    PlannedRun,
    Request,
    Results,
    ask_before_tuning,
    counted,
    open_sets,
    plan_runs,
    report,
    seconds_left,
    sets_in_place,
)
from esr_core.run_store import RunStore

EVERY = "all"
MARK = ".esr-reproduced"  # in a folder of documents: what is named as they are was written by this command


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``reproduce`` and its options."""
    parser = commands.add_parser(
        "reproduce",
        help="train and measure what the paper's tables and figures are made of",
        description=f"{__doc__} Runs with equal settings that are stored already count; stopped, the same command goes "
        "on where it was.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    what = "; ".join(f"{name}: {each.what}" for name, each in EXHIBITS.items())
    parser.add_argument("exhibit", choices=(*EXHIBITS, EVERY), metavar="WHAT", help=f"{what}; {EVERY} of them")
    parser.add_argument(
        "--data",
        type=expanded,
        nargs="+",
        required=True,
        metavar="FOLDER",
        help=f"prepared sets, each for the paper's set that it is, the first for those that are absent; {DRAWN} draws "
        "built-in faces",
    )
    scales = "; ".join(f"{name}: {scale.what}" for name, scale in SCALES.items())
    parser.add_argument("--scale", choices=tuple(SCALES), default="paper", help=scales)
    parser.add_argument("--start", metavar="RUN", help="go on from this run for Tables 4 and 5 and Figure 7, not ESR-9")
    parser.add_argument("--dry-run", action="store_true", help="say what would be trained and how long it takes")
    parser.add_argument("--queue", action="store_true", help="let the runs wait in the queue instead of training here")
    parser.add_argument("--jobs", type=int, metavar="N", help="train so many at once, as jobs of the queue")
    parser.add_argument("--device", default="auto", metavar="DEVICE", help="auto, cpu, cuda, cuda:<index> or mps")
    parser.add_argument(
        "--output", type=expanded, default=Path("reproduced"), metavar="FOLDER", help="for documents, which are renewed"
    )
    parser.add_argument("--runs", type=expanded, default=runs_root(), metavar="FOLDER", help="where runs are stored")
    parser.add_argument(
        "--prepared", type=expanded, default=prepared_root(), metavar="FOLDER", help="where built-in faces are kept"
    )
    parser.set_defaults(run=_run, parser=parser)


def _run(options: argparse.Namespace) -> None:
    _refuse_unused(options)
    resolve_device(options.device)  # before faces are drawn
    store, scale = RunStore(options.runs), SCALES[options.scale]
    opened = open_sets(options.data, options.prepared, is_quick=scale.name == "quick")
    sets = sets_in_place([each.data for each in EXPERIMENTS.values()], opened)
    exhibits = _possible(options, sets)
    _require_own(options.output, exhibits)
    names = tuple(name for exhibit in exhibits for name in exhibit.experiments)
    request = Request(names, scale, sets, options.start, options.device)
    runs = store.list()
    planned = plan_runs(request, store, runs)
    _say_plan(request, planned, seconds_left(request, planned, store, runs))
    if options.dry_run:
        return
    if options.jobs is not None:
        train_by_jobs(request, store, options.jobs)
    elif options.queue:
        _say(f"waiting in the queue: {queue_left(planned, store)} runs; the same command writes what has finished")
    failed = 0 if options.queue or options.jobs else train_here(request, store, sum(each.is_left for each in planned))
    _write(exhibits, request, store, options.output)
    if failed:
        raise TrainingError(f"{failed} runs failed; the same command tries them again")


def _refuse_unused(options: argparse.Namespace) -> None:
    """Raise ConfigError for options that the others leave without use."""
    flags = given(options)
    if options.dry_run:
        refuse(flags & {"--queue", "--jobs", "--output"}, "with --dry-run")
    if options.queue:
        refuse(flags & {"--jobs"}, "with --queue, whose worker has its own slots")
    if options.jobs is not None and options.jobs < 1:
        raise ConfigError(f"--jobs must be 1 or more, got {options.jobs}")
    if options.exhibit != EVERY and not any(EXPERIMENTS[name].start for name in EXHIBITS[options.exhibit].experiments):
        refuse(flags & {"--start"}, f"for {options.exhibit}, which goes on from no run")


def _require_own(folder: Path, exhibits: Iterable[Exhibit]) -> None:
    """Check that no document would take the place of somebody's file; raises ConfigError before anything is trained."""
    if (folder / MARK).exists():
        return
    for exhibit in exhibits:
        for path in sorted(folder.glob(f"{exhibit.name}*")):
            raise ConfigError(
                f"--output {folder} holds {path.name}, which reproduce did not write: name another folder"
            )


def _possible(options: argparse.Namespace, sets: Mapping[str, PreparedSet]) -> list[Exhibit]:
    """What is asked for and the data allow; of ``all`` the rest is named.

    Raises:
        DataError: if they allow nothing of it.
    """
    wanted = list(EXHIBITS.values()) if options.exhibit == EVERY else [EXHIBITS[options.exhibit]]
    refused = {}
    for exhibit in wanted:
        request = Request(exhibit.experiments, SCALES[options.scale], sets, options.start)
        if missing := request.missing_data:
            refused[exhibit.name] = f"{exhibit.name} needs {'; '.join(missing)}"
    if len(refused) == len(wanted):
        raise DataError("; ".join(dict.fromkeys(refused.values())))
    for sentence in refused.values():
        print(f"left out: {sentence}", file=sys.stderr)  # noqa: T201 - a command line speaks
    return [exhibit for exhibit in wanted if exhibit.name not in refused]


def _say_plan(request: Request, planned: list[PlannedRun], seconds: float | None) -> None:
    rows = [
        {"experiment": each.title, "runs": len(runs), **counted(runs)}
        for each in request.experiments
        if (runs := [one for one in planned if one.experiment is each])
    ]
    table = pd.DataFrame(rows).fillna(0).astype({name: int for row in rows for name in row if name != "experiment"})
    _say(table.to_string(index=False))
    states = ", ".join(f"{count} {state}" for state, count in counted(planned).items())
    time = "a time that is not known yet" if seconds is None else f"about {duration(seconds)} here"
    _say(f"{len(planned)} runs, {states}" + (f"; what is left takes {time}, one after another" if seconds != 0 else ""))


def _write(exhibits: Sequence[Exhibit], request: Request, store: RunStore, folder: Path) -> None:
    """Write each exhibit as it stands; the runs are read once for all of them."""
    make_folder("--output", folder)
    write_output("--output", folder / MARK, b"", force=True)
    runs = store.list()
    results = Results(store, plan_runs(request, store, runs), request.sets)
    if any(exhibit.name == "table5" for exhibit in exhibits):
        ask_before_tuning(results, request.device)
    for exhibit in exhibits:
        made = report(exhibit, request, results)
        seconds = seconds_left(request, made.planned, store, runs)
        for name, content in exhibit_files(made, request, seconds).items():
            write_output("--output", folder / name, content, force=True)
        gaps = "" if made.is_whole else f", not whole: {'; '.join(made.gaps)}"
        _say(f"{folder / exhibit.name}.md: {exhibit.title}, {exhibit.what}{gaps}")
    if not CAN_DRAW:
        _say(NO_CHARTS)


def _say(text: str) -> None:
    print(text)  # noqa: T201 - a command line speaks
