"""Who is on the pictures that a run was tested on, from the prepared set it learned from."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from esr_core.data.labels import SUBJECT
from esr_core.data.prepared import PreparedSet
from esr_core.errors import DataError
from esr_core.folders import PathLike
from esr_core.metrics import Predictions


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """The subjects of B pictures."""

    subjects: np.ndarray | None = None  # (B,); None where not all are known
    attributes: dict[str, np.ndarray] = field(default_factory=dict)  # text or None (B,) by the attribute's name


def people_of(predictions: Predictions, folder: PathLike) -> People:
    """Look the pictures up in the prepared set in ``folder``.

    Raises:
        DataError: if there is no prepared set any more, or not the one with the pictures that the run was tested on.
    """
    prepared = PreparedSet.open(folder)
    labels = prepared.labels.set_index(prepared.labels["id"].astype(str)).reindex(predictions.ids.astype(str))
    is_other = labels["id"].isna().to_numpy() | (labels["emotion"].fillna(-1).to_numpy() != predictions.labels)
    if is_other.any():
        raise DataError(
            f"{folder} is not what the run was tested on: {is_other.sum():,} of {len(is_other):,} pictures are not in "
            "it, or have another class"
        )
    return people_in(labels)


def people_in(labels: pd.DataFrame) -> People:
    """Who is on the pictures of a label table, or of some of its rows."""
    if labels["subject"].isna().any():
        return People()
    attributes = {name.removeprefix(SUBJECT): labels[name] for name in labels if str(name).startswith(SUBJECT)}
    return People(_text(labels["subject"]), {str(name): _text(values) for name, values in attributes.items()})


def _text(column: pd.Series) -> np.ndarray:
    """Python strings, None where missing."""
    return column.astype(object).where(column.notna(), None).to_numpy()
