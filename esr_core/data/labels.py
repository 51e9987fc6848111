"""The label table of a data set: a row per picture, columns by name."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from esr_core.data.names import require_distinct
from esr_core.data.source import Sample
from esr_core.errors import DataError

LABEL_COLUMNS = ("id", "file", "subject", "sequence", "frame", "split", "emotion", "valence", "arousal")
"""Columns of every table; ``votes_<choice>``, ``au<NN>`` and ``subject_<attribute>`` follow where they are known.

A prepared set has ``duplicate_of`` as well, see :mod:`esr_core.data.duplicates`."""

SUBJECT = "subject_"
VOTES = "votes_"


def label_table(samples: Sequence[Sample], class_names: Sequence[str]) -> pd.DataFrame:
    """Samples as a table.

    Args:
        samples: of one data set.
        class_names: what the values of ``emotion`` stand for.

    Returns:
        Columns ``id``, ``file``, ``subject``, ``sequence`` and ``split`` (text), ``frame`` and ``emotion`` (whole
        numbers or missing), ``valence`` and ``arousal`` (float32 or NaN), one ``votes_<choice>`` per choice annotators
        had, one ``auNN`` per action unit that any sample shows, 0 where coded as absent and NaN where not coded, and
        one ``subject_<attribute>`` (text or missing) per attribute that is known of any subject.
    """
    table = pd.DataFrame({name: [getattr(sample, name) for sample in samples] for name in LABEL_COLUMNS})
    index_of = {name: index for index, name in enumerate(class_names)}
    table["emotion"] = table["emotion"].map(index_of)
    table = table.astype(dict.fromkeys(("id", "file", "subject", "sequence", "split"), "string"))
    table = table.astype({"frame": "Int32", "emotion": "Int16", "valence": "float32", "arousal": "float32"})
    for choice in dict.fromkeys(choice for sample in samples for choice in sample.votes):
        table[f"{VOTES}{choice}"] = pd.array([sample.votes.get(choice) for sample in samples], dtype="Int16")
    for unit in sorted({unit for sample in samples for unit in sample.action_units or ()}):
        table[f"au{unit:02d}"] = np.array([_intensity(sample, unit) for sample in samples], dtype=np.float32)
    for name in dict.fromkeys(name for sample in samples for name in sample.attributes):
        table[f"{SUBJECT}{name}"] = pd.array([sample.attributes.get(name) for sample in samples], dtype="string")
    return table


def require_consistent(samples: Sequence[Sample], class_names: Sequence[str], title: str) -> None:
    """Raise DataError unless ids differ, subjects do in more than looks, and labels are known classes or in range."""
    if not samples:
        raise DataError(f"{title} has no samples")
    unknown = {sample.emotion for sample in samples if sample.emotion is not None} - set(class_names)
    if unknown:
        raise DataError(f"{title} has a sample of {min(unknown)}, expected one of {list(class_names)}")
    seen: set[str] = set()
    for sample in samples:
        if sample.id in seen:
            raise DataError(f"{title} has the id {sample.id} twice")
        seen.add(sample.id)
        _require_ranges(sample)
    subjects = {sample.subject for sample in samples if sample.subject is not None}
    require_distinct(subjects, title, "subject")  # one person under two names could stand in two parts


def _intensity(sample: Sample, unit: int) -> float:
    return float("nan") if sample.action_units is None else sample.action_units.get(unit, 0.0)


def _require_ranges(sample: Sample) -> None:
    """NaN fails every comparison, so it is refused as well; what is not known is None."""
    for name in ("valence", "arousal"):
        value = getattr(sample, name)
        if value is not None and not -1 <= value <= 1:
            raise DataError(f"{sample.file} has {name} {value}, expected a value in [-1, 1]")
    for unit, intensity in (sample.action_units or {}).items():
        if not 0 <= intensity <= 1:
            raise DataError(f"{sample.file} has action unit {unit} at {intensity}, expected an intensity in [0, 1]")
    for choice, count in sample.votes.items():
        if count < 0:
            raise DataError(f"{sample.file} has {count} votes for {choice}, expected 0 or more")
