"""Runs that would have the same colour."""

from itertools import count, islice
from zlib import crc32

from esr_core.charts.palette import OKABE_ITO


def runs_of_one_colour(number: int) -> list[str]:
    """Ids of runs each of which would have the palette's first colour if it were the only one."""
    ids = (f"run{position}" for position in count())
    return list(islice((run_id for run_id in ids if crc32(run_id.encode()) % len(OKABE_ITO) == 0), number))
