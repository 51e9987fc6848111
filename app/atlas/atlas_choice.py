"""What page Atlas asks of every run: which faces, for which class, by which method."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from app.kit.option_box import option_box
from app.shell.block_choice import choose_block
from esr_core.config import NetworkConfig
from esr_core.explanations import METHODS, AtlasQuestion

ALL = "all faces"
EXPLAINED = {False: "what each branch predicts", True: "the class that the face has"}
EXPLAINED_HELP = (
    "What a branch predicts is what page Faces shows at first. For the class that a face has, all branches are asked "
    "about the same class, right or wrong."
)


@dataclass(frozen=True, slots=True)
class AtlasChoice:
    """The question, and whose faces are shown."""

    question: AtlasQuestion
    class_name: str | None  # that the faces have; None = all

    @property
    def about(self) -> str:
        """What the numbers are about."""
        faces = "all test faces" if self.class_name is None else f"test faces of {self.class_name}"
        return f"{self.question.settings().title} for {EXPLAINED[self.question.of_labels]}, over {faces}"


def choose(networks: Sequence[NetworkConfig]) -> AtlasChoice:
    """Draw the controls, in one line."""
    faces_box, class_box, method_box, block_box = st.columns([4, 5, 4, 3], vertical_alignment="bottom")
    names = list(dict.fromkeys(name for network in networks for name in network.class_names))
    class_name = option_box(faces_box, "Faces", {None: ALL} | {name: name for name in names}, "atlas_class")
    of_labels = class_box.selectbox(
        "Explain",
        list(EXPLAINED),
        format_func=EXPLAINED.__getitem__,
        key="atlas_explained",
        persist_state="session",
        help=EXPLAINED_HELP,
    )
    costs = "  \n".join(f"{method.name}: {method.cost}." for method in METHODS.values())
    method = method_box.selectbox(
        "Method",
        list(METHODS),
        format_func=lambda key: METHODS[key].name,
        key="atlas_method",
        persist_state="session",
        help=costs,
    )
    block = choose_block(block_box, networks, "atlas_block", disabled=not METHODS[method].has_blocks)
    return AtlasChoice(AtlasQuestion(method, block, of_labels), class_name)
