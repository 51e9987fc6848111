"""The present comparison: its runs, and the face, the class and the moment, which change without the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.compare import comparison_choice, grid, rows
from app.compare.column import Column, looking
from app.compare.comparison_choice import ComparisonChoice
from app.compare.comparison_table import comparison_table
from app.compare.grid import Place
from app.kit.error_sentence import errors_as_sentences
from app.kit.plain_text import for_markdown
from app.kit.save_menu import save_menu
from app.shell import session
from app.shell.face_choice import FIRST_FACE


@dataclass(slots=True, eq=False)
class Comparison:
    """What is shown by now; a fragment changes it after the page was drawn, and a report of it is saved still later."""

    columns: Sequence[Column]
    places: Mapping[str, Place]  # of the rows
    notes: DeltaGenerator  # why cells are empty
    face_id: str
    choice: ComparisonChoice = field(default_factory=lambda: ComparisonChoice(None))


def draw(columns: Sequence[Column], controls: DeltaGenerator) -> Comparison:
    """Draw the rows, and into a box above them the controls of the face, the class and the moment."""
    face_id = session.face_id() or FIRST_FACE
    shown = Comparison(columns, rows.draw(columns, face_id), st.container(), face_id)
    with controls:
        _draw_face(shown)
    return shown


@st.fragment
@errors_as_sentences()
def _draw_face(shown: Comparison) -> None:
    """The controls, and the rows about the face.

    A fragment: a click on a face, a class or a moment draws these alone, not the whole dashboard. Where it writes
    outside its box it must have written when the page was drawn.
    """
    shown.choice, end = comparison_choice.choose([each.about for each in shown.columns])
    shown.face_id = session.face_id() or FIRST_FACE
    shown.columns = [looking(each, shown.choice) for each in shown.columns]
    with end:
        save_menu("comparison", {"CSV": lambda: comparison_table(shown.columns, shown.face_id).to_csv(index=False)})
    rows.draw_face(shown.places, shown.columns, shown.face_id)
    if sentences := dict.fromkeys(sentence for each in shown.columns for sentence in each.reasons):
        shown.notes.caption("  \n".join(map(for_markdown, sentences)))
    else:
        shown.notes.empty()
    grid.open_doors(shown.face_id)
