"""What if the face were another? Edits of the face, and what they change in every branch's answer."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import streamlit as st

from app import answers
from app.faces.markable_picture import SHOWN_PX, markable_picture
from app.faces.saliency import MapChoices
from app.kit.figure import draw_figure
from app.kit.plain_text import for_markdown
from app.shell import session
from app.shell.run_colours import run_colours
from esr_core.charts.affect_shift import affect_shift_chart
from esr_core.charts.before_after import before_after_chart
from esr_core.emotions import FACE_REGIONS
from esr_core.explanations import Edits, box_mask, edited, region_mask
from esr_core.metrics import Vote, plurality_vote
from esr_core.records import RunInfo

RESET = "what_if_reset"


def draw(runs: Sequence[RunInfo], crop: np.ndarray, choices: MapChoices) -> None:
    """The face before and after, and for each run what that changes."""
    changed = _edit(crop)
    if np.array_equal(changed, crop):
        st.info(
            "Nothing is changed yet: move a slider, name a region, or drag a box on the face to hide what is in it."
        )
    colours = run_colours([run.run_id for run in runs])
    for run in runs:
        _draw_run(run, choices.checkpoint(run.run_id), crop, changed, colours[run.run_id])


def _edit(crop: np.ndarray) -> np.ndarray:
    """The controls, and the crop as they change it."""
    times = st.session_state.setdefault(RESET, 0)  # new keys put every control back
    before_box, after_box, control_box = st.columns([4, 4, 6], gap="medium")
    with before_box:
        box = markable_picture(crop, f"what_if_box-{crc32(crop.tobytes())}-{times}")
        st.caption("Drag a box to hide a part.")
    with control_box:
        edits = Edits(
            blur_px=st.slider("Blur, px", 0.0, 6.0, 0.0, 0.25, key=f"what_if_blur-{times}"),
            brightness=st.slider("Brightness", 0.1, 2.0, 1.0, 0.05, key=f"what_if_brightness-{times}"),
            rotation_deg=float(st.slider("Rotation, degrees", -90, 90, 0, key=f"what_if_rotation-{times}")),
            flip=st.toggle("Mirrored", key=f"what_if_flip-{times}"),
        )
        regions = st.multiselect("Hide regions", FACE_REGIONS, key=f"what_if_regions-{times}")
        st.button("Undo all", on_click=_reset)
    hidden = region_mask(answers.face_parts(session.face_id(), crop).parts, regions)
    changed = edited(crop, edits, hidden if box is None else hidden | box_mask(box))
    with after_box:
        st.image(changed, width=SHOWN_PX, caption="As changed", alt="The face as changed")
    return changed


def _reset() -> None:
    st.session_state[RESET] += 1


def _draw_run(run: RunInfo, checkpoint: str, crop: np.ndarray, changed: np.ndarray, colour: str) -> None:
    before, after = (answers.explanation(run.run_id, picture, checkpoint) for picture in (crop, changed))
    votes = [plurality_vote(explained.logits[None]) for explained in (before, after)]
    st.header(for_markdown(run.title), divider="gray")
    chart = before_after_chart(before.class_names, before.logits, after.logits, colour)
    draw_figure(chart, f"what-if-{run.run_id}")
    st.caption(for_markdown(_told(votes[0], votes[1], before.class_names)))
    if before.affect is not None and after.affect is not None:
        draw_figure(affect_shift_chart(before.affect, after.affect, colour), f"what-if-affect-{run.run_id}")


def _told(before: Vote, after: Vote, class_names: Sequence[str]) -> str:
    """What becomes of the vote."""
    (was, was_votes), (now, now_votes) = (_winner(vote, class_names) for vote in (before, after))
    num_branches = int(before.votes.sum())
    if num_branches == 1:
        return f"It still says {now}." if was == now else f"It said {was} and now says {now}."
    if was == now:
        return f"The vote stays with {now}: {now_votes} of {num_branches}, before {was_votes}."
    return f"The vote goes from {was} ({was_votes} of {num_branches}) to {now} ({now_votes})."


def _winner(vote: Vote, class_names: Sequence[str]) -> tuple[str, int]:
    winner = int(vote.predictions[0])
    return class_names[winner], int(vote.votes[0, winner])
