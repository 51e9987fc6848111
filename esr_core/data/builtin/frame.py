"""One frame of one sequence of a built-in set: everything about it follows from a few numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from esr_core.data.builtin.conditions import Conditions, Difficulty, sample_conditions
from esr_core.data.builtin.drawing import DrawnFace, draw_crop, draw_face
from esr_core.data.builtin.expression import APEX_FRAMES, affect, resting, sequence_apex
from esr_core.data.builtin.people import Person, numbered_person
from esr_core.data.faces import crop_face
from esr_core.data.source import Sample
from esr_core.emotions import EMOTIONS

POSED = EMOTIONS[1:]
POSE, CAMERA = 1, 2  # streams of random numbers that never mix
NOTHING: Mapping[int, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; its picture and labels are drawn anew each time and always the same."""

    seed: int
    subject: int
    sequence: int
    frame: int  # 0 = neutral
    difficulty: Difficulty

    @classmethod
    def from_id(cls, sample_id: str, seed: int, difficulty: Difficulty) -> "Frame":
        """The frame that a sample's id names, as ``p012-s3-f1``."""
        subject, sequence, frame = (int(part[1:]) for part in sample_id.split("-"))
        return cls(seed, subject - 1, sequence - 1, frame, difficulty)

    @property
    def id(self) -> str:
        """Unique in the set."""
        return f"p{self.subject + 1:03d}-s{self.sequence + 1}-f{self.frame}"

    @property
    def person(self) -> Person:
        """Who is shown."""
        return numbered_person(self.subject, self.seed)

    def sample(self) -> Sample:
        """Labels of this frame."""
        emotion = self._emotion() if self.frame else "neutral"
        intensity = self._apex_intensity() * self._share()
        valence, arousal = affect(emotion, intensity)
        return Sample(
            id=self.id,
            file=f"{self.id}.png",
            emotion=emotion,
            subject=f"p{self.subject + 1:03d}",
            sequence=f"p{self.subject + 1:03d}-s{self.sequence + 1}",
            frame=self.frame,
            valence=valence,
            arousal=arousal,
            action_units=self.action_units(),
        )

    def action_units(self) -> dict[int, float]:
        """Units of this frame: what the face shows at rest, and the pose as far as it has come."""
        rng = self._rng(POSE, self.subject, self.sequence)
        rest = resting(self.difficulty.habit, self._rng(POSE, self.subject))
        apex = sequence_apex(
            self._emotion(), self.person.expressivity, self._apex_intensity(), self.difficulty.habit, rng
        )
        posed = {unit: value * self._share() for unit, value in apex.items()} if self.frame else {}
        return {unit: max(rest.get(unit, 0.0), posed.get(unit, 0.0)) for unit in sorted(rest | posed)}

    def picture(self) -> np.ndarray:
        """The face cut out, uint8 RGB (96, 96, 3)."""
        return self._drawn(self.action_units(), self._rng(CAMERA, self.subject, self.sequence, self.frame + 1))

    def without_noise(self, changed: Mapping[int, float] = NOTHING) -> np.ndarray:
        """The same picture from a camera without noise, some action units at another intensity in [0, 1]."""
        return self._drawn({**self.action_units(), **changed})

    def portrait(self) -> DrawnFace:
        """The whole photograph that the picture is cut from, without noise."""
        return draw_face(self.person, self.action_units(), self._conditions(), one_sided=self._one_sided())

    def _drawn(self, action_units: Mapping[int, float], noise: np.random.Generator | None = None) -> np.ndarray:
        return crop_face(draw_crop(self.person, action_units, self._conditions(), noise, self._one_sided()), None)

    def _conditions(self) -> Conditions:
        return sample_conditions(self.difficulty, self._rng(CAMERA, self.subject, self.sequence))

    def _one_sided(self) -> int:
        side = 1 if self._rng(POSE, self.subject).random() < 0.5 else -1
        return side if self._emotion() == "contempt" else 0

    def _emotion(self) -> str:
        return POSED[(self.subject + self.sequence) % len(POSED)]

    def _share(self) -> float:
        return APEX_FRAMES[self.frame - 1] if self.frame else 0.0

    def _apex_intensity(self) -> float:
        return self._rng(POSE, self.subject, self.sequence, 0).uniform(*self.difficulty.intensity)

    def _rng(self, *key: int) -> np.random.Generator:
        return np.random.default_rng((self.seed, len(key), *key))  # NumPy takes (1, 2) and (1, 2, 0) for the same
