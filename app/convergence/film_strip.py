"""How a branch comes to look where it looks: maps of a probe face, a row for each run and a column for each moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.answers import ProbeFaces, ProbeMoment
from esr_core.explanations.probe_tile import probe_tile
from esr_core.explanations.tiles import Tile
from esr_core.records import EpochRecord, RunInfo

MOST_MOMENTS = 6  # that fit beside the sidebar of a laptop

Moment = tuple[int, int]
"""Branch being trained (0 = all together), and epochs done of it."""


@dataclass(frozen=True, slots=True)
class ProbeFace:
    """One of a run's probe faces."""

    position: int  # among the run's
    picture: np.ndarray | None  # uint8 RGB (96, 96, 3)


def in_order(runs: Sequence[RunInfo]) -> list[RunInfo]:
    """Ensembles that share layers above those that share none, single networks last."""

    def place(run: RunInfo) -> int:
        network = run.config.network if run.config else None
        return 2 if network is None or network.num_branches == 1 else int(network.branching_level == 0)

    return sorted(runs, key=place)


def moments(histories: Mapping[str, Sequence[EpochRecord]], branch: int) -> dict[str, list[Moment | None]]:
    """The moments at which each run is shown while a branch is trained, in columns that are common to all runs.

    A column stands for an epoch: there are up to MOST_MOMENTS, evenly spaced over all that are recorded. In each a run
    shows its latest point, None where that stands in the column before, as behind the end of a short training.

    Args:
        histories: validation points by run.
        branch: counted from 1.
    """
    points = {
        run: sorted({(record.branch, record.epoch) for record in history if record.branch in (0, branch)})
        for run, history in histories.items()
    }
    epochs = sorted({epoch for moments in points.values() for _, epoch in moments})
    if not epochs:
        return {run: [] for run in histories}
    places = np.linspace(0, len(epochs) - 1, min(MOST_MOMENTS, len(epochs))).round().astype(int)
    shown = [epochs[place] for place in places]
    return {run: _latest(of_run, shown) for run, of_run in points.items()}


def _latest(points: Sequence[Moment], epochs: Sequence[int]) -> list[Moment | None]:
    """A run's latest point at or before each of these epochs, every point once."""
    latest = [max((point for point in points if point[1] <= epoch), default=None) for epoch in epochs]
    return [point if point not in latest[:place] else None for place, point in enumerate(latest)]


def face_titles(faces: Mapping[str, ProbeFaces]) -> dict[str, str]:
    """What to call each probe face of any run, by its id: its class, and its id."""
    known = {
        sample: label or "no class known"
        for of_run in faces.values()
        for sample, label in zip(of_run.ids, of_run.labels, strict=True)
    }
    return {sample: f"{label} · {sample}" for sample, label in known.items()}


def strip(
    shown: Sequence[ProbeMoment | None], face: ProbeFace, branch: int, class_names: Sequence[str]
) -> list[Tile | None]:
    """A tile for each moment at which the branch, counted from 1, is there: the map of the class that it names."""
    return [
        None if moment is None or moment.logits.shape[1] < branch else _tile(moment, face, branch - 1, class_names)
        for moment in shown
    ]


def _tile(moment: ProbeMoment, face: ProbeFace, branch: int, class_names: Sequence[str]) -> Tile:
    place = face.position, branch
    name = f"epoch {moment.epoch}"
    return probe_tile(face.picture, moment.logits[place], moment.evidence[place], class_names, name)
