"""What every data set adapter gives: labelled samples, and a function that fetches one sample's picture."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from esr_core.records import FaceBox

Option = str | int | bool


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture of a data set, not yet read. What its owners did not label is None."""

    id: str  # unique in its data set
    file: str  # for people: path below the data set's folder, or how it was drawn
    emotion: str | None = None  # one of the source's class names
    subject: str | None = None  # the person
    sequence: str | None = None  # unique in its data set, not only within the subject
    frame: int | None = None  # position in the sequence
    split: str | None = None  # the owners' part: "train", "validation" or "test"
    valence: float | None = None  # in [-1, 1]
    arousal: float | None = None  # in [-1, 1]
    votes: Mapping[str, int] = field(default_factory=dict, hash=False)  # choice -> annotators who made it
    action_units: Mapping[int, float] | None = field(default=None, hash=False)  # unit -> intensity in [0, 1]
    box: FaceBox | None = None  # of the face, where the owners give it
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)  # of the subject: "gender" -> "female"


@dataclass(frozen=True, slots=True)
class Source:
    """A data set as its owners ship it, ready to be prepared.

    ``picture(sample)`` returns the face as a network sees it, uint8 RGB (96, 96, 3), and raises
    :class:`~esr_core.errors.PhotoError` where there is none: that sample is rejected, the rest goes on. It must be
    picklable, for several processes share the work.
    """

    name: str  # short and lower case: "london"
    title: str
    licence: str
    class_names: tuple[str, ...]
    samples: Sequence[Sample]
    picture: Callable[[Sample], np.ndarray]
    folder: Path | None = None  # where it was read from; None for what is drawn
    container: Path | None = None  # the archive or table that holds the pictures, where they are no files in the folder
    options: Mapping[str, Option] = field(default_factory=dict)  # what else decides samples and pictures
    skipped: Mapping[str, int] = field(default_factory=dict)  # entries that give no sample, by the reason
