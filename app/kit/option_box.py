"""A box to choose from whose options users have named: photographs, classes, people."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

import streamlit as st

Option = TypeVar("Option")


def option_box(
    box: st.delta_generator.DeltaGenerator,
    label: str,
    titles: Mapping[Option, str],
    key: str,
    on_change: Callable[[], None] | None = None,
    bind: Literal["query-params"] | None = None,
) -> Option:
    """Draw the box and return the chosen option.

    Args:
        box: to draw in.
        label: of the box.
        titles: by option, in the order shown; several options may have one title.
        key: under which the session has the chosen option; None there leaves the box empty.
        on_change: called after a choice, before the page is drawn again.
        bind: whether the address has the chosen option, too, by what is shown of it.
    """
    shown = distinct(titles).__getitem__
    return box.selectbox(label, list(titles), format_func=shown, key=key, on_change=on_change, bind=bind)


def distinct(titles: Mapping[Option, str]) -> dict[Option, str]:
    """The titles, with a number behind each that looks like an earlier one.

    Streamlit tells options apart by what it shows of them: of two that look the same, only the last could be chosen.
    """
    taken = {_look(title) for title in titles.values()}
    numbered: dict[Option, str] = {}
    shown: set[str] = set()
    for option, title in titles.items():
        number, name = 1, title
        while _look(name) in (taken if number > 1 else shown):
            number += 1
            name = f"{title} ({number})"
        numbered[option] = name
        taken.add(_look(name))
        shown.add(_look(name))
    return numbered


def _look(title: str) -> str:
    """What a reader sees of a title: a browser shows several spaces as one."""
    return unicodedata.normalize("NFC", " ".join(title.split()))
