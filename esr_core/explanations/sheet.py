"""One picture that shows what every branch of one or several ensembles sees in a face."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from esr_core.errors import ExplanationError
from esr_core.explanations.grad_cam import Explanation, has_evidence
from esr_core.explanations.overlay import enlarged, overlay, paint
from esr_core.explanations.tiles import Strip, Tile, draw_legend, draw_strips
from esr_core.metrics import plurality_vote
from esr_core.networks.architectures import IMAGE_SIZE_PX


@dataclass(frozen=True, slots=True, eq=False)
class SheetRow:
    """One ensemble's explanation of one face."""

    label: str  # of the ensemble, for instance ``RunInfo.label``
    picture: np.ndarray  # the face as the network sees it, uint8 RGB (H, W, 3)
    explanation: Explanation  # of this one face: B = 1
    class_names: Sequence[str]


@dataclass(frozen=True, slots=True)
class SheetStyle:
    """How the maps of a sheet are drawn; see ``overlay``."""

    colour_map: str = "cividis"
    opacity: float = 0.5
    size_px: int = 192


def explanation_sheet(
    rows: Sequence[SheetRow], class_name: str | None = None, style: SheetStyle | None = None
) -> np.ndarray:
    """Rows are ensembles; columns are the face, each branch's map over it and, last, the ensemble's.

    Args:
        rows: at least one.
        class_name: class to explain in every row; None explains each branch's own prediction and the ensemble's vote.
        style: colours, opacity and size of the maps.

    Returns:
        uint8 RGB (H, W, 3), as wide and as high as its rows need.

    Raises:
        ExplanationError: if there is no row, a row explains more than one face or does not know the class, or a
            setting of the style is impossible.
    """
    style = style or SheetStyle()
    if not rows:
        raise ExplanationError("rows must hold at least one explanation, got none")
    if style.size_px < IMAGE_SIZE_PX:  # smaller ones leave no room for words under them
        raise ExplanationError(f"size_px must be at least {IMAGE_SIZE_PX} on a sheet, got {style.size_px}")
    strips = draw_strips([row_strip(row, class_name, style) for row in rows])
    bar = paint(np.linspace(0, 1, style.size_px)[None].repeat(10, axis=0), style.colour_map)
    return np.vstack([strips, draw_legend(bar, "no evidence", "most in its map", strips.shape[1])])


def row_strip(row: SheetRow, class_name: str | None, style: SheetStyle) -> Strip:
    """One row of the sheet, its pictures and its words; arguments as for ``explanation_sheet``."""
    class_idx = _class_index(row, class_name)
    face = Tile(enlarged(row.picture, style.size_px), "face")
    subject = "each branch's own prediction" if class_name is None else class_name
    tiles = [face, *_branch_tiles(row, class_idx, style), _ensemble_tile(row, class_idx, style)]
    return Strip(f"{row.label}: evidence for {subject}", tiles)


def _class_index(row: SheetRow, class_name: str | None) -> int | None:
    num_faces, _, num_classes = row.explanation.logits.shape
    if num_faces != 1:
        raise ExplanationError(f"explanation must be of one face, got {num_faces}")
    if len(row.class_names) != num_classes:
        raise ExplanationError(f"class_names must hold {num_classes} names, got {len(row.class_names)}")
    if class_name is None:
        return None
    if class_name not in row.class_names:
        raise ExplanationError(f"class_name must be one of {', '.join(row.class_names)}, got {class_name!r}")
    return row.class_names.index(class_name)


def _branch_tiles(row: SheetRow, class_idx: int | None, style: SheetStyle) -> Iterator[Tile]:
    probabilities = row.explanation.probabilities[0]  # (N, C)
    for branch, saliency in enumerate(row.explanation.maps(class_idx)[0]):
        predicted = int(row.explanation.predictions[0, branch])
        told = [predicted] if class_idx in {None, predicted} else [predicted, class_idx]
        lines = [f"{row.class_names[index]} {probabilities[branch, index]:.2f}" for index in told]
        yield _map_tile(row, saliency, f"branch {branch + 1}", lines, style)


def _ensemble_tile(row: SheetRow, class_idx: int | None, style: SheetStyle) -> Tile:
    vote = plurality_vote(row.explanation.logits.numpy(force=True))
    voted = int(vote.predictions[0])
    lines = [f"vote: {row.class_names[voted]}, {vote.votes[0, voted]} of {row.explanation.logits.shape[1]}"]
    if vote.tied[0]:
        lines.append("a tie, broken by mean probability")
    (saliency,) = row.explanation.ensemble_maps(voted if class_idx is None else class_idx)
    return _map_tile(row, saliency, "ensemble", lines, style)


def _map_tile(row: SheetRow, saliency: Tensor, name: str, lines: list[str], style: SheetStyle) -> Tile:
    image = overlay(row.picture, saliency.numpy(force=True), style.colour_map, style.opacity, style.size_px)
    return Tile(image, name, (*lines, *([] if has_evidence(saliency) else ["no positive evidence"])))
