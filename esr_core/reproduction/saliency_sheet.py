"""Figure 5, right: where each branch of an ESR and of a traditional ensemble looks while it learns."""

from collections.abc import Sequence

import numpy as np

from esr_core.explanations.probe_tile import TILE_PX, probe_tile
from esr_core.explanations.tiles import Strip, Tile, draw_strips
from esr_core.records import RunInfo
from esr_core.reproduction.results import Results
from esr_core.reproduction.tables import FIGURE_5_ESR
from esr_core.run_store.artefacts import ProbeMaps

EPOCHS = (0, 1, 50)  # besides the last one
FACES = ("happiness", "fear")
PAPER = Tile(np.full((TILE_PX, TILE_PX, 3), 255, dtype=np.uint8), "")  # in place of what there is not


def saliency_sheet(results: Results) -> np.ndarray | None:
    """Maps of the first trial: a row for each branch and ensemble, a column for each moment and face.

    Returns:
        uint8 RGB (H, W, 3); None while a trial of either has not finished.

    Raises:
        DamagedRunError: if a run's maps or parts cannot be read.
        DataError: if the set does not hold its probe faces.
    """
    if not all(results.is_complete(name) for name in ("te", FIGURE_5_ESR)):
        return None
    runs = {"TE": results.finished("te")[0], "ESR": results.finished(FIGURE_5_ESR)[0]}
    rows = {title: _rows(results, run) for title, run in runs.items()}
    most = max(len(tiles) for of_run in rows.values() for tiles in of_run)
    return draw_strips(
        [
            Strip(f"Branch {branch + 1}, {title}", [*of_run[branch], *[PAPER] * (most - len(of_run[branch]))])
            for branch in range(len(rows["TE"]))
            for title, of_run in rows.items()
        ]
    )


def _rows(results: Results, run: RunInfo) -> list[list[Tile]]:
    """The tiles of each branch while it is trained."""
    maps = results.store.probe_maps(run.run_id)
    num_branches = max(each.branch for each in maps)
    return [_row(results, run, [each for each in maps if each.branch == n + 1], n) for n in range(num_branches)]


def _row(results: Results, run: RunInfo, maps: Sequence[ProbeMaps], branch: int) -> list[Tile]:
    names = results.predictions(run).class_names
    last = max(each.epoch for each in maps)
    moments = [each for each in maps if each.epoch in EPOCHS or each.epoch == last]
    return [
        probe_tile(
            picture,
            moment.logits[position, branch].numpy(),
            moment.evidence[position, branch].float().numpy(),
            names,
            "after training" if moment.epoch == last else f"epoch {moment.epoch}",
            "jet",  # the paper's
        )
        for moment in moments
        for position, picture in results.probe_faces(run, FACES)
    ]
