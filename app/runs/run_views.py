"""What the runs of the table have in common and what not: their settings, and these against their results."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from app.kit.figure import draw_figure, draw_table
from app.runs.run_fields import num_equal_settings, run_fields
from app.shell import session
from app.shell.run_colours import run_colours
from esr_core.charts.palette import OKABE_ITO
from esr_core.charts.parallel import parallel_chart, whole_rows
from esr_core.evaluation.axes import axes_of, first_axes, setting_fields
from esr_core.records import RunInfo

PICKED, LISTED = "picked runs", "all listed runs"


def draw_views(listed: Sequence[RunInfo], runs: Sequence[RunInfo]) -> None:
    """Draw one view of the picked or of the listed runs; nothing where there are fewer than two."""
    picked = [run for run_id in session.picked_runs() for run in runs if run.run_id == run_id and run.config]
    choices = {PICKED: picked, LISTED: [run for run in listed if run.config]}
    offered = [name for name, chosen in choices.items() if len(chosen) > 1]
    if not offered:
        return
    view_box, of_box = st.columns(2)
    view = view_box.segmented_control(
        "Compare",
        list(VIEWS),
        default=next(iter(VIEWS)),
        key="runs_view",
        persist_state="session",
        required=True,
        wrap=True,
    )
    chosen = of_box.segmented_control("Of", offered, default=offered[0], required=True, key="runs_compared")
    VIEWS[view](choices[chosen])


def _draw_settings(runs: Sequence[RunInfo]) -> None:
    """A row for each run, without what all of them share."""
    settings = setting_fields(runs)
    if not settings.empty:
        table = run_fields(runs)[["run", "id"]].join(settings)
        draw_table("In which settings do these runs differ?", table, table, "settings", has_all_rows=len(table) <= 10)
    st.caption(f"{num_equal_settings(runs)} settings are the same in all of these runs.")


def _draw_against_results(runs: Sequence[RunInfo]) -> None:
    axes = axes_of(runs)
    names = st.multiselect(
        "Axes; of many runs the last one is the colour", list(axes), first_axes(axes), key="runs_axes"
    )
    drawn = axes[names].assign(run=_names(runs)).set_index("run")
    num_whole = len(whole_rows(drawn))
    if len(names) < 2 or num_whole < 2:
        st.caption("Choose at least two axes that two of these runs have values for.")
        return
    colours = dict(zip(_names(runs), run_colours([run.run_id for run in runs]).values(), strict=True))
    draw_figure(parallel_chart(drawn, colours if len(runs) <= len(OKABE_ITO) else {}), "settings-results")
    absent = len(drawn) - num_whole
    left_out = f" {absent:,} runs without a value on one of the axes are not drawn." if absent else ""
    st.caption(f"Drag along an axis to keep the runs that pass there, and drag its name to move it.{left_out}")


def _names(runs: Sequence[RunInfo]) -> list[str]:
    """What to call each run on its axis: two of one label by their ids."""
    labels = [run.label for run in runs]
    return [run.label if labels.count(run.label) == 1 else run.run_id for run in runs]


VIEWS: Mapping[str, Callable[[Sequence[RunInfo]], None]] = {
    "settings that differ": _draw_settings,
    "settings against results": _draw_against_results,
}
