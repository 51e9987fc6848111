"""Do the branches look alike? Their maps and predictions in pairs, for this face and over a whole test part."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from app import answers
from app.faces.saliency import MapChoices, face_maps
from app.kit.figure import draw_figure
from app.kit.plain_text import for_markdown
from esr_core.charts.agreement import SCALES, agreement_chart, matrices_of
from esr_core.errors import EsrError
from esr_core.explanations import BranchAgreement, FaceMaps, mean_agreement
from esr_core.records import RunInfo


def draw(runs: Sequence[RunInfo], crop: np.ndarray, choices: MapChoices) -> None:
    """For each run the matrices of this face, and below them, when asked for, those of its test part."""
    st.caption(
        "Rank correlation (Spearman) of two branches' maps is 1 where they weigh all positions in the same order, 0 "
        "where one says nothing of the other; overlap is 1 where their strongest 20 % of positions are the same. A map "
        "without positive evidence is like no other: n/a."
    )
    for run in runs:
        maps = face_maps(run.run_id, crop, choices)
        st.header(for_markdown(run.title), divider="gray")
        if len(maps.branches) == 1:
            st.info("This network has one branch: there is none to compare it with.")
            continue
        _this_face(run.run_id, maps)
        _test_part(run.run_id)


def _this_face(run_id: str, maps: FaceMaps) -> None:
    st.caption(for_markdown(f"{maps.title}."))
    draw_figure(agreement_chart("Do they look alike at this face?", matrices_of(maps)), f"agreement-{run_id}")


def _test_part(run_id: str) -> None:
    """The same over all faces of the test part, from a click on."""
    asked = f"alike-{run_id}"
    if not st.session_state.get(asked):
        st.button(
            "Compare over the whole test part",
            key=f"ask-{asked}",
            on_click=st.session_state.__setitem__,
            args=(asked, True),
        )
        return
    try:
        agreement = _mean_over_test(run_id)
    except EsrError as error:
        st.warning(for_markdown(f"The branches cannot be compared over the test part: {error}."))
        return
    matrices = (agreement.rank_correlation, agreement.top_overlap, agreement.same_prediction)
    question = f"And at the {agreement.num_faces:,} test faces?"
    draw_figure(agreement_chart(question, dict(zip(SCALES, matrices, strict=True))), f"agreement-test-{run_id}")
    st.caption("Grad-CAM for each branch's own prediction, with the run's best weights.")
    fewest = int(agreement.num_compared.min())
    if fewest < agreement.num_faces:
        st.caption(f"Means of maps are over the faces where both say something, {fewest:,} at least.")


def _mean_over_test(run_id: str) -> BranchAgreement:
    bar = st.progress(0.0, "Looking at the test part")
    kept = []
    for share, batch in answers.agreement_on_test(run_id):
        kept.append(batch)
        bar.progress(share, "Looking at the test part")
    bar.empty()
    return mean_agreement(kept)
