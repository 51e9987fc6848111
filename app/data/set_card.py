"""What a prepared set is: its numbers, where it is from and what it may be used for."""

import streamlit as st

from app.kit.plain_text import for_markdown
from esr_core.data.prepared import PreparedCard

NOT_MARKED = "Prepared before duplicates were marked. Prepare the set again to mark them; its fingerprint stays."


def set_card(card: PreparedCard, num_subjects: int) -> None:
    """Draw it; ``num_subjects`` is 0 where people are not known."""
    pictures, unlabelled, duplicates, rejected, subjects = st.columns(5)
    pictures.metric("Pictures", f"{card.num_pictures:,}")
    unlabelled.metric("Without a class", f"{card.num_unlabelled:,}")
    if card.num_duplicates is None:
        duplicates.metric("Duplicates", "not marked", help=NOT_MARKED)
    else:
        duplicates.metric("Duplicates", f"{card.num_duplicates:,}", help="The same to the pixel as an earlier picture")
    rejected.metric("Rejected", f"{card.num_rejected:,}")
    subjects.metric("Subjects", f"{num_subjects:,}" if num_subjects else "not known")
    options = "".join(f" · {name.replace('_', ' ')} {value}" for name, value in card.options.items())
    about = f"{card.title}{options} · licence {card.licence} · fingerprint {card.fingerprint[:12]}"
    st.caption(for_markdown(about))
    if card.warning:
        st.warning(for_markdown(card.warning))
