"""Built-in faces: people who do not exist, drawn from a seed, posing emotions through their action units."""

from esr_core.data.builtin.conditions import DIFFICULTIES, Conditions
from esr_core.data.builtin.drawing import DrawnFace, draw_face
from esr_core.data.builtin.people import Person, sample_person
from esr_core.data.builtin.source import NUM_SAMPLE_FACES, builtin_source, sample_face

__all__ = [
    "DIFFICULTIES",
    "NUM_SAMPLE_FACES",
    "Conditions",
    "DrawnFace",
    "Person",
    "builtin_source",
    "draw_face",
    "sample_face",
    "sample_person",
]
