"""The paper's tables and figures as tables of numbers, its own beside those of finished runs."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from types import MappingProxyType

import numpy as np
import pandas as pd

from esr_core.evaluation import PAPER_RESULTS, TESTS, comparison_table
from esr_core.evaluation import paper_results as paper
from esr_core.networks import parameters_of
from esr_core.reproduction.before_tuning import table_before_tuning
from esr_core.reproduction.experiments import EXPERIMENTS, LEVELS, STRATEGIES
from esr_core.reproduction.results import Results, Table

TABLE_1: Mapping[str, str] = MappingProxyType(
    {
        "single": "Single Network",
        "te": "Traditional Ensemble",
        "level3-frozen": "ESR-4 Lvl. 3",
        "level4-frozen": "ESR-4 Lvl. 4",
    }
)
"""The paper's names by experiment; the accuracies of its two ESRs are those of ``frozen`` in its Figure 4."""

FIGURE_5_ESR = "level3-frozen"  # the ESR of Table 1 that is as good as the traditional ensemble
GALLERY = "gallery on FER+, %"
TEST_TITLES = {"t": "t", "corrected-t": "corrected t", "wilcoxon": "Wilcoxon"}


def table_1(results: Results) -> list[Table]:
    """Accuracy and parameters."""
    printed = {one.name: one for one in PAPER_RESULTS if one.data == "CK+"}
    rows = [
        {
            "approach": title,
            "parameters": parameters_of(results.planned(name)[0].config.network).total,
            "paper, %": 100 * printed[title].accuracy,
            "paper ±": 100 * printed[title].deviation,
            **_accuracy(results, name),
        }
        for name, title in TABLE_1.items()
    ]
    frame = _with_gallery(pd.DataFrame(rows), list(TABLE_1), results)
    return [Table("", "Test accuracy, mean and deviation over folds", frame)]


def table_2(results: Results) -> list[Table]:
    """Paired tests of every two networks."""
    tests = _tests(results, TABLE_1)
    printed = [paper.TABLE_2[pair] for pair in zip(tests["first"], tests["second"], strict=True)]
    tests.insert(3, "paper, p", printed)
    return [Table("", "Paired tests over folds: p-values, also after Holm's correction", tests, digits=3)]


def figure_4(results: Results) -> list[Table]:
    """Accuracy by level and strategy, and each ESR and the single network against the traditional ensemble."""
    baselines = {one.name: one for one in PAPER_RESULTS if one.data == "CK+"}
    rows = [
        {
            "approach": EXPERIMENTS[name].title,
            "strategy": "",
            "level": np.nan,
            "paper, %": 100 * baselines[TABLE_1[name]].accuracy,
            **_accuracy(results, name),
        }
        for name in ("single", "te")
    ]
    for strategy in STRATEGIES:
        printed = (*paper.FIGURE_4[strategy], np.nan)  # level 5 is not drawn
        rows += [
            {
                "approach": EXPERIMENTS[f"level{level}-{strategy}"].title,
                "strategy": strategy,
                "level": level,
                "paper, %": value,
                **_accuracy(results, f"level{level}-{strategy}"),
            }
            for level, value in zip(LEVELS, printed, strict=True)
        ]
    order = ["single", "te", *(f"level{level}-{strategy}" for strategy in STRATEGIES for level in LEVELS)]
    frame = _with_gallery(pd.DataFrame(rows).astype({"level": "Int64"}), order, results)
    names = {name: EXPERIMENTS[name].title for name in order}
    tests = _tests(results, names, against=EXPERIMENTS["te"].title)
    return [
        Table("", "Test accuracy, mean over folds", frame),
        Table("tests", "p-values against the traditional ensemble", tests, digits=3),
    ]


def figure_5(results: Results) -> list[Table]:
    """Validation accuracy of each branch while it is trained, after one epoch and after every epoch."""
    esr, ensemble = (_curves(results, name) for name in (FIGURE_5_ESR, "te"))
    curves = esr.merge(ensemble, how="outer", on=["branch", "epoch"], suffixes=(" ESR, %", " TE, %"))
    after_one = curves[curves["epoch"] == 1].set_index("branch").drop(columns="epoch")
    branches = range(1, 5)
    printed = pd.DataFrame(
        [paper.FIGURE_5.get(branch, (np.nan, np.nan)) for branch in branches],
        index=pd.Index(branches, name="branch"),
        columns=["paper, ESR, %", "paper, TE, %"],
    )
    first = printed.join(after_one).reset_index()
    trials = {"trials ESR": results.progress(FIGURE_5_ESR), "trials TE": results.progress("te")}
    return [
        Table("", "Validation accuracy of a branch after its first epoch, mean over folds", first.assign(**trials)),
        Table("curves", "Validation accuracy of a branch while it is trained, mean over folds", curves),
    ]


