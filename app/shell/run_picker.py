"""The runs to compare: a list to pick from, and a tag for each that is picked."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app.kit.option_box import lasting_titles
from app.shell import session
from app.shell.controls import Controls

# Streamlit cuts a tag after some twenty characters, before those in which runs of one kind differ.
STYLE = """<style>
.st-key-picked-runs :has(> [data-tag]), .st-key-picked-runs [data-testid="stMultiSelectTagsContainer"],
.st-key-picked-runs [role="group"] {max-height: 24rem}
.st-key-picked-runs [data-tag] {height: auto; max-width: 100%; line-height: 1.3; padding-block: .15rem}
.st-key-picked-runs [data-tag] > span {white-space: normal; overflow-wrap: anywhere; font-size: .8rem}
</style>"""

MOST_LISTED = 100  # a longer list is searched, or picked from in the table of runs
PICKED = "runs_picked_here"
CONTROLS = Controls("shown-runs", lambda text: {PICKED: text.split(",") if text else []})


def take() -> None:
    """Pick what was picked in the list since; call it before anybody asks which runs are picked."""
    CONTROLS.take(",".join(session.picked_runs()), lambda chosen: session.set_picked_runs(chosen[PICKED]))


def draw(labels: Mapping[str, str], picked: Sequence[str]) -> None:
    """Draw it; what is picked in it is picked on every page.

    Args:
        labels: what to call each run that can be picked, by its id, the newest first; a tag shows the whole of it.
        picked: ids picked so far.
    """
    st.html(STYLE)
    with st.container(key="picked-runs"):
        options = _listed(labels, picked)
        CONTROLS.show(",".join(picked))
        st.multiselect(
            "Picked runs",
            options,
            key=PICKED,
            format_func=lasting_titles(labels, PICKED),
            placeholder="Pick runs to compare" if labels else "No runs yet",
        )
        CONTROLS.send(",".join(picked))


def _listed(labels: Mapping[str, str], picked: Sequence[str]) -> list[str]:
    """The ids to choose from: all, or where they are many those picked and the newest that hold what is searched."""
    if len(labels) <= MOST_LISTED:
        return list(labels)
    text = st.text_input("Search runs", placeholder=f"Search {len(labels):,} runs", key="searched_runs")
    words = text.casefold().split()
    matching = [run_id for run_id, label in labels.items() if all(word in label.casefold() for word in words)]
    if len(matching) > MOST_LISTED:
        st.caption(f"The newest {MOST_LISTED} of {len(matching):,} are listed; the table on page Runs has all.")
    elif not matching:
        st.caption("No run has all of these words.")
    return list(dict.fromkeys([*picked, *matching[:MOST_LISTED]]))
