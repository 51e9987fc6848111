"""The built-in data set: CK+'s structure, drawn from a seed."""

from dataclasses import dataclass

import numpy as np

from esr_core.data.builtin.conditions import difficulty_named
from esr_core.data.builtin.expression import APEX_FRAMES
from esr_core.data.builtin.frame import Frame
from esr_core.data.source import Sample, Source
from esr_core.emotions import EMOTIONS
from esr_core.errors import ConfigError

NUM_SUBJECTS, SEQUENCES_PER_SUBJECT = 123, 3  # CK+ has 123 people and 327 labelled sequences
MOST_SEQUENCES = 100_000  # of all people together: four pictures each


def builtin_source(
    num_subjects: int = NUM_SUBJECTS,
    sequences_per_subject: int = SEQUENCES_PER_SUBJECT,
    seed: int = 0,
    difficulty: str = "standard",
) -> Source:
    """Short sequences of drawn people, from a neutral first frame to three frames near the apex.

    Each sequence gives four samples, as CK+ does in the paper: one neutral, three of the emotion. The same arguments
    give the same bytes, whatever is drawn before.

    Args:
        num_subjects: people, at least 1; 123 as in CK+.
        sequences_per_subject: each of another emotion, then from the first again, at least 1; 100,000 of all people
            at most.
        seed: of everything, at least 0.
        difficulty: ``easy``, ``standard`` or ``hard``.

    Raises:
        ConfigError: if a value is impossible.
    """
    setting = difficulty_named(difficulty)
    if num_subjects < 1 or sequences_per_subject < 1:
        raise ConfigError(
            f"num_subjects and sequences_per_subject must be at least 1, got {num_subjects} and {sequences_per_subject}"
        )
    if seed < 0:
        raise ConfigError(f"seed must be at least 0, got {seed}")
    if num_subjects * sequences_per_subject > MOST_SEQUENCES:
        asked = f"{num_subjects} people of {sequences_per_subject} each"
        raise ConfigError(f"num_subjects times sequences_per_subject must be at most {MOST_SEQUENCES}, got {asked}")
    frames = [
        Frame(seed, subject, sequence, frame, setting)
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
        options={
            "difficulty": difficulty,
            "seed": seed,
            "subjects": num_subjects,
            "sequences": sequences_per_subject,
        },
    )


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Draws any sample of a set; a plain value, so processes can share it."""

    seed: int
    difficulty: str

    def __call__(self, sample: Sample) -> np.ndarray:
        """The face of one sample, uint8 RGB (96, 96, 3)."""
        return Frame.from_id(sample.id, self.seed, difficulty_named(self.difficulty)).picture()
