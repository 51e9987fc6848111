"""Logits of stored runs on pictures of any prepared set: computed once, then stored beside the runs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from esr_core.data.network_input import to_images
from esr_core.data.prepared import PreparedSet
from esr_core.errors import ConfigError, DamagedRunError, DataError, RunError
from esr_core.evaluation.class_join import join_classes
from esr_core.metrics import Predictions
from esr_core.networks import ESR, for_inference
from esr_core.records import RunInfo
from esr_core.run_store import CrossSetKey, RunStore, read_cross_set, write_cross_set

SET_PARTS = ("test", "validation", "train", "all")
BATCH = 32
Progress = Callable[[int, int], None]  # pictures done, pictures in all


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Pictures of a prepared set that have a class."""

    prepared: PreparedSet
    part: str  # of SET_PARTS
    rows: np.ndarray  # positions in the set (B,)

    @property
    def ids(self) -> np.ndarray:
        """Their names (B,)."""
        return self.prepared.labels["id"].iloc[self.rows].to_numpy(dtype=object)

    @property
    def labels(self) -> np.ndarray:
        """Class indices of the set (B,)."""
        return self.prepared.labels["emotion"].iloc[self.rows].to_numpy(dtype=np.int64)


def labelled_pictures(prepared: PreparedSet, part: str | None = None) -> Pictures:
    """The pictures of a part that have a class.

    Args:
        prepared: any prepared set.
        part: of the owners' split, or ``all`` pictures. None takes their test part; where that has no picture their
            validation part, as the paper does with AffectNet; where there is no split all pictures.

    Raises:
        ConfigError: if ``part`` is none of these.
        DataError: if no picture has a class, or none in this part.
    """
    if part not in (None, *SET_PARTS):
        raise ConfigError(f"part must be one of {', '.join(SET_PARTS)}, got {part!r}")
    labels = prepared.labels[["split", "emotion"]]
    labelled = labels["emotion"].notna()
    if not labelled.any():
        raise DataError(f"{prepared.folder} must have pictures with a class to measure predictions, found none")
    splits = set(labels["split"][labelled].dropna())
    if part is None:
        part = next((name for name in ("test", "validation") if name in splits), "all")
    rows = np.flatnonzero(labelled if part == "all" else labelled & labels["split"].isin([part]))
    if not len(rows):
        parts = ", ".join([*(name for name in SET_PARTS if name in splits), "all"])
        raise DataError(f"{prepared.folder} has no picture with a class in its {part} part, expected one of {parts}")
    return Pictures(prepared, part, rows)


def cross_set_key(run: RunInfo, checkpoint_sha256: str, pictures: Pictures) -> CrossSetKey:
    """Where a run's logits of these pictures are stored.

    Raises:
        RunError: if the run is not over, so that its weights still change, or damaged.
        DataError: if network and set share no class, see ``join_classes``, or the set has no fingerprint.
    """
    card = pictures.prepared.card
    if run.config is None:
        raise DamagedRunError(f"run {run.run_id} is damaged: {run.status.message}")
    if not run.is_over:
        raise RunError(f"run {run.run_id} is {run.status.state}; it can be measured on another set when it has ended")
    join_classes(run.config.network.class_names, card.class_names)  # refuses before anything is computed
    return CrossSetKey(run.run_id, checkpoint_sha256, card.fingerprint, pictures.part)


def stored_logits(store: RunStore, key: CrossSetKey, pictures: Pictures) -> Predictions | None:
    """Logits of these pictures that were computed before; None where there are none."""
    stored = read_cross_set(store.root, key)
    return stored if stored is not None and np.array_equal(stored.ids, pictures.ids) else None


def compute_and_store_logits(
    store: RunStore, key: CrossSetKey, pictures: Pictures, device: torch.device, progress: Progress | None = None
) -> Predictions:
    """Ask a stored run about pictures, and store what it answers.

    Args:
        store: of the run.
        key: of run, weights and pictures.
        pictures: any, of the set that ``key`` names.
        device: to compute on.
        progress: called with the pictures done and their number.

    Returns:
        Logits (B, N, C) of the network's classes; labels are -1, for those of the set are of other classes.

    Raises:
        DamagedRunError: if the checkpoint is missing or altered.
    """
    predictions = compute_logits(store, key.run_id, pictures, device, progress)
    write_cross_set(store.root, key, predictions)
    return predictions


def compute_logits(
    store: RunStore, run_id: str, pictures: Pictures, device: torch.device, progress: Progress | None = None
) -> Predictions:
    """As ``compute_and_store_logits``, and store nothing."""
    network = for_inference(store.load_network(run_id)).to(device)
    logits = _logits(network, pictures, progress or (lambda _done, _total: None))
    no_labels = np.full(len(pictures.rows), -1, dtype=np.int64)
    return Predictions(pictures.ids, no_labels, logits, network.config.class_names)


def _logits(network: ESR, pictures: Pictures, progress: Progress) -> np.ndarray:
    """Logits (B, N, C), float32."""
    device = next(network.parameters()).device
    batches = []
    with torch.inference_mode():
        for start in range(0, len(pictures.rows), BATCH):
            batch = pictures.prepared.images[pictures.rows[start : start + BATCH]]
            batches.append(network(to_images(batch, network.config.architecture).to(device)).float().cpu())
            progress(start + len(batch), len(pictures.rows))
    return torch.cat(batches).numpy()