def table_3(results: Results) -> list[Table]:
    """Accuracy on AffectNet."""
    frame = pd.DataFrame(paper.TABLE_3, columns=["approach", "emotions", "paper, %"])
    return [Table("", "Accuracy", _beside_first(frame, _accuracy(results, "esr9")))]


def table_4(results: Results) -> list[Table]:
    """Errors of arousal and valence."""
    frame = pd.DataFrame(paper.TABLE_4, columns=["approach", "paper, arousal", "paper, valence"])
    ours: dict[str, float | str] = {
        f"ours, {name}": results.estimate("esr9-affect", f"RMSE {name}").value for name in ("arousal", "valence")
    }
    ours["trials"] = results.progress("esr9-affect")
    return [Table("", "Root-mean-square errors", _beside_first(frame, ours), digits=2)]


def table_5(results: Results) -> list[Table]:
    """Accuracy on FER+, after fine-tuning and before."""
    frame = pd.DataFrame(paper.TABLE_5, columns=["approach", "paper, %", "paper ±"])
    frame = _beside_first(frame, _accuracy(results, "esr9-ferplus"))
    frame = _with_gallery(frame, ["esr9-ferplus"], results)
    fine_tuned = Table("", "Test accuracy, mean and deviation over trials", frame, digits=2)
    return [fine_tuned, table_before_tuning(results)]


def _accuracy(results: Results, name: str) -> dict[str, float | str]:
    """Our columns of an accuracy in %; NaN while a trial is missing."""
    value, low, high = results.estimate(name).within(0, 1)
    return {
        "ours, %": 100 * value,
        "ours ±": 100 * results.deviation(name),
        "95 % low": 100 * low,
        "95 % high": 100 * high,
        "trials": results.progress(name),
    }


def _beside_first(frame: pd.DataFrame, ours: Mapping[str, float | str]) -> pd.DataFrame:
    """Our columns in the first row, which is the paper's own network; the others' approaches have none."""
    return frame.join(pd.DataFrame([ours]))


def _with_gallery(frame: pd.DataFrame, names: Sequence[str], results: Results) -> pd.DataFrame:
    """A column with the shipped runs of the first rows' networks and strategies, where there are any."""
    accuracies = pd.Series([100 * results.gallery_accuracy(name) for name in names])
    return frame if accuracies.isna().all() else frame.assign(**{GALLERY: accuracies})


def _tests(results: Results, names: Mapping[str, str], against: str | None = None) -> pd.DataFrame:
    """A row for every two experiments: second minus first in points of %, p of each test, and the same by Holm.

    NaN where a trial of either is missing.
    """
    wanted = [pair for pair in combinations(names.values(), 2) if against in (None, *pair)]
    rows = pd.DataFrame(wanted, columns=["first", "second"])
    groups = results.complete_groups(names)
    for test, title in TEST_TITLES.items():
        found = comparison_table(groups, "accuracy", test, against)
        columns = {"p": f"{title}, p", "p_holm": f"{title}, Holm"}
        if test == next(iter(TESTS)):
            found = found.assign(difference=100 * found["difference"])
            columns = {"difference": "points"} | columns
        found = found.rename(columns=columns)[["first", "second", *columns.values()]]
        rows = rows.merge(found, on=["first", "second"], how="left")
    return rows


def _curves(results: Results, name: str) -> pd.DataFrame:
    """Mean accuracy in % of the branch that is trained, at every epoch; no rows while a trial is missing."""
    if not results.is_complete(name):
        return pd.DataFrame({"branch": [], "epoch": [], "ours,": []})
    points = pd.DataFrame(
        {"branch": each.branch, "epoch": each.epoch, "ours,": 100 * each.accuracy[each.branch - 1]}
        for run in results.finished(name)
        for each in results.store.history(run.run_id)
    )
    return points.groupby(["branch", "epoch"], as_index=False)["ours,"].mean()
