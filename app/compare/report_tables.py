"""The numbers of a saved comparison, without rounding."""

from collections.abc import Mapping, Sequence

import pandas as pd

from app.compare.column import Column, Look
from app.compare.comparison_table import comparison_table
from app.compare.report_figures import score_table
from esr_core.config import differing_settings, flat_settings
from esr_core.metrics import probabilities

Tables = Mapping[str, tuple[str, pd.DataFrame]]


def report_tables(columns: Sequence[Column], face_id: str) -> Tables:
    """Question and rows by names of files; a table without rows is left out."""
    tables = {
        "comparison": ("What does sharing cost and change?", comparison_table(columns, face_id)),
        "scores": ("How good is each branch, and the ensemble?", score_table(columns)),
        "face": ("What does each branch say of the face?", _face(columns)),
        "settings": ("In which settings do these runs differ?", _settings(columns)),
    }
    return {name: (question, table) for name, (question, table) in tables.items() if not table.empty}


def _face(columns: Sequence[Column]) -> pd.DataFrame:
    """The probability of each class, by run and branch."""
    rows = [
        (each.about.run.run_id, branch, name, float(share))
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
    settings = {run.run_id: flat_settings(run.config) for each in columns for run in each.about.runs if run.config}
    names = differing_settings(list(settings.values()))
    if not names:
        return pd.DataFrame()
    rows = ({"setting": name} | {run: str(each.get(name)) for run, each in settings.items()} for name in names)
    return pd.DataFrame(rows)
