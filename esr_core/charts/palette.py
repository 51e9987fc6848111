"""Colours: of runs, so that those drawn together are told apart, of classes, and of regions of the face."""

from collections import Counter
from collections.abc import Mapping, Sequence
from zlib import crc32

from esr_core.emotions import COLOURS, FACE_REGIONS

BLUE, ORANGE, GREEN, PINK = "#0072b2", "#e69f00", "#009e73", "#cc79a7"
SKY_BLUE, VERMILION, BROWN, GREY = "#56b4e9", "#d55e00", "#8c564b", "#6e6e6e"
OKABE_ITO = (BLUE, ORANGE, GREEN, PINK, SKY_BLUE, VERMILION, BROWN, GREY)
"""Okabe and Ito's palette, distinguishable with colour-blind eyes; brown and grey, which read on any ground, are in
place of its yellow and black."""

FURTHER = ("#b8a900", "#9467bd")  # of classes beyond those eight; some eyes take them for orange and blue

REGION_COLOURS = dict(zip(FACE_REGIONS, OKABE_ITO, strict=True))
"""One fixed colour per region of a face, the last, grey, for outside."""

UNKNOWN_COLOUR = "#a8a8a8"  # of what has no class
MUTED = "#888888"  # of what others are compared with; readable on light and dark ground
PALE_BLUE, PALE_GREY = "#8cc8ee", "#dcdcdc"  # grounds for black text
BLACK, WHITE = "#000000", "#ffffff"


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0-255, of a colour of this palette."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def assign_colours(run_ids: Sequence[str], assigned: Mapping[str, str]) -> dict[str, str]:
    """A colour for each run: its own from before, else the first after that of its name which fewest others have.

    As long as there are enough colours no two runs share one; where two did, the first keeps it.

    Args:
        run_ids: in their order.
        assigned: colours by run from before, also of runs that are not among these.
    """
    are_enough = len(run_ids) <= len(OKABE_ITO)
    colours: dict[str, str] = {}
    for run_id in run_ids:
        own = assigned.get(run_id)
        if own and not (are_enough and own in colours.values()):
            colours[run_id] = own
    uses = Counter(colours.values())
    for run_id in run_ids:
        if run_id not in colours:
            first = crc32(run_id.encode()) % len(OKABE_ITO)
            colours[run_id] = min(OKABE_ITO[first:] + OKABE_ITO[:first], key=lambda colour: uses[colour])
            uses[colours[run_id]] += 1
    return colours


def class_colours(class_names: Sequence[str]) -> dict[str, str]:
    """A colour for each class: an emotion's own, for others the palette's in turn without those already taken."""
    taken = {COLOURS[name] for name in class_names if name in COLOURS}
    free = [colour for colour in (*OKABE_ITO, *FURTHER) if colour not in taken]
    others = [name for name in class_names if name not in COLOURS]
    own = {name: free[position % len(free)] for position, name in enumerate(others)}
    return {name: COLOURS.get(name) or own[name] for name in class_names}


def class_scale(class_names: Sequence[str]) -> list[tuple[float, str]]:
    """A colour scale of steps, in which class index k, on an axis from -0.5 to C - 0.5, has the class's colour."""
    return in_steps(list(class_colours(class_names).values()))


def in_steps(colours: Sequence[str]) -> list[tuple[float, str]]:
    """A scale that gives each whole number from 0, on an axis from -0.5 to one half above the last, its own colour."""
    edges = [position / len(colours) for position in range(len(colours) + 1)]
    return [(edge, colour) for n, colour in enumerate(colours) for edge in edges[n : n + 2]]
