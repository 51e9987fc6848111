"""Whether the branches look at different places: how alike their maps are over all faces, run against run."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from app import answers
from app.answers import RunAtlas
from app.kit.figure import draw_table
from app.kit.option_box import lasting_titles
from app.kit.plain_text import for_markdown
from esr_core.evaluation import BOUNDS, likeness_table
from esr_core.explanations import SIMILARITIES
from esr_core.records import RunInfo

HEADINGS = ("rank correlation", "overlap")  # of SIMILARITIES, where there is little room


def choose_reference(runs: Sequence[RunInfo]) -> RunInfo | None:
    """The ensemble that the others are compared with, at first a traditional one; None of fewer than two."""
    ensembles = [run for run in runs if run.config and run.config.network.num_branches > 1]
    if len(ensembles) < 2:
        return None
    traditional = [run for run in ensembles if run.config and run.config.network.branching_level == 0]
    titles = {run.run_id: run.title for run in ensembles}
    first = list(titles).index((traditional or ensembles)[0].run_id)
    title = lasting_titles(titles, "atlas_reference")
    chosen = st.selectbox(
        "Compared with", list(titles), index=first, format_func=title, key="atlas_reference", width=420
    )
    return next(run for run in ensembles if run.run_id == chosen)


def verdicts(runs: Sequence[RunInfo], known: dict[str, RunAtlas], reference: RunInfo, class_name: str | None) -> None:
    """Say of each other ensemble whether its branches look more or less alike than the reference's."""
    for run in runs:
        if run.run_id != reference.run_id and _has_pairs(run):
            count, difference = answers.atlas_difference(known[run.run_id], known[reference.run_id], class_name)
            st.markdown(for_markdown(verdict(run.title, reference.title, count, difference[0])))


def verdict(title: str, reference: str, num_faces: int, difference: np.ndarray) -> str:
    """What a difference of rank correlations, with its bounds (3,), says of the diversity of features."""
    low, high = difference[1:]
    if np.isnan(low):
        return f"{title} and {reference} have too few faces in common to be compared."
    text = f"rank correlation of branches' maps {_signed(difference)} against {reference} on {num_faces:,} faces"
    if low > 0:
        return f"{title}: its branches look more alike, so its features are less diverse: {text}."
    if high < 0:
        return f"{title}: its branches look less alike, so its features are more diverse: {text}."
    return f"{title}: its features are as diverse as far as these faces can tell: {text}."


def draw(
    runs: Sequence[RunInfo], known: dict[str, RunAtlas], reference: RunInfo | None, class_name: str | None
) -> None:
    """Draw a row for each ensemble with how alike its branches' maps are, and its difference from the reference."""
    ensembles = [run for run in runs if _has_pairs(run)]
    if not ensembles:
        st.info("Pick an ensemble: the maps of a single branch have none to be like.")
        return
    table = _table(ensembles, known, reference, class_name)
    question = "Do the branches look at the same places?"
    columns = {"faces": st.column_config.NumberColumn(format="localized")}
    draw_table(question, _in_words(table), table, "atlas-likeness", columns, has_all_rows=True)
    st.caption(
        "Means over faces of the mean over pairs of branches, with 95 % bootstrap intervals over people where they are "
        "known, else over faces: they say what other faces would change, not what another training would. Rank "
        "correlation is 1 where two branches weigh all positions in the same order; overlap is 1 where their strongest "
        "20 % of positions are the same. Lower is more diverse."
    )


def _table(
    ensembles: Sequence[RunInfo], known: dict[str, RunAtlas], reference: RunInfo | None, class_name: str | None
) -> pd.DataFrame:
    means = {run.title: answers.atlas_means(known[run.run_id], class_name) for run in ensembles}
    differences = {
        run.title: answers.atlas_difference(known[run.run_id], known[reference.run_id], class_name)[1]
        for run in ensembles
        if reference and run.run_id != reference.run_id
    }
    return likeness_table(means, differences)


def _in_words(table: pd.DataFrame) -> pd.DataFrame:
    """Each value with its interval in one cell; columns that nobody has a value in are left out."""
    shown = table[["run", "faces"]].copy()
    for measure, heading in zip(SIMILARITIES, HEADINGS, strict=True):
        for part, written in (("", _plain), (", difference", _signed)):
            values = table[[f"{measure}{part}{bound}" for bound in BOUNDS]].to_numpy(dtype=float)
            if np.isfinite(values[:, 0]).any():
                shown[f"{heading}{part}"] = [written(each) for each in values]
    return shown


def _plain(values: np.ndarray) -> str:
    return "n/a" if np.isnan(values[0]) else f"{values[0]:.3f} ({values[1]:.3f} to {values[2]:.3f})"


def _signed(values: np.ndarray) -> str:
    return "n/a" if np.isnan(values[0]) else f"{values[0]:+.3f} ({values[1]:+.3f} to {values[2]:+.3f})"


def _has_pairs(run: RunInfo) -> bool:
    return run.config is not None and run.config.network.num_branches > 1
