"""Runs as if trained and tested, without training: predictions that are right as often as they are told to be."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from esr_core.config import TrainingConfig
from esr_core.data.prepared import PreparedSet
from esr_core.data.protocols import choose_parts
from esr_core.metrics import Predictions
from esr_core.run_store import RunStore
from esr_core.sweeps import Sweep


def store_simulated(store: RunStore, run_id: str, config: TrainingConfig, skill: float, affect: bool = False) -> str:
    """A finished run on the prepared set that its configuration names.

    Args:
        store: where it is put.
        run_id: its name.
        config: with data, protocol and network.
        skill: share of pictures that a branch gets right, about.
        affect: it has learned valence and arousal as well.
    """
    prepared = PreparedSet.open(Path(config.data))
    parts = choose_parts(prepared.labels, config.protocol, prepared.card.class_names, config.seed)
    ids = prepared.labels["id"].astype(str).to_numpy()
    writer = store.create(config, run_id=run_id)
    writer.start({})
    rows = {"training": np.concatenate(parts.training), "validation": parts.validation, "test": parts.test}
    writer.save_parts({part: ids[indices].tolist() for part, indices in rows.items()})
    rng = np.random.default_rng(abs(hash((config.protocol.fold, config.seed))) % 2**32)
    for part, indices in (("validation", parts.validation), ("test", parts.test)):
        labels = prepared.labels["emotion"].to_numpy(dtype=np.int64, na_value=-1)[indices]
        writer.save_predictions(part, _predictions(ids[indices], labels, config, skill, rng, affect))
    errors = {"valence_rmse": 0.3, "arousal_rmse": 0.4} if affect else {}
    writer.finish({"accuracy": skill, "accuracy_interval": (skill - 0.1, skill + 0.1)} | errors)
    return run_id


def store_sweep(store: RunStore, base: TrainingConfig, skill: float, folds: Sequence[int], **varied) -> list[str]:
    """A finished sweep over folds; at each level the skill rises by 0.02."""
    configs = Sweep(folds=folds, **varied).expand(base)
    return [
        store_simulated(store, run_id, config, skill + 0.02 * config.network.branching_level)
        for run_id, config in configs.items()
    ]


def _predictions(ids, labels, config, skill, rng, affect) -> Predictions:
    names = config.network.class_names
    shape = (len(labels), config.network.num_branches)
    right = rng.random(shape) < skill
    said = np.where(right, labels[:, None], rng.integers(len(names), size=shape))
    logits = rng.normal(0, 0.7, (*shape, len(names)))
    np.put_along_axis(logits, said[:, :, None], rng.uniform(1.5, 4, (*shape, 1)), axis=2)
    if not affect:
        return Predictions(ids, labels, logits, names)
    targets = rng.uniform(-0.8, 0.8, (len(labels), 2))
    return Predictions(ids, labels, logits, names, targets, targets[:, None] + rng.normal(0, 0.3, (*shape, 2)))
