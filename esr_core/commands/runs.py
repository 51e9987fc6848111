"""``runs``: list stored runs, compare their settings, check their files, describe, name, delete and restore them."""

import argparse
from collections.abc import Sequence

import pandas as pd

from esr_core.commands.given import given, refuse
from esr_core.commands.output import require_free, write_output
from esr_core.commands.run_changes import CHANGES, add_changes, change
from esr_core.commands.run_records import RECORDS, add_records, write_records
from esr_core.commands.train_command import train_command
from esr_core.config import differing_settings, flat_settings
from esr_core.errors import ConfigError
from esr_core.evaluation import model_card
from esr_core.folders import expanded, runs_root
from esr_core.records import RunInfo
from esr_core.records.results import describe_results
from esr_core.run_store import RunStore
from esr_core.timestamps import in_words


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``runs`` and its options."""
    parser = commands.add_parser(
        "runs",
        help="list, compare and check stored runs",
        description=f"{__doc__} Named runs are compared: settings that differ, and how good they are.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("run_ids", nargs="*", metavar="RUN", help="runs to compare; none lists all")
    parser.add_argument("--runs", type=expanded, default=runs_root(), metavar="FOLDER", help="where runs are stored")
    parser.add_argument("--check", action="store_true", help="compare every file with the manifest's sha256")
    parser.add_argument("--card", action="store_true", help="describe one run: data, accuracy, limits, licence")
    parser.add_argument("--output", type=expanded, metavar="FILE", help="write the card there instead of printing it")
    parser.add_argument(
        "--force", action="store_true", help="replace files that exist already; delete what others went on from"
    )
    add_records(parser)
    add_changes(parser)
    parser.set_defaults(run=_run, parser=parser)


def _run(options: argparse.Namespace) -> None:
    store, options_given = RunStore(options.runs), given(options)
    if options_given & CHANGES:
        change(store, options, options_given)
        return
    if options_given & RECORDS:
        write_records(store, _chosen(store, options), options, options_given)
        return
    if options.output is None:
        refuse(options_given & {"--force"}, "without --output, --export, --tensorboard or --delete")
    if options.card or options.output is not None:
        _card(store, options)
        return
    chosen = _chosen(store, options)
    if not chosen:
        is_there = options.runs.is_dir()
        print(f"no runs in {options.runs}{'' if is_there else ', which does not exist'}")  # noqa: T201 - a command line speaks
    elif options.check:
        for run in chosen:
            print(f"{run.run_id}: {'; '.join(store.check(run.run_id)) or 'all files as they were stored'}")  # noqa: T201
    else:
        table = _comparison(chosen) if options.run_ids else _overview(chosen)
        print(table.to_string(index=bool(options.run_ids)))  # noqa: T201


def _chosen(store: RunStore, options: argparse.Namespace) -> Sequence[RunInfo]:
    """The named runs, or all."""
    return [store.info(run_id) for run_id in options.run_ids] or store.list()


def _card(store: RunStore, options: argparse.Namespace) -> None:
    if not options.card or len(options.run_ids) != 1:
        raise ConfigError(f"--card must come with one run, and --output with --card, got {len(options.run_ids)} runs")
    refuse(["--check"] if options.check else [], "with --card")
    if options.output is not None:
        require_free("--output", [options.output], options.force)
    run_id = options.run_ids[0]
    text = model_card(store, run_id, train_command(store.config(run_id)))
    if options.output is None:
        print(text, end="")  # noqa: T201 - a command line speaks
    else:
        write_output("--output", options.output, text.encode(), options.force)


def _overview(runs: Sequence[RunInfo]) -> pd.DataFrame:
    """One line per run."""
    return pd.DataFrame(
        {
            "run": run.run_id,
            "state": run.status.state,
            "what": run.label,
            **({"tags": ", ".join(run.notes.tags)} if any(each.notes.tags for each in runs) else {}),
            "created": "" if run.created is None else in_words(run.created),
            **_results(run),
            "note": run.status.message or run.notes.problem,
        }
        for run in runs
    )


def _comparison(runs: Sequence[RunInfo]) -> pd.DataFrame:
    """One column per run: the settings that differ between them, then the results."""
    settings = {run.run_id: flat_settings(run.config) for run in runs if run.config}
    differing = differing_settings(list(settings.values()))
    return pd.DataFrame(
        {
            run.run_id: {
                "state": run.status.state,
                **({"name": run.notes.name} if any(each.notes.name for each in runs) else {}),
                **{name: settings.get(run.run_id, {}).get(name, "") for name in differing},
                **_results(run),
            }
            for run in runs
        }
    )


def _results(run: RunInfo) -> dict[str, str]:
    return {
        "parameters": f"{run.parameters.total:,}" if run.parameters else "n/a",
        "validation": _percent(run.best.ensemble_accuracy if run.best else None),
        "on the test part": describe_results(run.status.results),
    }


def _percent(share: float | None) -> str:
    return "n/a" if share is None else f"{share:.1%}"
