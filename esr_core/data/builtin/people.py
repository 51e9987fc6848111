"""People who do not exist: what stays the same of a face, whatever it expresses."""

from dataclasses import dataclass

import numpy as np

Colour = tuple[int, int, int]  # RGB, 0-255

SKINS: tuple[Colour, ...] = (
    (245, 214, 190),
    (236, 196, 166),
    (222, 178, 144),
    (200, 152, 116),
    (166, 118, 86),
    (128, 88, 64),
)
HAIRS: tuple[Colour, ...] = ((32, 24, 20), (62, 42, 30), (104, 72, 46), (156, 116, 70), (150, 146, 142), (130, 58, 30))
IRISES: tuple[Colour, ...] = ((70, 46, 30), (96, 70, 40), (74, 96, 70), (70, 100, 130))


@dataclass(frozen=True, slots=True)
class Person:
    """One identity. Lengths are shares of the frame's side, measured from the middle of the face."""

    skin: Colour
    hair: Colour
    iris: Colour
    lips: Colour
    clothes: Colour
    half_width: float
    half_height: float
    jaw: float  # width of the chin against the temples
    eye_distance: float  # from the middle line
    eye_width: float  # half
    eye_height: float  # half, when relaxed
    brow_height: float  # above the eye
    brow_thickness: float
    nose_length: float
    nose_width: float
    mouth_height: float  # below the middle of the face
    mouth_width: float  # half
    lip_height: float
    hairline: float  # share of the forehead that is covered
    has_long_hair: bool
    has_beard: bool
    has_glasses: bool
    wrinkles: float  # how deep lines are, in [0, 1]
    expressivity: float  # how far action units move this face, around 1


def numbered_person(number: int, seed: int = 0) -> Person:
    """The identity that every built-in set of a seed has at this position, counted from 0."""
    return sample_person(np.random.default_rng((seed, 0, number)))


def sample_person(rng: np.random.Generator) -> Person:
    """A random identity."""
    skin = SKINS[rng.integers(len(SKINS))]
    has_beard = bool(rng.random() < 0.15)
    return Person(
        skin=_varied(skin, 8, rng),
        hair=_varied(HAIRS[rng.integers(len(HAIRS))], 8, rng),
        iris=_varied(IRISES[rng.integers(len(IRISES))], 8, rng),
        lips=_varied((int(skin[0] * 0.82), int(skin[1] * 0.60), int(skin[2] * 0.62)), 8, rng),
        clothes=_varied((110, 110, 120), 70, rng),
        half_width=rng.uniform(0.205, 0.24),
        half_height=rng.uniform(0.285, 0.32),
        jaw=rng.uniform(0.66, 0.9),
        eye_distance=rng.uniform(0.088, 0.104),
        eye_width=rng.uniform(0.040, 0.050),
        eye_height=rng.uniform(0.015, 0.022),
        brow_height=rng.uniform(0.048, 0.064),
        brow_thickness=rng.uniform(0.008, 0.016),
        nose_length=rng.uniform(0.095, 0.125),
        nose_width=rng.uniform(0.030, 0.044),
        mouth_height=rng.uniform(0.150, 0.172),
        mouth_width=rng.uniform(0.066, 0.084),
        lip_height=rng.uniform(0.011, 0.020),
        hairline=rng.uniform(0.25, 0.5),
        has_long_hair=bool(rng.random() < 0.45) and not has_beard,
        has_beard=has_beard,
        has_glasses=bool(rng.random() < 0.12),
        wrinkles=rng.uniform(0.35, 1.0),
        expressivity=rng.uniform(0.75, 1.2),
    )


def _varied(colour: Colour, spread: int, rng: np.random.Generator) -> Colour:
    red, green, blue = (min(250, max(10, value + int(rng.integers(-spread, spread + 1)))) for value in colour)
    return (red, green, blue)
