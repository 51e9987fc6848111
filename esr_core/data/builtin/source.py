"""The built-in data set: CK+'s structure, drawn from a seed."""

from dataclasses import dataclass

import numpy as np

from esr_core.data.builtin.conditions import Conditions, Difficulty, difficulty_named, sample_conditions
from esr_core.data.builtin.drawing import draw_face
from esr_core.data.builtin.expression import APEX_FRAMES, affect, resting, sequence_apex
from esr_core.data.builtin.people import Person, sample_person
from esr_core.data.faces import crop_face
from esr_core.data.source import Sample, Source
from esr_core.emotions import EMOTIONS
from esr_core.errors import ConfigError

POSED = EMOTIONS[1:]
PERSON, POSE, CAMERA = range(3)  # streams of random numbers that never mix
NUM_SAMPLE_FACES = 8


def builtin_source(
    num_subjects: int = 123, sequences_per_subject: int = 3, seed: int = 0, difficulty: str = "standard"
) -> Source:
    """Short sequences of drawn people, from a neutral first frame to three frames near the apex.

    Each sequence gives four samples, as CK+ does in the paper: one neutral, three of the emotion. The same arguments
    give the same bytes, whatever is drawn before.

    Args:
        num_subjects: people, at least 1; 123 as in CK+.
        sequences_per_subject: each of another emotion, then from the first again, at least 1.
        seed: of everything.
        difficulty: ``easy``, ``standard`` or ``hard``.

    Raises:
        ConfigError: if a value is impossible.
    """
    setting = difficulty_named(difficulty)
    if num_subjects < 1 or sequences_per_subject < 1:
        raise ConfigError(
            f"num_subjects and sequences_per_subject must be at least 1, got {num_subjects} and {sequences_per_subject}"
        )
    frames = [
        _Frame(seed, subject, sequence, frame, setting)
        for subject in range(num_subjects)
        for sequence in range(sequences_per_subject)
        for frame in range(1 + len(APEX_FRAMES))
    ]
    return Source(
        name="builtin",
        title=f"Built-in faces ({difficulty})",
        licence="MIT",
        class_names=EMOTIONS,
        samples=[frame.sample() for frame in frames],
        picture=_Drawing(seed, difficulty),
        options={"difficulty": difficulty, "seed": seed},
    )


def sample_face(index: int) -> np.ndarray:
    """A photograph of the gallery, uint8 RGB (320, 320, 3): one person for each emotion.

    Raises:
        ConfigError: if the index is not in the gallery.
    """
    if not 0 <= index < NUM_SAMPLE_FACES:
        raise ConfigError(f"index must be 0-{NUM_SAMPLE_FACES - 1}, got {index}")
    rng = np.random.default_rng((2021, index))
    person = sample_person(rng)
    emotion = EMOTIONS[(index + 1) % len(EMOTIONS)]
    units = sequence_apex(emotion, 1.0, 1.0, 0.0, rng)
    one_sided = 1 if emotion == "contempt" else 0
    return draw_face(person, units, Conditions(light=0.2), rng, one_sided, size_px=320).photograph


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Draws any sample of a set; a plain value, so processes can share it."""

    seed: int
    difficulty: str

    def __call__(self, sample: Sample) -> np.ndarray:
        """The face of one sample, uint8 RGB (96, 96, 3)."""
        subject, sequence, frame = (int(part[1:]) for part in sample.id.split("-"))
        return _Frame(self.seed, subject - 1, sequence - 1, frame, difficulty_named(self.difficulty)).picture()


@dataclass(frozen=True, slots=True)
class _Frame:
    """One frame of one sequence; everything about it follows from these numbers."""

    seed: int
    subject: int
    sequence: int
    frame: int  # 0 = neutral
    difficulty: Difficulty

    @property
    def id(self) -> str:
        """Unique in the set."""
        return f"p{self.subject + 1:03d}-s{self.sequence + 1}-f{self.frame}"

    @property
    def person(self) -> Person:
        return sample_person(self._rng(PERSON, self.subject))

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
        conditions = sample_conditions(self.difficulty, self._rng(CAMERA, self.subject, self.sequence))
        noise = self._rng(CAMERA, self.subject, self.sequence, self.frame + 1)
        side = 1 if self._rng(POSE, self.subject).random() < 0.5 else -1
        one_sided = side if self._emotion() == "contempt" else 0
        drawn = draw_face(self.person, self.action_units(), conditions, noise, one_sided)
        return crop_face(drawn.photograph, drawn.box)

    def _emotion(self) -> str:
        return POSED[(self.subject + self.sequence) % len(POSED)]

    def _share(self) -> float:
        return APEX_FRAMES[self.frame - 1] if self.frame else 0.0

    def _apex_intensity(self) -> float:
        return self._rng(POSE, self.subject, self.sequence, 0).uniform(*self.difficulty.intensity)

    def _rng(self, *key: int) -> np.random.Generator:
        return np.random.default_rng((self.seed, *key))
