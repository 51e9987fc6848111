"""What is offered where there is nothing, or nothing of one's own, to look at."""

import streamlit as st

from app.shell import clicks, permissions, session


def offer_demonstration(sentence: str) -> None:
    """One sentence, and a button that trains a run of one's own."""
    st.info(f"{sentence} A small ensemble on drawn faces takes under two minutes.")
    st.button(
        "Train a demonstration run",
        type="primary",
        disabled=permissions.refusal() is not None,
        on_click=clicks.train_demonstration,
        args=(session.launch_token(),),
    )
