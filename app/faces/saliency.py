"""From a run's maps of a face to tiles a page can draw: pictures as PNG, captions as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from app import answers
from app.kit.picture_tiles import Line, PictureTile
from esr_core.emotions import AFFECT
from esr_core.explanations import (
    METHODS,
    SIGNED_COLOURS,
    AttributionSettings,
    Caption,
    FaceMaps,
    SheetRow,
    SheetStyle,
    colour_scale,
    drawn,
    drawn_grid,
    encode_png,
    explanation_sheet,
)
from esr_core.explanations.reading import Quantity
from esr_core.metrics import probabilities
from esr_core.records import Milestone, RunInfo

TILE_PX, SHEET_PX = 160, 192


@dataclass(frozen=True, slots=True)
class MapChoices:
    """How the user wants to see the maps."""

    class_name: str | None  # None = each branch's own prediction, and the vote for the ensemble
    colour_map: str  # of maps without signs
    opacity: float  # in [0, 1]
    shared_scale: bool  # one colour range for all branches of a run
    method: str = "grad_cam"  # a key of METHODS
    quantity: Quantity = "logit"
    block: int | None = None  # convolution block, counted from 1; None = the last
    parameters: Mapping[str, int] = field(default_factory=dict)  # of the method
    signed: bool = False  # show evidence against as well
    grid: bool = False  # below each map also its values as the network computed them
    milestones: Mapping[str, Milestone] = field(default_factory=dict)  # by run; one left out shows its best weights

    def checkpoint(self, run_id: str) -> str:
        """Name of the weights that a run looks with."""
        return self.milestones[run_id].checkpoint if run_id in self.milestones else "best"

    def settings(self, class_names: Sequence[str]) -> AttributionSettings:
        """The question to a network of these classes; about a class it lacks it is asked for its own."""
        is_asked = self.quantity not in AFFECT and self.class_name is not None and self.class_name in class_names
        class_idx = class_names.index(self.class_name) if is_asked else None
        block = self.block if METHODS[self.method].has_blocks else None
        return AttributionSettings(self.method, self.quantity, class_idx, block=block, parameters=self.parameters)

    def style(self, size_px: int) -> SheetStyle:
        """How a map is drawn."""
        colour_map = SIGNED_COLOURS if self.signed else self.colour_map
        return SheetStyle(colour_map, self.opacity, size_px, self.shared_scale, self.grid)


def tiles(run_id: str, picture: np.ndarray, choices: MapChoices) -> tuple[list[PictureTile], PictureTile | None]:
    """A tile for each branch, and the ensemble's; a single network is none. A class the run lacks is not explained."""
    maps, style = face_maps(run_id, picture, choices), choices.style(TILE_PX)
    scale = colour_scale(np.stack(maps.maps), choices.signed) if choices.shared_scale else None
    made = [
        _tile(
            caption,
            drawn(picture, saliency, style, scale),
            drawn_grid(picture, saliency, style, scale) if choices.grid else None,
        )
        for saliency, caption in zip(maps.maps, maps.captions(choices.signed), strict=True)
    ]
    return (made[:-1], made[-1]) if len(made) > 2 else (made[:1], None)


def _tile(caption: Caption, smooth: np.ndarray, grid: np.ndarray | None) -> PictureTile:
    """A map over the face, and below it, where asked for, its values as they were computed."""
    pictures = {f"{caption.name}: {caption.prediction}": encode_png(smooth)}
    if grid is not None:
        pictures[f"{caption.name}: the values as computed"] = encode_png(grid)
    lines = [Line(caption.name, is_faint=True), Line(caption.prediction, caption.number)]
    if caption.note:
        lines.append(Line(caption.note, is_faint=True))
    return PictureTile(pictures, tuple(lines))


def face_maps(run_id: str, picture: np.ndarray, choices: MapChoices) -> FaceMaps:
    """What a run says of a face, and the maps that were chosen."""
    names = answers.class_names(run_id)
    return answers.face_maps(run_id, picture, choices.settings(names), choices.checkpoint(run_id))


def sharing_note(run: RunInfo, choices: MapChoices) -> str:
    """What the maps of a run's branches have in common where they are those of a shared block; else nothing."""
    if run.config is None or run.config.network.num_branches == 1 or not METHODS[choices.method].has_blocks:
        return ""
    last = run.config.network.layout.num_blocks
    block = choices.block or last
    if block > run.config.network.branching_level:
        return ""
    if block == last:
        return "The last convolution is shared at this level, so these maps differ only through linear weights."
    return f"All branches share block {block}: these maps differ only through the gradients that reach it."


def sheet_rows(titles: Mapping[str, str], picture: np.ndarray, choices: MapChoices) -> list[SheetRow]:
    """Rows of a sheet to save: of the runs that know the chosen class, which ``titles`` names."""
    return [
        SheetRow(title, picture, face_maps(run_id, picture, choices))
        for run_id, title in titles.items()
        if choices.class_name is None or choices.class_name in answers.class_names(run_id)
    ]


def sheet_png(rows: Sequence[SheetRow], choices: MapChoices) -> bytes:
    """All maps on one picture."""
    return encode_png(explanation_sheet(rows, choices.style(SHEET_PX)))


def probability_csv(rows: Sequence[SheetRow], label: str = "run") -> str:
    """What each branch makes of a face: columns ``label``, branch, class and probability."""
    table = [
        (row.label, branch, name, float(probability))
        for row in rows
        for branch, shares in enumerate(probabilities(row.maps.logits), start=1)
        for name, probability in zip(row.maps.class_names, shares, strict=True)
    ]
    return pd.DataFrame(table, columns=[label, "branch", "class", "probability"]).to_csv(index=False)
