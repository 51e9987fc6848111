"""The colour of each run: assigned once for a session, so that a picked run has the same one on every page."""

from collections.abc import Sequence

import streamlit as st

from app.shell import session
from esr_core.charts.palette import assign_colours

ASSIGNED = "run_colours"


def run_colours(run_ids: Sequence[str]) -> dict[str, str]:
    """Colours by run; a picked run keeps its own as long as it is picked, whatever is drawn beside it.

    Picked runs share none while there are enough; a run that is not picked has one that they leave, and keeps it if it
    is picked next.
    """
    picked = session.picked_runs()
    assigned = assign_colours(picked, st.session_state.get(ASSIGNED, {}))
    st.session_state[ASSIGNED] = assigned
    colours = assign_colours(list(dict.fromkeys([*picked, *run_ids])), assigned)
    return {run_id: colours[run_id] for run_id in run_ids}
