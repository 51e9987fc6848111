"""Picking runs in the table: by their ids, not by the rows they stand in, which move when a run is added or goes."""

from collections.abc import Sequence

import streamlit as st

from app.runs.run_fields import run_fields
from app.runs.run_table import run_table
from app.shell import session
from esr_core.records import RunInfo

ORDER, TURN, SHOWN, FIRST = "runs_order", "runs_turn", "runs_shown", "runs_first_rows"


def pick_runs(runs: Sequence[RunInfo]) -> None:
    """Draw the table with the picked runs picked in it; what is picked in it is picked everywhere.

    Streamlit keeps the numbers of picked rows and not what stands in them. So a table in another order, or one whose
    runs were picked elsewhere meanwhile, is another table, which begins with the rows of the runs that are picked now.
    """
    state = st.session_state
    order = [run.run_id for run in runs]
    rows = {run_id: row for row, run_id in enumerate(order) if not runs[row].unusable}
    picked = [run_id for run_id in session.picked_runs() if run_id in rows]
    if order != state.get(ORDER) or set(picked) != set(state.get(SHOWN, [])):
        state[ORDER], state[TURN], state[SHOWN] = order, state.get(TURN, 0) + 1, picked
        state[FIRST] = [rows[run_id] for run_id in picked]
    drawn = run_table(run_fields(runs), f"runs-{state[TURN]}", state[FIRST])
    in_table = [order[row] for row in drawn if order[row] in rows]
    if set(in_table) != set(picked):
        elsewhere = [run_id for run_id in session.picked_runs() if run_id not in rows or run_id in in_table]
        state[SHOWN] = in_table
        session.set_picked_runs(list(dict.fromkeys([*elsewhere, *in_table])))
        st.rerun(scope="app")
