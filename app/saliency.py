"""From a run's explanation of a face to tiles a page can draw: pictures as PNG, captions as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch

from app import cached
from app.views.saliency_rows import Tile
from esr_core.explanations import Explanation, SheetRow, SheetStyle, encode_png, explanation_sheet, overlay
from esr_core.metrics import plurality_vote

TILE_PX = 160


@dataclass(frozen=True, slots=True)
class MapChoices:
    """How the user wants to see the maps."""

    class_name: str | None  # None = each branch's own prediction, and the vote for the ensemble
    colour_map: str
    opacity: float  # in [0, 1]
    shared_scale: bool  # one colour range for all branches of a run


def tiles(run_id: str, picture: np.ndarray, choices: MapChoices) -> tuple[list[Tile], Tile | None]:
    """A tile for each branch, and the ensemble's; a single network is none. A class the run lacks is not explained."""
    explanation, names = _explained(run_id, picture)
    chosen = names.index(choices.class_name) if choices.class_name in names else None
    vote = plurality_vote(explanation.logits.numpy())
    explained_class = int(vote.predictions[0]) if chosen is None else chosen
    maps = explanation.maps(chosen)[0].numpy()  # (N, h, w)
    ensemble = explanation.ensemble_maps(explained_class)[0].numpy()
    scale = float(max(maps.max(), ensemble.max())) or None if choices.shared_scale else None
    probabilities = explanation.probabilities[0].numpy()  # (N, C)
    shown = probabilities.argmax(axis=1) if chosen is None else np.full(len(maps), chosen)
    branches = [
        Tile(
            f"branch {n + 1}",
            _png(picture, maps[n], choices, scale),
            names[c],
            f"{probabilities[n, c]:.2f}",
            ", ".join(filter(None, (_otherwise(c, probabilities[n], names), _note(maps[n])))),
        )
        for n, c in enumerate(shown)
    ]
    if len(branches) == 1:
        return branches, None
    is_tie = chosen is None and vote.tied[0]
    note = "tie, decided by mean probability" if is_tie else _note(ensemble)
    count = f"{vote.votes[0, explained_class]} of {len(maps)} votes"
    return branches, Tile("ensemble", _png(picture, ensemble, choices, scale), names[explained_class], count, note)


def sheet_rows(labels: Mapping[str, str], picture: np.ndarray, choices: MapChoices) -> list[SheetRow]:
    """Rows of a sheet to save, of the runs, named by ``labels``, that know the chosen class."""
    rows = []
    for run_id, label in labels.items():
        explanation, names = _explained(run_id, picture)
        if choices.class_name is None or choices.class_name in names:
            rows.append(SheetRow(f"{label} ({run_id})", picture, explanation, names))
    return rows


def sheet_png(rows: Sequence[SheetRow], choices: MapChoices) -> bytes:
    """All maps on one picture."""
    style = SheetStyle(choices.colour_map, choices.opacity)
    return encode_png(explanation_sheet(rows, choices.class_name, style))


def probability_csv(rows: Sequence[SheetRow]) -> str:
    """What each branch makes of the face: columns run, branch, class and probability."""
    table = [
        (row.label, branch, name, float(probability))
        for row in rows
        for branch, probabilities in enumerate(row.explanation.probabilities[0], start=1)
        for name, probability in zip(row.class_names, probabilities, strict=True)
    ]
    return pd.DataFrame(table, columns=["run", "branch", "class", "probability"]).to_csv(index=False)


def _explained(run_id: str, picture: np.ndarray) -> tuple[Explanation, tuple[str, ...]]:
    explained = cached.explanation(run_id, picture)
    logits, evidence = torch.from_numpy(explained.logits)[None], torch.from_numpy(explained.evidence)[None]
    return Explanation(logits, evidence), explained.class_names


def _otherwise(explained_class: int, probabilities: np.ndarray, names: Sequence[str]) -> str:
    """What a branch predicts where it is asked about something else."""
    predicted = int(probabilities.argmax())
    return "" if predicted == explained_class else f"predicts {names[predicted]} {probabilities[predicted]:.2f}"


def _png(picture: np.ndarray, saliency: np.ndarray, choices: MapChoices, scale: float | None) -> bytes:
    return encode_png(overlay(picture, saliency, choices.colour_map, choices.opacity, TILE_PX, scale))


def _note(saliency: np.ndarray) -> str:
    return "" if saliency.any() else "no positive evidence"
