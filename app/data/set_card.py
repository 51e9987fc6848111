"""What a prepared set is: its numbers, where it is from and what it may be used for."""

from collections.abc import Mapping
from typing import Protocol

import streamlit as st

from app.kit.plain_text import for_markdown

NOT_MARKED = "Prepared before duplicates were marked. Prepare the set again to mark them; its fingerprint stays."


class Card(Protocol):
    """What is shown of a prepared set's card."""

    @property
    def title(self) -> str:
        """Its name for people."""

    @property
    def licence(self) -> str:
        """What it may be used for."""

    @property
    def options(self) -> Mapping[str, object]:
        """What else decided its pictures, such as a seed."""

    @property
    def num_pictures(self) -> int:
        """How many it has."""

    @property
    def num_unlabelled(self) -> int:
        """How many of these have no class."""

    @property
    def num_duplicates(self) -> int | None:
        """How many have the pixels of an earlier one; None where they are not marked."""

    @property
    def num_rejected(self) -> int:
        """How many could not be used."""

    @property
    def fingerprint(self) -> str:
        """The same for the same pictures and labels."""

    @property
    def warning(self) -> str | None:
        """What looks wrong with it."""


def set_card(card: Card, num_subjects: int) -> None:
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
