"""Small prepared sets with the labels of AffectNet and of FER+, whose pictures are noise."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet
from esr_core.data.source import Sample, Source
from esr_core.emotions import EMOTIONS
from tests.cross_sets import noise

QUADRANTS = ((0.5, 0.5), (-0.5, 0.5), (-0.5, -0.5), (0.5, -0.5))


def affectnet_like(folder: Path) -> PreparedSet:
    """Six training and two validation pictures of each class, with valence and arousal, a quadrant after the other."""
    return _prepared("affectnet", "AffectNet (small)", folder, {"train": 6, "validation": 2})


def ferplus_like(folder: Path) -> PreparedSet:
    """Six training, two validation and three test pictures of each class, with eight votes of ten for it."""
    return _prepared("ferplus", "FER+ (small)", folder, {"train": 6, "validation": 2, "test": 3})


def _prepared(name: str, title: str, folder: Path, counts: Mapping[str, int]) -> PreparedSet:
    prepare(Source(name, title, "none", EMOTIONS, list(_samples(name, counts)), noise), folder)
    return PreparedSet.open(folder)


def _samples(name: str, counts: Mapping[str, int]) -> Iterator[Sample]:
    for split, count in counts.items():
        for number, emotion in enumerate(count * EMOTIONS):
            valence, arousal = QUADRANTS[number % 4] if name == "affectnet" else (None, None)
            votes = {emotion: 8, "unknown": 2} if name == "ferplus" else {}
            picture = f"{name}-{split}-{number}"
            yield Sample(picture, picture, emotion, split=split, valence=valence, arousal=arousal, votes=votes)
