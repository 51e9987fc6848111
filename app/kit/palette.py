"""Colours that stay: a run keeps its own on every page, and so does a class."""

from collections.abc import Sequence
from zlib import crc32

from esr_core.emotions import COLOURS, FACE_REGIONS

OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a900", "#777777")
"""Okabe and Ito's palette, distinguishable with colour-blind eyes; its black and yellow made to read on any ground."""

REGION_COLOURS = dict(zip(FACE_REGIONS, OKABE_ITO, strict=True))
"""One fixed colour per region of a face, the last, grey, for outside."""

UNKNOWN_COLOUR = "#a8a8a8"  # of what has no class


def run_colours(run_ids: list[str]) -> dict[str, str]:
    """A colour for each run, from its name; where two would share one, the later takes the next that is free."""
    colours: dict[str, str] = {}
    for run_id in run_ids:
        first = crc32(run_id.encode()) % len(OKABE_ITO)
        wheel = OKABE_ITO[first:] + OKABE_ITO[:first]
        colours[run_id] = next((colour for colour in wheel if colour not in colours.values()), wheel[0])
    return colours


def class_colours(class_names: Sequence[str]) -> dict[str, str]:
    """A colour for each class: an emotion's own, for others the palette's in turn without those already taken."""
    taken = {COLOURS[name] for name in class_names if name in COLOURS}
    free = [colour for colour in OKABE_ITO if colour not in taken] or list(OKABE_ITO)
    others = [name for name in class_names if name not in COLOURS]
    own = {name: free[position % len(free)] for position, name in enumerate(others)}
    return {name: COLOURS.get(name) or own[name] for name in class_names}
