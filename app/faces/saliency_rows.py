"""A run's row of maps: one tile per branch, the ensemble's last, numbers under the picture they belong to."""

from collections.abc import Sequence

import streamlit as st

from app.kit.picture_tiles import PictureTile, run_row
from esr_core.records import RunInfo


def saliency_row(
    run: RunInfo,
    colour: str,
    branches: Sequence[PictureTile],
    ensemble: PictureTile | None,
    remarks: Sequence[str],
    note: str = "",
) -> None:
    """Draw one run: its colour, name and size, then its tiles.

    Where there are many branches they scroll inside their frame; the ensemble's tile stays in sight.

    Args:
        run: with a network.
        colour: of the run.
        branches: a tile for each, in their order.
        ensemble: its tile; None for a single network.
        remarks: said beside the run's name, if not empty.
        note: said below the tiles.
    """
    run_row(run.label, colour, _detail(run, len(branches), remarks), branches, "saliency-row", ensemble)
    if note:
        st.caption(note)


def _detail(run: RunInfo, num_trained: int, remarks: Sequence[str]) -> str:
    """What is faint beside a run's name; of a run that has fewer branches than planned, how far it is."""
    size = f"{run.parameters.total:,} parameters" if run.parameters else ""
    if run.config and num_trained < run.config.network.num_branches:
        size = f"{num_trained} of {run.config.network.num_branches} branches so far"
    return " · ".join(filter(None, (size, *remarks, run.run_id)))
