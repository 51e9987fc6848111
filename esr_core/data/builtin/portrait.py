"""One face at a time, drawn from choices rather than from a set's random numbers."""

from collections.abc import Mapping

import numpy as np

from esr_core.data.builtin.conditions import STUDIO, Conditions
from esr_core.data.builtin.drawing import DrawnFace, draw_face
from esr_core.data.builtin.expression import sequence_apex
from esr_core.data.builtin.people import numbered_person, sample_person
from esr_core.emotions import ACTION_UNIT_NAMES, EMOTIONS, FACS_PROTOTYPES
from esr_core.errors import ConfigError

NUM_SAMPLE_FACES = 8
PORTRAIT_SIZE_PX = 320
SIZES_PX = range(64, 4097)


def prototype_units(emotion: str, intensity: float = 1.0) -> dict[int, float]:
    """Action units of an emotion's prototype, all at one intensity in [0, 1].

    Raises:
        ConfigError: if it is none of the emotions.
    """
    if emotion not in FACS_PROTOTYPES:
        raise ConfigError(f"emotion must be one of {', '.join(EMOTIONS)}, got {emotion!r}")
    return dict.fromkeys(FACS_PROTOTYPES[emotion], intensity)


def draw_portrait(
    identity: int,
    action_units: Mapping[int, float],
    conditions: Conditions = STUDIO,
    one_sided: int = 0,
    size_px: int = PORTRAIT_SIZE_PX,
) -> DrawnFace:
    """A photograph of one person showing action units, without noise.

    Args:
        identity: at least 0; the person who is number ``identity + 1`` in every built-in set of seed 0.
        action_units: intensity in [0, 1] by number of the unit; others are at rest.
        conditions: pose, light and camera.
        one_sided: -1 or 1 shows AU12 and AU14 on the left or right of the picture alone, as contempt does; 0 on both.
        size_px: height and width, 64-4096.

    Returns:
        The photograph and where the face in it is; the same choices give the same bytes.

    Raises:
        ConfigError: if a choice is impossible.
    """
    if identity < 0:
        raise ConfigError(f"identity must be at least 0, got {identity}")
    if one_sided not in (-1, 0, 1):
        raise ConfigError(f"one_sided must be -1, 0 or 1, got {one_sided}")
    if size_px not in SIZES_PX:
        raise ConfigError(f"size_px must be {SIZES_PX[0]}-{SIZES_PX[-1]}, got {size_px}")
    for unit, intensity in action_units.items():
        if unit not in ACTION_UNIT_NAMES:
            raise ConfigError(f"action units must be among {', '.join(map(str, ACTION_UNIT_NAMES))}, got {unit}")
        if not 0 <= intensity <= 1:
            raise ConfigError(f"intensity of action unit {unit} must be in [0, 1], got {intensity}")
    return draw_face(numbered_person(identity), action_units, conditions, one_sided=one_sided, size_px=size_px)


def sample_face(index: int) -> np.ndarray:
    """A photograph of the gallery, uint8 RGB (320, 320, 3): one person for each emotion, of whom nothing is hidden.

    Raises:
        ConfigError: if the index is not in the gallery.
    """
    return sample_portrait(index).photograph


def sample_portrait(index: int) -> DrawnFace:
    """The same with all that it was drawn from.

    Raises:
        ConfigError: if the index is not in the gallery.
    """
    if not 0 <= index < NUM_SAMPLE_FACES:
        raise ConfigError(f"index must be 0-{NUM_SAMPLE_FACES - 1}, got {index}")
    rng = np.random.default_rng((2019, index))  # of several seeds the first whose faces are all found upright
    person = sample_person(rng)
    while person.has_beard or person.has_glasses:  # which hide the mouth and the eyes that a first look is for
        person = sample_person(rng)
    emotion = EMOTIONS[(index + 1) % len(EMOTIONS)]
    units = sequence_apex(emotion, 1.0, 1.0, 0.0, rng)
    one_sided = 1 if emotion == "contempt" else 0
    return draw_face(person, units, Conditions(light=0.2), rng, one_sided, size_px=PORTRAIT_SIZE_PX)
