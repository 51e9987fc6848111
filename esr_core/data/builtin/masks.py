"""Where in a drawn picture each action unit moves the face, exactly: by drawing it."""

from collections.abc import Iterable

import numpy as np

from esr_core.data.builtin.conditions import difficulty_named
from esr_core.data.builtin.frame import Frame
from esr_core.data.prepared import PreparedSet
from esr_core.emotions import ACTION_UNIT_NAMES
from esr_core.errors import ConfigError, DataError

MOVED = 8  # grey values of 255: about the camera's noise, so what moves a pixel less is not to be seen
SAME = 1.0  # mean difference, in grey values, that rounding on another machine may make


def action_unit_masks(
    prepared: PreparedSet, row: int, action_units: Iterable[int] = ACTION_UNIT_NAMES
) -> dict[int, np.ndarray]:
    """The region that each action unit moves in one picture of a built-in set.

    The picture is drawn again without noise: the same person, pose, light, crop and other action units, once with the
    unit at 0 and once at 1. Pixels that differ by more than ``MOVED`` in any channel are the unit's region. It does not
    depend on how strongly the picture itself shows the unit, nor on whether it does: the labels say that.

    Args:
        prepared: made by ``prepare builtin``.
        row: of the picture in the set.
        action_units: whose regions; all 14 by default.

    Returns:
        Boolean masks (96, 96) by action unit, aligned with ``prepared.images[row]``.

    Raises:
        ConfigError: if there is no such row or unit.
        DataError: if the set was not drawn, or drawn by a version that drew other faces.
    """
    units = tuple(action_units)
    if unknown := [unit for unit in units if unit not in ACTION_UNIT_NAMES]:
        raise ConfigError(f"action_units must be among {', '.join(map(str, ACTION_UNIT_NAMES))}, got {unknown[0]}")
    frame = drawn_frame(prepared, row)
    return {unit: _moved(frame, unit) for unit in units}


def _moved(frame: Frame, unit: int) -> np.ndarray:
    relaxed, full = (frame.without_noise({unit: intensity}).astype(np.int16) for intensity in (0.0, 1.0))
    return np.asarray(np.abs(full - relaxed).max(axis=2) > MOVED)


def drawn_frame(prepared: PreparedSet, row: int) -> Frame:
    """What a picture of a built-in set was drawn from, once it is sure that it was.

    Raises:
        ConfigError: if there is no such row.
        DataError: if the set was not drawn, or drawn by a version that drew other faces.
    """
    card = prepared.card
    if card.name != "builtin":
        raise DataError(f"only built-in faces have exact masks: {prepared.folder} is {card.title}, not drawn")
    if not 0 <= row < card.num_pictures:
        raise ConfigError(f"row must be 0-{card.num_pictures - 1}, got {row}")
    sample_id = prepared.labels["id"].iloc[row]
    frame = Frame.from_id(sample_id, int(card.options["seed"]), difficulty_named(str(card.options["difficulty"])))
    difference = np.abs(frame.picture().astype(np.int16) - prepared.images[row]).mean()
    if difference > SAME:
        raise DataError(
            f"{prepared.folder} was drawn by another version: its {sample_id} differs from this one's by "
            f"{difference:.1f} grey values; prepare the set again"
        )
    return frame
