"""``evaluate``: measure stored runs on their test part or on another set, and tell groups of them apart."""

import argparse
import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from esr_core.commands import cross_set
from esr_core.commands.given import given, refuse
from esr_core.commands.map_tables import map_tables
from esr_core.commands.output import add_force, require_free, write_output
from esr_core.errors import ConfigError, RunError
from esr_core.evaluation import (
    TESTS,
    Evaluation,
    Trial,
    comparison_table,
    diversity_numbers,
    diversity_table,
    evaluate,
    reading_notes,
    repeated_groups,
    seen_pictures,
    spread_table,
    stacked,
    stored_trial,
)
from esr_core.evaluation.markdown import decimals
from esr_core.folders import expanded, runs_root
from esr_core.metrics import Predictions
from esr_core.metrics.scores import MEASURES
from esr_core.run_store import RunStore
from esr_core.run_store.data_of_run import data_record

WRITERS = (".csv", ".json")
_DIGITS = partial(decimals, digits=4)
DIVERSITY = "diversity of branches"
Evaluations = Mapping[str, Evaluation]  # by run id, in their order
Measured = tuple[dict[str, Predictions], dict[str, Evaluation], list[str]]  # by run id, and sentences


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``evaluate`` and its options."""
    parser = commands.add_parser(
        "evaluate",
        help="measure stored runs and test whether groups of them differ",
        description=f"{__doc__} Runs of a sweep that differ in fold and seed alone are trials of one group.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("run_ids", nargs="+", metavar="RUN", help="runs to measure")
    parser.add_argument("--runs", type=expanded, default=runs_root(), metavar="FOLDER", help="where runs are stored")
    parser.add_argument("--measure", choices=MEASURES, default=MEASURES[0], help="that groups are compared by")
    parser.add_argument("--test", choices=tuple(TESTS), default="t", help="paired test of every two groups")
    parser.add_argument(
        "--maps", action="store_true", help="also explain all pictures: where branches look, and how alike, by Grad-CAM"
    )
    parser.add_argument(
        "--output", type=expanded, metavar="FILE", help="write .csv (the first table) or .json (all of it, unrounded)"
    )
    add_force(parser)
    cross_set.add_options(parser)
    parser.set_defaults(run=_run, parser=parser)


def _run(options: argparse.Namespace) -> None:
    _refuse_unwritable(options)
    store = RunStore(options.runs)
    run_ids = list(dict.fromkeys(options.run_ids))
    _refuse_unused(store, run_ids, options)
    measure = _on_own_part if options.data is None else _on_other_set
    predictions, evaluations, notes = measure(store, run_ids, options)
    groups = _trials(store, evaluations, predictions)
    tables = _run_tables(evaluations, predictions) | _group_tables(groups, options.measure, options.test)
    if options.maps:
        tables |= map_tables(store, run_ids, cross_set.own_part(options))
    for title, table in tables.items():
        if not table.empty:
            print(f"{title}\n{table.to_string(index=False, float_format=_DIGITS, na_rep='n/a')}\n")  # noqa: T201
    for sentence in (notes := [*notes, *reading_notes(evaluations)]):
        print(sentence)  # noqa: T201 - a command line speaks
    if options.output is not None:
        content = _content(options.output.suffix.lower(), tables, evaluations, notes)
        write_output("--output", options.output, content, options.force)


def _refuse_unwritable(options: argparse.Namespace) -> None:
    """Raise ConfigError for an ``--output`` that cannot be written as asked, before anything is measured."""
    if options.output is None:
        refuse(given(options) & {"--force"}, "without --output")
        return
    if options.output.suffix.lower() not in WRITERS:
        raise ConfigError(f"--output must end in {' or '.join(WRITERS)}, got {options.output}")
    require_free("--output", [options.output], options.force)


def _refuse_unused(store: RunStore, run_ids: Sequence[str], options: argparse.Namespace) -> None:
    """Raise ConfigError for an option of no use without a set or groups, RunError for a run that answers nothing."""
    flags = given(options)
    if options.data is None:
        refuse(flags & cross_set.OPTIONS, "without --data")
    else:
        refuse(flags & {"--maps"}, "with --data")
    for run_id in run_ids:
        if reason := store.info(run_id).unusable:
            raise RunError(reason)
    if comparing := flags & {"--measure", "--test"}:
        num_groups = len(repeated_groups(store.info(run_id) for run_id in run_ids))
        if num_groups == 0:
            refuse(comparing, "without a group of runs that differ in fold and seed alone")
        if num_groups == 1:
            refuse(comparing & {"--test"}, "without two groups to compare")


def _on_own_part(store: RunStore, run_ids: Sequence[str], options: argparse.Namespace) -> Measured:
    part = cross_set.own_part(options)
    predictions = {run_id: store.predictions(run_id, part) for run_id in run_ids}
    evaluations = {
        run_id: evaluate(store.info(run_id), each, seen_pictures(store, run_id, part), data_record(store, run_id))
        for run_id, each in predictions.items()
    }
    return predictions, evaluations, []


def _on_other_set(store: RunStore, run_ids: Sequence[str], options: argparse.Namespace) -> Measured:
    results = {one.evaluation.run.run_id: one for one in cross_set.evaluate_on(store, run_ids, options)}
    notes = [f"{run_id}: {note}" for run_id, one in results.items() for note in one.notes]
    predictions = {run_id: one.predictions for run_id, one in results.items()}
    return predictions, {run_id: one.evaluation for run_id, one in results.items()}, notes


def _run_tables(evaluations: Evaluations, predictions: Mapping[str, Predictions]) -> dict[str, pd.DataFrame]:
    """Tables of all runs, a column ``run`` in front, and how differently the branches of ensembles decide."""
    named = {
        "scores": "scores",
        "scores on unseen pictures": "unseen",
        "recall by class": "recalls",
        "valence and arousal": "affect",
        "accuracy by subject": "attributes",
    }
    tables = {
        title: stacked({run_id: getattr(one, name) for run_id, one in evaluations.items()})
        for title, name in named.items()
    }
    return tables | {DIVERSITY: _diversity(predictions)}


def _diversity(predictions: Mapping[str, Predictions]) -> pd.DataFrame:
    """A row per measure and a column per run of several branches; of the pictures with a class."""
    labelled = {run_id: each.where(each.labels >= 0) for run_id, each in predictions.items()}
    ensembles = {run_id: each for run_id, each in labelled.items() if each.logits.shape[1] > 1 and len(each.ids)}
    return diversity_table({run_id: diversity_numbers(each) for run_id, each in ensembles.items()})


def _trials(
    store: RunStore, evaluations: Evaluations, predictions: Mapping[str, Predictions]
) -> dict[str, list[Trial]]:
    """Trials of each group among the runs that has more than one."""
    groups = repeated_groups(one.run for one in evaluations.values())
    return {group.name: [stored_trial(store, run, predictions[run.run_id]) for run in group.runs] for group in groups}


def _group_tables(groups: dict[str, list[Trial]], measure: str, test: str) -> dict[str, pd.DataFrame]:
    if not groups:
        return {}
    tables = {f"groups: {measure}": spread_table(groups, measure)}
    if len(groups) > 1:
        tables[f"pairs of groups: {measure}, test {test}"] = comparison_table(groups, measure, test)
    return tables


def _content(suffix: str, tables: dict[str, pd.DataFrame], evaluations: Evaluations, notes: Sequence[str]) -> bytes:
    """One table as CSV, or everything as JSON; what is not defined is an empty cell, or null."""
    if suffix == ".csv":
        return tables["scores"].to_csv(index=False).encode()
    return json.dumps(_as_json(tables, evaluations) | {"notes": notes}, indent=2).encode()


def _as_json(tables: dict[str, pd.DataFrame], evaluations: Evaluations) -> dict[str, Any]:
    """All tables, and what the pages draw: confusion matrices (rows are labelled classes) and reliability diagrams."""
    bins = stacked({run_id: one.reliability.to_table() for run_id, one in evaluations.items()})
    every = tables | {"reliability of the mean probability": bins}
    values: dict[str, Any] = {title: json.loads(table.to_json(orient="records")) for title, table in every.items()}
    values["confusions"] = {
        run_id: {"class_names": one.class_names} | {who: counts.tolist() for who, counts in one.confusions.items()}
        for run_id, one in evaluations.items()
    }
    return values
