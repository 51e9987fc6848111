"""Built-in faces: people who do not exist, drawn from a seed, posing emotions through their action units."""

from esr_core.data.builtin.choices import FaceChoices, draw_chosen
from esr_core.data.builtin.conditions import DIFFICULTIES, Conditions
from esr_core.data.builtin.drawing import DrawnFace, draw_face
from esr_core.data.builtin.masks import action_unit_masks
from esr_core.data.builtin.parts import drawn_parts, picture_parts
from esr_core.data.builtin.people import Person, numbered_person, sample_person
from esr_core.data.builtin.portrait import (
    NUM_SAMPLE_FACES,
    draw_portrait,
    prototype_units,
    sample_face,
    sample_portrait,
)
from esr_core.data.builtin.source import NUM_SUBJECTS, SEQUENCES_PER_SUBJECT, builtin_source

__all__ = [
    "DIFFICULTIES",
    "NUM_SAMPLE_FACES",
    "NUM_SUBJECTS",
    "SEQUENCES_PER_SUBJECT",
    "Conditions",
    "DrawnFace",
    "FaceChoices",
    "Person",
    "action_unit_masks",
    "builtin_source",
    "draw_chosen",
    "draw_face",
    "draw_portrait",
    "drawn_parts",
    "numbered_person",
    "picture_parts",
    "prototype_units",
    "sample_face",
    "sample_person",
    "sample_portrait",
]
