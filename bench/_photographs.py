"""Photographs to measure with: real ones where they are, drawn ones anywhere."""

from pathlib import Path

import numpy as np
from PIL import Image

from esr_core.data.builtin import draw_face, sample_person
from esr_core.data.builtin.conditions import difficulty_named, sample_conditions
from esr_core.data.builtin.expression import sequence_apex
from esr_core.emotions import EMOTIONS

LONDON = Path(__file__).parents[2] / "shared" / "data" / "london"


def draw_photographs(folder: Path, count: int, size_px: int) -> None:
    """Save drawn faces as photographs in subfolders of their emotion."""
    setting = difficulty_named("standard")
    for number in range(count):
        rng = np.random.default_rng((2, number))
        emotion = EMOTIONS[number % len(EMOTIONS)]
        units = sequence_apex(emotion, 1.0, rng.uniform(*setting.intensity), setting.habit, rng)
        drawn = draw_face(sample_person(rng), units, sample_conditions(setting, rng), rng, size_px=size_px)
        (folder / emotion).mkdir(exist_ok=True)
        Image.fromarray(drawn.photograph).save(folder / emotion / f"{number}.jpg", quality=92)
