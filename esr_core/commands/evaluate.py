"""``evaluate``: measure stored runs on their test part or on another set, and tell groups of them apart."""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from esr_core.commands import cross_set
from esr_core.commands.given import given, refuse
from esr_core.errors import ConfigError
from esr_core.evaluation import (
    TESTS,
    Evaluation,
    Trial,
    comparison_table,
    evaluate,
    groups_of,
    seen_pictures,
    spread_table,
    trial_of,
)
from esr_core.folders import runs_root
from esr_core.metrics import Predictions
from esr_core.metrics.scores import MEASURES
from esr_core.run_store import RunStore
from esr_core.run_store.data_of_run import data_record

WRITERS = (".csv", ".json")
Measured = tuple[dict[str, Predictions], list[Evaluation], list[str]]  # by run id, in their order, and sentences


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``evaluate`` and its options."""
    parser = commands.add_parser(
        "evaluate",
        help="measure stored runs and test whether groups of them differ",
        description=f"{__doc__} Runs of a sweep that differ in fold and seed alone are trials of one group.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("run_ids", nargs="+", metavar="RUN", help="runs to measure")
    parser.add_argument("--runs", type=Path, default=runs_root(), metavar="FOLDER", help="where runs are stored")
    parser.add_argument("--measure", choices=MEASURES, default=MEASURES[0], help="that groups are compared by")
    parser.add_argument("--test", choices=tuple(TESTS), default="t", help="paired test of every two groups")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="write .csv (the first table) or .json (all of it, unrounded)"
    )
    cross_set.add_options(parser)
    parser.set_defaults(run=_run, parser=parser)


def _run(options: argparse.Namespace) -> None:
    if options.output is not None and options.output.suffix not in WRITERS:
        raise ConfigError(f"--output must end in {' or '.join(WRITERS)}, got {options.output}")
    store = RunStore(options.runs)
    run_ids = list(dict.fromkeys(options.run_ids))
    _refuse_unused(store, run_ids, options)
    predictions, found, notes = (_on_own_part if options.data is None else _on_other_set)(store, run_ids, options)
    groups = _trials(store, found, predictions)
    tables = _run_tables(found) | _group_tables(groups, options.measure, options.test)
    for title, table in tables.items():
        if not table.empty:
            print(f"{title}\n{table.to_string(index=False, float_format='{:.4f}'.format, na_rep='n/a')}\n")  # noqa: T201
    for sentence in (notes := [*notes, *_notes(found)]):
        print(sentence)  # noqa: T201 - a command line speaks
    if options.output is not None:
        _write(options.output, tables, found, notes)


def _refuse_unused(store: RunStore, run_ids: Sequence[str], options: argparse.Namespace) -> None:
    """Raise ConfigError for an option that is of no use without another set, or without groups to compare."""
    flags = given(options)
    if options.data is None:
        refuse(flags & cross_set.OPTIONS, "without --data")
    if comparing := flags & {"--measure", "--test"}:
        num_groups = sum(len(group.runs) > 1 for group in groups_of(store.info(run_id) for run_id in run_ids))
        if num_groups == 0:
            refuse(comparing, "without a group of runs that differ in fold and seed alone")
        if num_groups == 1:
            refuse(comparing & {"--test"}, "without two groups to compare")


def _on_own_part(store: RunStore, run_ids: Sequence[str], options: argparse.Namespace) -> Measured:
    part = cross_set.own_part(options)
    predictions = {run_id: store.predictions(run_id, part) for run_id in run_ids}
    found = [
        evaluate(store.info(run_id), given, seen_pictures(store, run_id, part), data_record(store, run_id))
        for run_id, given in predictions.items()
    ]
    return predictions, found, []


def _on_other_set(store: RunStore, run_ids: Sequence[str], options: argparse.Namespace) -> Measured:
    results = list(cross_set.evaluate_on(store, run_ids, options))
    notes = [f"{one.evaluation.run.run_id}: {note}" for one in results for note in one.notes]
    predictions = {one.evaluation.run.run_id: one.predictions for one in results}
    return predictions, [one.evaluation for one in results], notes


def _run_tables(found: Sequence[Evaluation]) -> dict[str, pd.DataFrame]:
    """Tables of all runs, a column ``run`` in front."""
    named = {
        "scores": "scores",
        "scores on unseen pictures": "unseen",
        "recall by class": "recalls",
        "valence and arousal": "affect",
        "accuracy by subject": "attributes",
    }
    return {title: _stacked({one.run.run_id: getattr(one, name) for one in found}) for title, name in named.items()}


def _stacked(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    labelled = [table.assign(run=run_id) for run_id, table in tables.items() if not table.empty]
    if not labelled:
        return pd.DataFrame()
    stacked = pd.concat(labelled, ignore_index=True)
    return stacked[["run", *stacked.columns.drop("run")]]


def _trials(
    store: RunStore, found: Sequence[Evaluation], predictions: Mapping[str, Predictions]
) -> dict[str, list[Trial]]:
    """Trials of each group among the runs that has more than one."""
    groups = [group for group in groups_of(one.run for one in found) if len(group.runs) > 1]
    return {
        group.name: [
            trial_of(run, predictions[run.run_id], len(store.parts(run.run_id)["training"])) for run in group.runs
        ]
        for group in groups
    }


def _group_tables(groups: dict[str, list[Trial]], measure: str, test: str) -> dict[str, pd.DataFrame]:
    if not groups:
        return {}
    tables = {f"groups: {measure}": spread_table(groups, measure)}
    if len(groups) > 1:
        tables[f"pairs of groups: {measure}, test {test}"] = comparison_table(groups, measure, test)
    return tables


def _notes(found: Sequence[Evaluation]) -> list[str]:
    """What one has to know to read the tables."""
    notes = []
    for one in found:
        drawn = f"{one.run.run_id}: 95 % intervals by drawing {one.drawn}"
        notes.append(f"{drawn}; {one.problem}" if one.problem else drawn)
        if one.num_seen:
            count = f"{one.num_seen:,} of {one.scores['pictures'].iloc[0]:,} pictures"
            notes.append(
                f"{one.run.run_id}: {count} are also learned from; the scores on unseen pictures leave them out"
            )
        if one.seen_problem:
            notes.append(f"{one.run.run_id}: which pictures are also learned from is not known; {one.seen_problem}")
        if one.absent:
            notes.append(f"{one.run.run_id}: no picture of {', '.join(one.absent)}, so not part of means over classes")
    return notes


def _write(path: Path, tables: dict[str, pd.DataFrame], found: Sequence[Evaluation], notes: Sequence[str]) -> None:
    """One table as CSV, or everything as JSON; what is not defined is an empty cell, or null."""
    try:
        if path.suffix == ".csv":
            tables["scores"].to_csv(path, index=False)
        else:
            path.write_text(json.dumps(_as_json(tables, found) | {"notes": notes}, indent=2), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--output {path} cannot be written: {error.strerror}") from None


def _as_json(tables: dict[str, pd.DataFrame], found: Sequence[Evaluation]) -> dict[str, Any]:
    """All tables, and what the pages draw: confusion matrices (rows are labelled classes) and reliability diagrams."""
    bins = _stacked({one.run.run_id: one.reliability.to_table() for one in found})
    every = tables | {"reliability of the mean probability": bins}
    values: dict[str, Any] = {title: json.loads(table.to_json(orient="records")) for title, table in every.items()}
    values["confusions"] = {
        one.run.run_id: {"class_names": one.class_names}
        | {who: counts.tolist() for who, counts in one.confusions.items()}
        for one in found
    }
    return values
