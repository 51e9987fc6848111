"""Everything about a picture that is not the person: pose, light, camera. And how hard a set is, by name."""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from esr_core.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Difficulty:
    """How much a set varies."""

    intensity: tuple[float, float]  # of the apex
    habit: float  # how far people differ from the prototypes, in [0, 1]
    roll_deg: float
    yaw: float  # in [0, 1]
    shift: float  # of the face in the frame, in shares of its side
    scale: float
    light: float  # strength of light from one side
    noise: float  # standard deviation, in grey values of 255
    blur_px: float


DIFFICULTIES = MappingProxyType(
    {
        "easy": Difficulty((0.8, 1.0), 0.15, 3.0, 0.2, 0.01, 0.03, 0.15, 3.0, 0.4),
        "standard": Difficulty((0.6, 1.0), 0.35, 6.0, 0.5, 0.02, 0.05, 0.3, 6.0, 0.8),
        "hard": Difficulty((0.4, 1.0), 0.6, 10.0, 0.8, 0.03, 0.08, 0.4, 10.0, 1.3),
    }
)


@dataclass(frozen=True, slots=True)
class Conditions:
    """How one picture is taken; the defaults are a frontal, evenly lit studio."""

    roll_deg: float = 0.0
    yaw: float = 0.0  # in [-1, 1], positive turns to the right of the picture
    shift: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
    light: float = 0.1
    light_angle: float = -1.0  # radians; where light comes from
    exposure: float = 1.0
    noise: float = 0.0
    blur_px: float = 0.0
    background: tuple[int, int, int] = (186, 192, 198)


STUDIO = Conditions()


def difficulty_named(name: str) -> Difficulty:
    """The difficulty of a name.

    Raises:
        ConfigError: if there is none of that name.
    """
    if name not in DIFFICULTIES:
        raise ConfigError(f"difficulty must be one of {', '.join(DIFFICULTIES)}, got {name!r}")
    return DIFFICULTIES[name]


def sample_conditions(difficulty: Difficulty, rng: np.random.Generator) -> Conditions:
    """Conditions of one sequence."""
    grey = int(rng.integers(90, 220))
    return Conditions(
        roll_deg=difficulty.roll_deg * rng.uniform(-1, 1),
        yaw=difficulty.yaw * rng.uniform(-1, 1),
        shift=(difficulty.shift * rng.uniform(-1, 1), difficulty.shift * rng.uniform(-1, 1)),
        scale=1 + difficulty.scale * rng.uniform(-1, 1),
        light=difficulty.light * rng.uniform(0, 1),
        light_angle=rng.uniform(-np.pi, 0),
        exposure=1 + 0.5 * difficulty.light * rng.uniform(-1, 1),
        noise=difficulty.noise * rng.uniform(0.3, 1),
        blur_px=difficulty.blur_px * rng.uniform(0, 1),
        background=(grey, min(255, grey + int(rng.integers(0, 12))), min(255, grey + int(rng.integers(0, 20)))),
    )
