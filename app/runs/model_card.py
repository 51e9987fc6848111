"""The card of a run: what it learned from, how good it is, what it is not for."""

import re

import streamlit as st


def model_card(run_id: str, text: str) -> None:
    """Draw a card, Markdown in which strangers' words are escaped already, below the headings of the page."""
    with st.container(border=True):
        st.markdown(re.sub("^#", "###", text, flags=re.MULTILINE))
        st.download_button("Card as Markdown", text, file_name=f"{run_id}.md", mime="text/markdown")
