"""Controls that show one value of the session, such as the face, and in which a user chooses another.

While the server answers, a user goes on. What the browser sends then holds the new choice and, of all other controls,
what they showed before that answer: compared with the answer, these would seem chosen, too, and undo it. So the browser
sends along which value its controls showed, in a field that nobody sees. And a callback would be cut off where the
browser sends more before it is through; what was chosen is looked for in the script instead, before it draws.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.kit.option_box import chosen_in
from app.shell import session

Values = Mapping[str, Any]  # of widgets, by their keys


@dataclass(frozen=True, slots=True)
class Controls:
    """Widgets that show one value of the session."""

    key: str  # of the field that nobody sees, and how that begins in app.kit.look
    values: Callable[[str], Values]  # what the widgets show of a value; nothing of one that is not theirs

    def take(self, current: str, change: Callable[[Values], None]) -> None:
        """Change the session's value by what was chosen since the last run of the script; call it before ``show``.

        Args:
            current: the session's value.
            change: called with what was chosen, if anything was. It may be called with the same again.
        """
        state = st.session_state
        sent = state.get(self._sent, f"0 {current}")
        shown = state.get(self.key, sent)
        if shown == sent:
            state[self._written] = {}
        written = state.get(self._written, {})
        taken_from, taken = state.get(self._taken, (shown, {}))
        known = {**self.values(shown.partition(" ")[2]), **(taken if taken_from == shown else {})}
        now = {key: chosen_in(key) for key in known if key in state}
        chosen = {key: value for key, value in now.items() if value not in (known[key], *written.get(key, ()))}
        if chosen:
            change(chosen)
            state[self._taken] = shown, known | chosen  # last: any line may be this run's last

    def show(self, current: str) -> None:
        """Let the widgets show the session's value; call it before they are drawn.

        Nothing is sent to those that show it already, for the browser may be ahead of this run, unless something else
        that was sent to them may still be on its way.
        """
        self._count(current)
        state = st.session_state
        for key, value in self.values(current).items():
            written = state.get(self._written, {})
            if key in written or key not in state or state[key] != value:
                state[self._written] = {**written, key: (*written.get(key, ()), value)}
                state[key] = value

    def send(self, current: str) -> None:
        """Tell the browser which value its widgets show; call it where the last of them has been drawn."""
        session.show(self.key, self._count(current))
        st.text_input("Shown", key=self.key, label_visibility="collapsed")

    def _count(self, current: str) -> str:
        """What the field says: the value, and how many there were, for one may come back."""
        state = st.session_state
        number, _, value = state.get(self._sent, "0 ").partition(" ")
        if number == "0" or value != current:
            state[self._sent] = f"{int(number) + 1} {current}"
        return state[self._sent]

    @property
    def _sent(self) -> str:
        return f"{self.key}-sent"

    @property
    def _taken(self) -> str:
        """Key of what was chosen while the browser showed one value, and which."""
        return f"{self.key}-taken"

    @property
    def _written(self) -> str:
        """Key of what was written into widgets since the browser was seen to have all of it."""
        return f"{self.key}-written"
