"""What atlases say, as tables: shares of regions, and how alike the branches' maps are."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from esr_core.emotions import FACE_REGIONS
from esr_core.explanations import SIMILARITIES, AtlasMeans

BOUNDS = ("", ", low", ", high")
"""Of columns: a mean, and the bounds of its 95 % interval."""


def map_names(count: int) -> list[str]:
    """Names of an atlas's maps: a single network has one branch, and no ensemble."""
    names = [f"branch {number + 1}" for number in range(count)]
    return names if count == 1 else [*names[:-1], "ensemble"]


def share_table(means: Mapping[str, AtlasMeans]) -> pd.DataFrame:
    """Columns run, map, faces (with positive evidence), region, and share with its bounds, in [0, 1].

    Args:
        means: of each run, by what it is called.
    """
    rows = [
        (run, name, int(each.num_maps[place]), region, *each.shares[place, position])
        for run, each in means.items()
        for place, name in enumerate(map_names(len(each.num_maps)))
        for position, region in enumerate(FACE_REGIONS)
    ]
    return pd.DataFrame(rows, columns=["run", "map", "faces", "region", *(f"share{bound}" for bound in BOUNDS)])


def likeness_table(means: Mapping[str, AtlasMeans], differences: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Columns run and faces, then each of SIMILARITIES with its bounds, and its difference from another run's with its.

    Args:
        means: of runs of several branches, by what they are called.
        differences: as ``similarity_difference`` gives them (2, 3), of those runs that are compared with another.
    """
    rows = []
    for run, each in means.items():
        row: dict[str, object] = {"run": run, "faces": each.num_faces}
        of_run = differences.get(run, np.full((len(SIMILARITIES), 3), np.nan))
        for measure, values, difference in zip(SIMILARITIES, each.similarity, of_run, strict=True):
            row |= {f"{measure}{bound}": value for bound, value in zip(BOUNDS, values, strict=True)}
            row |= {f"{measure}, difference{bound}": value for bound, value in zip(BOUNDS, difference, strict=True)}
        rows.append(row)
    return pd.DataFrame(rows)
