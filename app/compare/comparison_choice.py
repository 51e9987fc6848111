"""The face, the class and the moment that all columns of page Compare are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from app.kit.option_box import option_box
from app.shell import face_choice, session, time_machine
from esr_core.config import NetworkConfig
from esr_core.records import Milestone, RunInfo

FIRST_FACE = "sample-0"  # as long as no other is chosen
OWN = "each branch's own"


@dataclass(frozen=True, slots=True, eq=False)
class ComparisonChoice:
    """What is asked of every run."""

    crop: np.ndarray | None  # uint8 RGB (96, 96, 3); None without a face
    class_name: str | None = None  # None = what each branch predicts
    milestones: Mapping[str, Milestone] = field(default_factory=dict)  # by run; one left out shows its best weights

    def checkpoint(self, run_id: str) -> str:
        """Name of the weights that a run looks with."""
        return self.milestones[run_id].checkpoint if run_id in self.milestones else "best"

    def moment(self, run_id: str) -> str:
        """When in training a run looks, in words; empty where all show their best weights."""
        if not self.milestones:
            return ""
        shown = self.milestones.get(run_id)
        return time_machine.told(time_machine.moment_of(shown)) if shown else "kept no milestones: its best weights"


def choose(runs: Sequence[RunInfo], networks: Sequence[NetworkConfig]) -> ComparisonChoice:
    """Draw the controls, in one line; below it several faces of one photograph, where there are any."""
    face_box, upload_box, class_box, moment_box = st.columns([7, 2, 4, 4], vertical_alignment="bottom")
    face_choice.take_uploads(upload_box.popover("Upload", width="stretch"))
    face_id = session.face_id() or FIRST_FACE
    with face_box:
        face_choice.take_drawn("Drawn face, or your own", face_id)
    names = list(dict.fromkeys(name for network in networks for name in network.class_names))
    class_name = option_box(class_box, "Class", {None: OWN} | {name: name for name in names}, "compare_class")
    with moment_box:
        milestones = time_machine.choose(runs)
    face = face_choice.opened(face_id)
    crop = face_choice.choose_crop(face) if face else None
    return ComparisonChoice(crop, class_name, milestones)
