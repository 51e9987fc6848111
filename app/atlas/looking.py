"""Explaining the faces that were not yet: from a click on, to be stopped and gone on with at any time."""

from collections.abc import Sequence

import streamlit as st

from app import answers
from app.answers import RunAtlas
from app.kit.plain_text import for_markdown
from esr_core.errors import EsrError, cause
from esr_core.explanations import AtlasQuestion
from esr_core.records import RunInfo


def known_atlases(runs: Sequence[RunInfo], question: AtlasQuestion) -> dict[str, RunAtlas]:
    """What is known of each run, by its id; a sentence for all of whom nothing can be known, for one reason."""
    known: dict[str, RunAtlas] = {}
    reasons: dict[str, list[str]] = {}
    for run in runs:
        try:
            atlas = answers.run_atlas(run.run_id, question)
        except (EsrError, OSError) as error:
            reasons.setdefault(cause(error), []).append(run.title)
            continue
        if len(atlas.faces):
            known[run.run_id] = atlas
        else:
            reasons.setdefault("the test part has no face to ask about", []).append(run.title)
    for reason, titles in reasons.items():
        st.warning(for_markdown(f"{', '.join(titles)} cannot look at test faces: {reason}."))
    return known


def offer(known: dict[str, RunAtlas], titles: dict[str, str]) -> None:
    """A button where faces are missing; after a click a bar, and one that stops. What is done is kept."""
    missing = {run_id: atlas for run_id, atlas in known.items() if not atlas.is_complete}
    if not missing:
        return
    count = sum(len(atlas.faces) - atlas.num_done for atlas in missing.values())
    begun = any(atlas.num_done for atlas in missing.values())
    if begun:
        parts = (f"{titles[name]}: {each.num_done:,} of {len(each.faces):,}" for name, each in missing.items())
        st.info(for_markdown(f"So far these are the first faces, a fair sample: {'; '.join(parts)}."))
    else:
        st.info("Each face is explained once: seconds for Grad-CAM of the last block, else longer.")
    if problem := answers.cache_problem():
        st.warning(for_markdown(f"What is explained now is lost when the dashboard ends: {problem}."))
    whose = "one run" if len(missing) == 1 else f"{len(missing)} runs"
    label = f"Go on with {count:,} faces of {whose}" if begun else f"Look at {count:,} faces with {whose}"
    box = st.empty()
    if box.button(label, type="primary", key="atlas_explain"):
        box.button("Stop", key="atlas_stop", help="What is done is kept")  # any click ends this run of the script
        _explain(missing)
        st.rerun()


def _explain(missing: dict[str, RunAtlas]) -> None:
    """A chunk of each run in turn, so that runs can be compared whenever it is stopped."""
    done = {run_id: known.num_done for run_id, known in missing.items()}
    total = sum(len(known.faces) for known in missing.values())
    bar = st.progress(0.0)
    steps = {run_id: answers.explain_all(known) for run_id, known in missing.items()}
    while steps:
        for run_id, step in list(steps.items()):
            if (count := next(step, None)) is None:
                del steps[run_id]
                continue
            done[run_id] = count
            bar.progress(sum(done.values()) / total, f"{sum(done.values()):,} of {total:,} faces")
