"""The rows of maps: each run that can look at a face, one under the other."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from app.faces.saliency import MapChoices, probability_csv, sharing_note, sheet_png, sheet_rows, tiles
from app.faces.saliency_rows import saliency_row
from app.kit.plain_text import for_markdown
from app.kit.save_menu import save_menu
from app.shell.time_machine import moment_of, told
from esr_core.emotions import AFFECT
from esr_core.errors import EsrError
from esr_core.records import RunInfo


def draw(
    runs: Sequence[RunInfo],
    crop: np.ndarray,
    choices: MapChoices,
    colours: Mapping[str, str],
    save_box: st.delta_generator.DeltaGenerator,
) -> list[RunInfo]:
    """All rows, and the menu that saves them; the runs that can look."""
    looking = [run for run in runs if _draw_run(run, colours[run.run_id], crop, choices)]
    if rows := sheet_rows({run.run_id: run.title for run in looking}, crop, choices):
        with save_box:
            save_menu("branches", {"PNG": lambda: sheet_png(rows, choices), "CSV": lambda: probability_csv(rows)})
    return looking


def _draw_run(run: RunInfo, colour: str, crop: np.ndarray, choices: MapChoices) -> bool:
    """One row; False, with one sentence, where the run cannot look at the face."""
    if run.config is None or run.parameters is None or run.best is None:
        st.warning(f"{run.run_id} has no trained network to look with: it is {run.status.state}.")
        return False
    try:
        branches, ensemble = tiles(run.run_id, crop, choices)
    except EsrError as error:
        st.error(for_markdown(str(error)))
        return False
    saliency_row(run, colour, branches, ensemble, _remarks(run, choices), sharing_note(run, choices))
    return True


def _remarks(run: RunInfo, choices: MapChoices) -> list[str]:
    """When in training a run looks, where another looks at another time, and what it was not asked."""
    remarks = []
    if choices.milestones:
        shown = choices.milestones.get(run.run_id)
        remarks.append(told(moment_of(shown)) if shown else "kept no milestones: its best weights")
    name = choices.class_name
    if run.config and name and choices.quantity not in AFFECT and name not in run.config.network.class_names:
        remarks.append(f"does not know {name}: each branch's own class")
    return remarks
