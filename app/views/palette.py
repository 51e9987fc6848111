"""Colours that stay: a run keeps its own on every page."""

from zlib import crc32

OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a900", "#777777")
"""Okabe and Ito's palette, distinguishable with colour-blind eyes; its black and yellow made to read on any ground."""


def run_colours(run_ids: list[str]) -> dict[str, str]:
    """A colour for each run, from its name; where two would share one, the later takes the next that is free."""
    colours: dict[str, str] = {}
    for run_id in run_ids:
        first = crc32(run_id.encode()) % len(OKABE_ITO)
        wheel = OKABE_ITO[first:] + OKABE_ITO[:first]
        colours[run_id] = next((colour for colour in wheel if colour not in colours.values()), wheel[0])
    return colours
