"""The face, the class and the moment that all columns of page Compare are about; all of them are in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.shell import class_choice, face_choice, time_machine
from app.shell.compared import Compared
from esr_core.records import Milestone


@dataclass(frozen=True, slots=True, eq=False)
class ComparisonChoice:
    """What is asked of every run."""

    crop: np.ndarray | None  # uint8 RGB (96, 96, 3); None without a face
    class_name: str | None = None  # None = what each branch predicts
    milestones: Mapping[str, Milestone] = field(default_factory=dict)  # by run; one left out shows its best weights
    asked: str = time_machine.BEST  # the moment, in words

    def checkpoint(self, run_id: str) -> str:
        """Name of the weights that a run looks with."""
        return self.milestones[run_id].checkpoint if run_id in self.milestones else "best"

    def moment(self, run_id: str) -> str:
        """When in training a run looks, in words; empty where all show their best weights."""
        if self.asked == time_machine.BEST:
            return ""
        if run_id not in self.milestones:
            return "kept no milestones: its best weights"
        shown = time_machine.told(time_machine.moment_of(self.milestones[run_id]))
        return shown if shown == self.asked else f"kept no {self.asked}: here {shown}"


def choose(compared: Sequence[Compared]) -> tuple[ComparisonChoice, DeltaGenerator]:
    """Draw the controls, in one line; below it several faces of one photograph, where there are any.

    Returns:
        What is chosen, and the end of the line, which is empty.
    """
    face_box, upload_box, class_box, moment_box, end = st.columns([9.6, 3, 6.2, 4.2, 1.8], vertical_alignment="bottom")
    face_id = face_choice.choose_beside(face_box, upload_box)
    class_name = class_choice.choose(class_box, [each.network for each in compared])
    with moment_box:
        milestones = time_machine.choose([each.run for each in compared])
    face = face_choice.opened(face_id)
    crop = face_choice.choose_crop(face) if face else None
    return ComparisonChoice(crop, class_name, milestones, time_machine.asked()), end
