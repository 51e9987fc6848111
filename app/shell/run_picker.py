"""The runs to compare: a list to pick from, and a tag for each that is picked."""

from collections.abc import Mapping, Sequence

import streamlit as st

# Streamlit cuts a tag after some twenty characters, before those in which runs of one kind differ.
STYLE = """<style>
.st-key-picked-runs :has(> [data-tag]), .st-key-picked-runs [data-testid="stMultiSelectTagsContainer"],
.st-key-picked-runs [role="group"] {max-height: 24rem}
.st-key-picked-runs [data-tag] {height: auto; max-width: 100%; line-height: 1.3; padding-block: .15rem}
.st-key-picked-runs [data-tag] > span {white-space: normal; overflow-wrap: anywhere; font-size: .8rem}
</style>"""


def run_picker(labels: Mapping[str, str], picked: Sequence[str]) -> list[str]:
    """Draw it, and return the ids that are picked now.

    Args:
        labels: what to call each run that can be picked, by its id; a tag shows the whole of it.
        picked: ids picked so far.
    """
    st.html(STYLE)
    with st.container(key="picked-runs"):
        return st.multiselect(
            "Picked runs",
            list(labels),
            default=list(picked),
            format_func=labels.__getitem__,
            placeholder="Pick runs to compare" if labels else "No runs yet",
        )
