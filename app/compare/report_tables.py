"""The numbers of a saved comparison, without rounding."""

from collections.abc import Mapping, Sequence

import pandas as pd

from app.compare.column import Absent, Column, Look, Measured
from app.compare.report_figures import score_table
from esr_core.config import differing_settings, flat_settings
from esr_core.metrics import plurality_vote, probabilities

Tables = Mapping[str, tuple[str, pd.DataFrame]]


def report_tables(columns: Sequence[Column]) -> Tables:
    """Question and rows by names of files; a table without rows is left out."""
    tables = {
        "comparison": ("What does sharing cost and change?", _comparison(columns)),
        "scores": ("How good is each branch, and the ensemble?", score_table(columns)),
        "face": ("What does each branch say of the face?", _face(columns)),
        "settings": ("In which settings do these runs differ?", _settings(columns)),
    }
    return {name: (question, table) for name, (question, table) in tables.items() if not table.empty}


def _comparison(columns: Sequence[Column]) -> pd.DataFrame:
    return pd.DataFrame([_about(each) | _vote(each) for each in columns])


def _about(shown: Column) -> dict[str, object]:
    saved = 1 - shown.parameters.total / shown.traditional.total
    return {
        "run": shown.run.run_id,
        "name": shown.run.label,
        "level": shown.network.branching_level,
        "branches": shown.network.num_branches,
        "parameters": shown.parameters.total,
        "saved": saved,
        **_measured("test accuracy", shown.accuracy),
        **_measured("disagreement", shown.disagreement),
    }


def _measured(name: str, cell: Measured | Absent) -> dict[str, float]:
    value, low, high = [float("nan")] * 3 if isinstance(cell, Absent) else (cell.value, cell.low, cell.high)
    return {name: value, f"{name}, low": low, f"{name}, high": high}


def _vote(shown: Column) -> dict[str, object]:
    if isinstance(shown.look, Absent):
        return {}
    maps = shown.look.maps
    vote = plurality_vote(maps.logits[None])
    return {
        "vote": maps.class_names[int(vote.predictions[0])],
        "votes": int(vote.votes[0].max()),
        "moment": shown.look.moment or "best",
    }


def _face(columns: Sequence[Column]) -> pd.DataFrame:
    """The probability of each class, by run and branch."""
    rows = [
        (each.run.run_id, branch, name, float(share))
        for each in columns
        if isinstance(each.look, Look)
        for branch, shares in enumerate(probabilities(each.look.maps.logits), start=1)
        for name, share in zip(each.look.maps.class_names, shares, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["run", "branch", "class", "probability"])
    if table.empty:
        return table
    wide = table.pivot_table("probability", ["run", "branch"], "class", sort=False)
    return wide.reset_index().rename_axis(columns=None)


def _settings(columns: Sequence[Column]) -> pd.DataFrame:
    settings = {each.run.run_id: flat_settings(each.run.config) for each in columns if each.run.config}
    names = differing_settings(list(settings.values()))
    if not names:
        return pd.DataFrame()
    rows = ({"setting": name} | {run: str(each.get(name)) for run, each in settings.items()} for name in names)
    return pd.DataFrame(rows)
