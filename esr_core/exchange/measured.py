"""What runs measured while they were trained, for tables and for the programs that others follow trainings with."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Self

import numpy as np
import pandas as pd

from esr_core.data.prepared import PreparedSet
from esr_core.emotions import AFFECT
from esr_core.errors import DataError, RunError
from esr_core.explanations import overlay
from esr_core.explanations.probe_tile import GREY
from esr_core.folders import PathLike
from esr_core.records import EpochRecord, RunInfo
from esr_core.run_store import RunStore
from esr_core.run_store.artefacts import ProbeMaps
from esr_core.run_store.data_of_run import card_of_set

PLACE = ("branch", "epoch", "images_seen", "seconds")  # where a validation point stands, not what it measured
PROBE_FACES = "probe faces"  # the tag of their maps
OUR_SUFFIX = ".esr"  # of an event file, so that no other program's in the same folder is taken for one of ours
TILE_PX = 96


def measures(record: EpochRecord) -> dict[str, float]:
    """The known numbers of a validation point by name, as ``ensemble_accuracy`` or ``loss/branch1``."""
    return {
        name: number
        for field, value in record.to_dict().items()
        if field not in PLACE
        for name, number in _numbers(field, value)
        if number is not None
    }


def measured_table(store: RunStore, runs: Sequence[RunInfo]) -> pd.DataFrame:
    """A row for each validation point of runs.

    Returns:
        ``run`` and its ``kind``; ``branch``, ``epoch``, ``images_seen`` and ``seconds``; the names of ``measures``.

    Raises:
        DamagedRunError: if the validation points of a run cannot be read.
    """
    rows = [
        {"run": run.run_id, "kind": run.kind, **{name: getattr(record, name) for name in PLACE}, **measures(record)}
        for run in runs
        for record in store.history(run.run_id)
    ]
    return pd.DataFrame(rows, columns=None if rows else ["run", "kind", *PLACE])


def write_events(store: RunStore, run_id: str, folder: PathLike) -> None:
    """Write a run's validation points, and its probe faces' maps at milestones, as an event file of TensorBoard.

    A step is a training picture, time is that of the training. An image has a row for each probe face and a column for
    each branch, with Grad-CAM for the branch's own answer, over the face where the prepared set is on this machine.

    Args:
        store: where the run is.
        run_id: of a run that has validation points.
        folder: of the event file.

    Raises:
        RunError: if it has none.
        DamagedRunError: if they, or the maps, cannot be read.
    """
    if not store.history(run_id):
        raise RunError(f"run {run_id} must have validation points to be followed, found none")
    with EventFile(store, run_id, folder) as events:
        events.update()


class EventFile:
    """An event file of TensorBoard that grows with a run, as ``write_events`` writes it; closed as a context manager.

    Args:
        store: where the run is.
        run_id: its name.
        folder: of the event file.

    Raises:
        OSError: if it cannot be written.
    """

    def __init__(self, store: RunStore, run_id: str, folder: PathLike) -> None:
        from torch.utils.tensorboard import SummaryWriter  # here, for it needs an extra

        self._store, self._run_id = store, run_id
        self._created = store.info(run_id).created or 0
        self._num_written = 0
        self._writer = SummaryWriter(str(folder), filename_suffix=OUR_SUFFIX)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def update(self) -> None:
        """Write what has been measured since the last time; raises DamagedRunError if it cannot be read."""
        records = self._store.history(self._run_id)[self._num_written :]
        maps = self._maps(records)
        pictures = _probe_pictures(self._store, self._run_id) if maps else []
        for record in records:
            at = (record.images_seen, self._created + record.seconds)
            for name, number in measures(record).items():
                self._writer.add_scalar(name, number, *at)
            if found := maps.get((record.branch, record.epoch)):
                self._writer.add_image(PROBE_FACES, _image(found, pictures), *at, dataformats="HWC")
        self._num_written += len(records)
        self._writer.flush()

    def _maps(self, records: Sequence[EpochRecord]) -> dict[tuple[int, int], ProbeMaps]:
        """Maps of the probe faces at those of the validation points that are milestones."""
        milestones = {(each.branch, each.epoch) for each in self._store.milestones(self._run_id)}
        moments = milestones & {(each.branch, each.epoch) for each in records}
        return {(each.branch, each.epoch): each for each in self._store.probe_maps(self._run_id, moments)}


def _numbers(field: str, value: object) -> Iterator[tuple[str, float | None]]:
    """A field's numbers by their names."""
    if isinstance(value, Mapping):
        yield from ((f"{field}/{name}", number) for name, number in value.items())
    elif isinstance(value, tuple):
        names = AFFECT if field == "affect_rmse" else [f"branch{n}" for n in range(1, len(value) + 1)]
        yield from ((f"{field}/{name}", number) for name, number in zip(names, value, strict=True))
    else:
        yield field, value  # type: ignore[misc]  # what is neither is a number


def _probe_pictures(store: RunStore, run_id: str) -> Sequence[np.ndarray]:
    """The probe faces, uint8 RGB (P, 96, 96, 3); grey ones where their set is absent, or another one now."""
    ids = list(store.parts(run_id).get("probes", ()))
    try:
        folder, _ = card_of_set(store, run_id)
        prepared = PreparedSet.open(folder)
        return prepared.images[prepared.rows_of(ids)]
    except DataError:
        return [GREY] * len(ids)


def _image(maps: ProbeMaps, pictures: Sequence[np.ndarray]) -> np.ndarray:
    """Each probe face under the map of each branch for its own answer, uint8 RGB (P x 96, N x 96, 3)."""
    answers = maps.logits.argmax(dim=2)[:, :, None, None, None]
    shown = maps.evidence.take_along_dim(answers, dim=2).squeeze(2).float().numpy()  # (P, N, h, w)
    rows = [
        np.hstack([overlay(face, each, size_px=TILE_PX) for each in of_face])
        for face, of_face in zip(pictures, shown, strict=True)
    ]
    return np.vstack(rows)
