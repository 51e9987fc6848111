"""A box to choose from whose options users have named: photographs, classes, people."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

import streamlit as st

Option = TypeVar("Option")


def option_box(
    box: st.delta_generator.DeltaGenerator,
    label: str,
    titles: Mapping[Option, str],
    key: str,
    bind: Literal["query-params"] | None = None,
    disabled: bool = False,
) -> Option:
    """Draw the box and return the chosen option.

    Args:
        box: to draw in.
        label: of the box.
        titles: by option, in the order shown; several options may have one title.
        key: under which the session has the chosen option; None there leaves the box empty.
        bind: whether the address has the chosen option, too, by what is shown of it.
        disabled: whether nothing can be chosen now.
    """
    title = lasting_titles(distinct(titles), key)
    return box.selectbox(
        label, list(titles), format_func=title, key=key, bind=bind, disabled=disabled, persist_state="session"
    )


def lasting_titles(titles: Mapping[Option, str], key: str) -> Callable[[Option], str]:
    """What a box of this key shows of each option, so that what is chosen in it stays chosen when titles change.

    The browser knows a chosen option by its title alone: under another title, as after a run was given a name, the box
    would be empty. To be called before the box is drawn.
    """
    state, last = st.session_state, f"{key}-titles"
    earlier = state.setdefault(f"{key}-earlier-titles", {})  # options by what they were called
    if key in state:
        chosen = state[key]
        meant = _meant(chosen, titles, earlier)
        if meant != chosen or state.get(last, titles) != titles:
            state[key] = meant  # sends the browser its new title
    state[last] = dict(titles)
    earlier.update({title: option for option, title in titles.items()})
    return titles.__getitem__


def chosen_in(key: str) -> Any:  # noqa: ANN401 - of any box
    """What is chosen in a box of ``lasting_titles``, for whoever asks before it is drawn; None where nothing is."""
    state = st.session_state
    return _meant(state.get(key), state.get(f"{key}-titles", {}), state.get(f"{key}-earlier-titles", {}))


def _meant(chosen: Any, titles: Mapping[Any, str], earlier: Mapping[str, Any]) -> Any:  # noqa: ANN401 - of any box
    """What is chosen, where the browser has sent an earlier title because it had not seen the present one yet."""
    if isinstance(chosen, list):
        return [_meant(each, titles, earlier) for each in chosen]
    return chosen if chosen in titles else earlier.get(chosen, chosen)


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
