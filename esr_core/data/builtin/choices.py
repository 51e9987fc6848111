"""One face drawn by choice: who, which action units, which pose and light, in whole numbers that fit an address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import pi

from esr_core.data.builtin.conditions import STUDIO, Conditions
from esr_core.data.builtin.drawing import DrawnFace
from esr_core.data.builtin.portrait import draw_portrait, prototype_units
from esr_core.emotions import ACTION_UNIT_NAMES, FACS_PROTOTYPES
from esr_core.errors import ConfigError

NUM_PEOPLE = 999
MOST = {"yaw": 100, "roll": 20, "light": 40}  # the same to both sides
ONE_SIDED_EMOTION = "contempt"
NUMBER = re.compile(r"(p|au\d{1,2}_|yaw_|roll_|light_)(-?\d{1,3})", flags=re.ASCII)


@dataclass(frozen=True, slots=True)
class FaceChoices:
    """What decides a drawn face; the same choices draw the same face."""

    person: int = 1  # 1-999, the number of the same person in built-in sets of seed 0
    action_units: Mapping[int, int] = field(default_factory=dict, hash=False)  # unit -> intensity in %, 1-100
    one_sided: bool = False  # AU12 and AU14 show on one side alone
    yaw: int = 0  # -100 to 100 %, positive turns to the right of the picture
    roll: int = 0  # -20 to 20 degrees, positive turns counter-clockwise
    light: int = 0  # strength from one side, -40 to 40 %, positive from the right; 0 is the evenly lit studio

    def __post_init__(self) -> None:
        if not 1 <= self.person <= NUM_PEOPLE:
            raise ConfigError(f"person must be 1-{NUM_PEOPLE}, got {self.person}")
        for unit, intensity in self.action_units.items():
            if unit not in ACTION_UNIT_NAMES or not 1 <= intensity <= 100:
                known = ", ".join(map(str, ACTION_UNIT_NAMES))
                raise ConfigError(f"action_units must give 1-100 % to any of {known}, got {intensity} % to {unit}")
        for name, most in MOST.items():
            if abs(value := getattr(self, name)) > most:
                raise ConfigError(f"{name} must be -{most} to {most}, got {value}")

    @classmethod
    def posing(cls, emotion: str, intensity: int, person: int = 1) -> "FaceChoices":
        """A person who shows an emotion's prototype.

        Args:
            emotion: one of the eight.
            intensity: of each of its action units, in %.
            person: 1-999.

        Raises:
            ConfigError: if it is no emotion, or a number is out of range.
        """
        units = {unit: round(share * 100) for unit, share in prototype_units(emotion, intensity / 100).items()}
        return cls(person, units, one_sided=emotion == ONE_SIDED_EMOTION)

    @property
    def emotion(self) -> str | None:
        """The emotion whose prototype the action units are, all as strong; None if they are of no one's."""
        alike = len(set(self.action_units.values())) <= 1
        for emotion, units in FACS_PROTOTYPES.items():
            if alike and set(units) == set(self.action_units) and self.one_sided == (emotion == ONE_SIDED_EMOTION):
                return emotion
        return None

    def to_text(self) -> str:
        """A short text of letters, digits, dots, hyphens and underscores, such as ``p7.au6_80.au12_80.yaw_-30``."""
        parts = [f"p{self.person}", *(f"au{unit}_{value}" for unit, value in sorted(self.action_units.items()))]
        parts += ["side"] * self.one_sided
        parts += [f"{name}_{value}" for name in MOST if (value := getattr(self, name))]
        return ".".join(parts)

    @classmethod
    def from_text(cls, text: str) -> "FaceChoices":
        """Read back what ``to_text`` wrote, and nothing else.

        Raises:
            ConfigError: if it is any other text.
        """
        words = text.split(".")
        found = [NUMBER.fullmatch(word) for word in words if word != "side"]
        values = {match[1].rstrip("_"): int(match[2]) for match in found if match}
        if None in found or "p" not in values:
            raise ConfigError(f"a drawn face must be written like p7.au6_80.au12_80.yaw_-30, got {text!r}")
        units = {int(name[2:]): value for name, value in values.items() if name.startswith("au")}
        choices = cls(values["p"], units, "side" in words, *(values.get(name, 0) for name in MOST))
        if choices.to_text() != text:
            raise ConfigError(f"a drawn face must be written like {choices.to_text()}, got {text!r}")
        return choices


def draw_chosen(choices: FaceChoices) -> DrawnFace:
    """Draw a face by choice, a photograph of 320x320 pixels without noise."""
    conditions = Conditions(
        yaw=choices.yaw / 100,
        roll_deg=choices.roll,
        light=abs(choices.light) / 100 if choices.light else STUDIO.light,
        light_angle=(0.0 if choices.light > 0 else pi) if choices.light else STUDIO.light_angle,
    )
    units = {unit: value / 100 for unit, value in choices.action_units.items()}
    return draw_portrait(choices.person - 1, units, conditions, one_sided=int(choices.one_sided))
