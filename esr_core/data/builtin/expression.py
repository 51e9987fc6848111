"""From an emotion to action units, and to valence and arousal."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from esr_core.emotions import FACS_PROTOTYPES

AFFECT: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "neutral": (0.0, 0.0),
        "happiness": (0.8, 0.35),
        "sadness": (-0.65, -0.4),
        "surprise": (0.2, 0.75),
        "fear": (-0.6, 0.7),
        "disgust": (-0.7, 0.3),
        "anger": (-0.65, 0.65),
        "contempt": (-0.5, 0.15),
    }
)
"""Valence and arousal of each emotion at its apex, placed by the circumplex (Russell 1980, doi 10.1037/h0077714)."""

APEX_FRAMES = (0.75, 0.9, 1.0)  # intensity of the last three frames against the apex


def sequence_apex(
    emotion: str, expressivity: float, intensity: float, habit: float, rng: np.random.Generator
) -> dict[int, float]:
    """Action units at the apex of one posed sequence.

    Args:
        emotion: one of the eight.
        expressivity: of the person.
        intensity: of the pose, in [0, 1].
        habit: how far people differ from the prototype, in [0, 1]: units vary, drop out or join in.
        rng: of this sequence.

    Returns:
        Intensity in [0, 1] by action unit, without zeros.
    """
    units = {unit: intensity * expressivity * rng.uniform(1 - 0.6 * habit, 1.0) for unit in FACS_PROTOTYPES[emotion]}
    for unit in list(units):
        if len(units) > 1 and rng.random() < 0.3 * habit:
            del units[unit]
    others = sorted({unit for prototype in FACS_PROTOTYPES.values() for unit in prototype} - set(units))
    if rng.random() < 0.8 * habit:
        units[others[rng.integers(len(others))]] = rng.uniform(0.1, 0.5)
    return {unit: float(np.clip(value, 0, 1)) for unit, value in sorted(units.items())}


def resting(habit: float, rng: np.random.Generator) -> dict[int, float]:
    """What a person's neutral face shows all the same: one unit, faintly."""
    units = sorted({unit for prototype in FACS_PROTOTYPES.values() for unit in prototype})
    return {int(units[rng.integers(len(units))]): float(rng.uniform(0, 0.45) * habit)} if habit else {}


def affect(emotion: str, intensity: float) -> tuple[float, float]:
    """Valence and arousal in [-1, 1] of an emotion at an intensity in [0, 1]."""
    valence, arousal = AFFECT[emotion]
    return valence * intensity, arousal * intensity
