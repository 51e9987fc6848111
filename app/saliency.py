"""From a run's explanation of a face to tiles a page can draw: pictures as PNG, captions as text."""

from dataclasses import dataclass

import numpy as np
import torch

from app import cached
from app.views.saliency_rows import Tile
from esr_core.explanations import Explanation, encode_png, overlay
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
    explained = cached.explanation(run_id, picture)
    names = explained.class_names
    explanation = Explanation(torch.from_numpy(explained.logits)[None], torch.from_numpy(explained.evidence)[None])
    chosen = names.index(choices.class_name) if choices.class_name in names else None
    vote = plurality_vote(explained.logits[None])
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
            _note(maps[n]),
        )
        for n, c in enumerate(shown)
    ]
    if len(branches) == 1:
        return branches, None
    is_tie = chosen is None and vote.tied[0]
    note = "tie, decided by mean probability" if is_tie else _note(ensemble)
    count = f"{vote.votes[0, explained_class]} of {len(maps)} votes"
    return branches, Tile("ensemble", _png(picture, ensemble, choices, scale), names[explained_class], count, note)


def _png(picture: np.ndarray, saliency: np.ndarray, choices: MapChoices, scale: float | None) -> bytes:
    return encode_png(overlay(picture, saliency, choices.colour_map, choices.opacity, TILE_PX, scale))


def _note(saliency: np.ndarray) -> str:
    return "" if saliency.any() else "no positive evidence"
