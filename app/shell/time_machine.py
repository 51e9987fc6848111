"""One slider over the moments of training whose weights are kept: it moves every branch of every run together.

Runs may have kept different moments. The slider has them all, in order, and each run shows its latest at or before the
one chosen. Branches trained all together (interleaved) count as branch 0 and so come before branch 1.
"""

from collections.abc import Collection, Mapping, Sequence

import streamlit as st

from app import answers
from app.kit.plain_text import for_markdown
from esr_core.records import Milestone, RunInfo

Moment = tuple[int, int]  # branch being trained, epochs done of it
BEST = "best"
MOMENT = "moment"


def choose(runs: Sequence[RunInfo]) -> dict[str, Milestone]:
    """The milestone that each run shows, by its id; one that shows its best weights is left out.

    Nothing is drawn where no run has kept any.
    """
    kept = {run.run_id: answers.milestones(run.run_id) for run in runs}
    moments = sorted({moment_of(milestone) for milestones in kept.values() for milestone in milestones})
    if not moments:
        _say_if_unknown([])
        return {}
    by_name = {told(moment): moment for moment in moments}
    if asked() not in (*by_name, BEST):  # of other runs
        st.session_state[MOMENT] = BEST
    _say_if_unknown(by_name)
    chosen = st.select_slider("Moment of training", [*by_name, BEST], value=BEST, key=MOMENT, bind="query-params")
    return {} if chosen == BEST else shown_at(by_name[chosen], kept)


def asked() -> str:
    """The moment that is chosen, in words."""
    return st.session_state.get(MOMENT, BEST)


def _say_if_unknown(names: Collection[str]) -> None:
    """One sentence where the address names a moment that is none."""
    in_address = st.query_params.get(MOMENT, BEST)
    if in_address not in (*names, BEST):
        st.warning(for_markdown(f"No picked run kept the moment {in_address}: best weights are shown."))


def shown_at(moment: Moment, kept: Mapping[str, Sequence[Milestone]]) -> dict[str, Milestone]:
    """Each run's latest milestone at or before a moment; of a run that began later its first."""
    return {
        run_id: max((each for each in milestones if moment_of(each) <= moment), default=min(milestones))
        for run_id, milestones in kept.items()
        if milestones
    }


def moment_of(milestone: Milestone) -> Moment:
    """Where in training a milestone stands."""
    return milestone.branch, milestone.epoch


def told(moment: Moment) -> str:
    """A moment in words."""
    branch, epoch = moment
    return f"{f'branch {branch}' if branch else 'all branches'}, epoch {epoch}"
