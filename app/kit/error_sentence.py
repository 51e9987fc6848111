"""What goes wrong while something is drawn, as one sentence in its place."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from app.kit.plain_text import for_markdown
from esr_core.errors import EsrError, as_sentence


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """Draw the sentence of an error instead of what could not be drawn; also decorates a fragment, which runs alone."""
    try:
        yield
    except (EsrError, OSError) as error:
        st.error(for_markdown(as_sentence(error)))
