"""How fast built-in faces are drawn on one core, and how many full-size frames the face detector finds.

Usage: python -m bench.builtin_faces
"""

import statistics
import time

import cv2
import numpy as np

from bench._timing import summary
from esr_core.data.builtin import DIFFICULTIES, Conditions, builtin_source, draw_face, sample_person
from esr_core.data.builtin.conditions import difficulty_named, sample_conditions
from esr_core.data.builtin.expression import sequence_apex
from esr_core.data.faces import detect_faces
from esr_core.emotions import EMOTIONS

ROUNDS, PICTURES = 7, 200
FRAMES = 200


def pictures_per_second() -> list[float]:
    """One value per round: person, labels, a frame of 256x256 and its crop."""
    source = builtin_source(num_subjects=PICTURES, sequences_per_subject=ROUNDS + 1)
    rates = []
    for turn in range(ROUNDS + 1):
        samples = source.samples[turn * PICTURES : (turn + 1) * PICTURES]
        started = time.perf_counter()
        for sample in samples:
            source.picture(sample)
        rates.append(len(samples) / (time.perf_counter() - started))
    return rates[1:]  # the first round warms up


def detection_rate(difficulty: str) -> float:
    """Share of full-size frames at the apex in which the detector finds a face."""
    setting = difficulty_named(difficulty)
    found = 0
    for number in range(FRAMES):
        rng = np.random.default_rng((1, number))
        units = sequence_apex(
            EMOTIONS[number % len(EMOTIONS)], 1.0, rng.uniform(*setting.intensity), setting.habit, rng
        )
        conditions: Conditions = sample_conditions(setting, rng)
        found += bool(detect_faces(draw_face(sample_person(rng), units, conditions, rng).photograph))
    return found / FRAMES


def main() -> None:
    """Measure and print."""
    cv2.setNumThreads(1)
    rates = pictures_per_second()
    print(f"pictures/s on one core, median and quartiles of {ROUNDS} rounds: {summary(rates)}")
    print(f"slowest round: {min(rates):.0f}, mean {statistics.mean(rates):.0f}")
    for difficulty in DIFFICULTIES:
        print(f"{difficulty}: the cascade finds {detection_rate(difficulty):.1%} of {FRAMES} frames of 256x256")


if __name__ == "__main__":
    main()
