"""Which runs a table or figure lacks, how long they take, and a button that queues them."""

import streamlit as st

from app.answers import Reproduction
from app.kit.plain_text import for_markdown
from app.paper.exhibit_choice import ExhibitChoice
from app.shell import clicks, session
from app.shell.permissions import refusal
from esr_core.durations import duration


def draw_missing(found: Reproduction, choice: ExhibitChoice) -> None:
    """Draw how far the runs have come, what is missing of which, and the button; nothing is started by looking."""
    num_finished = sum(each.state == "finished" for each in found.planned)
    st.progress(num_finished / len(found.planned), f"{num_finished} of {len(found.planned)} runs have finished")
    if found.report.is_whole:
        return
    with st.expander(f"{len(found.planned) - num_finished} runs have not finished"):
        st.markdown("\n".join(f"- {for_markdown(gap)}" for gap in found.report.gaps))
    if found.left:
        _offer(found, choice)


def _offer(found: Reproduction, choice: ExhibitChoice) -> None:
    left = len(found.left)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Queue {left} run" + "s" * (left != 1),
            type="primary",
            disabled=refusal() is not None,
            on_click=clicks.queue_exhibit,
            args=(*choice.names, session.launch_token()),
        )
        st.caption(for_markdown(" ".join(_sentences(found))))
    if reason := refusal():
        st.caption(for_markdown(reason))


def _sentences(found: Reproduction) -> list[str]:
    time = "a time that is not known before one has finished here"
    if found.seconds is not None:
        time = f"about {duration(found.seconds)} here"
    sentences = [f"All that is missing takes {time}, one after another."]
    if waiting := [each for each in found.planned if each.waits_for]:
        sentences.append(f"{len(waiting)} of them can be queued once {waiting[0].waits_for} has finished.")
    return sentences
