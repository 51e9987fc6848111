"""A data set by hand with planted duplicates: within training, across parts, and twins with different labels."""

import json
from pathlib import Path

import numpy as np

from esr_core.config import NetworkConfig, ProtocolConfig, TrainingConfig
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet
from esr_core.data.source import Sample, Source

CLASSES = ("happiness", "anger")
PLANTED = (  # id, grey value of the picture, class, part
    ("a", 10, "anger", "train"),
    ("b", 20, "happiness", "train"),
    ("c", 10, "anger", "train"),  # a again, within training
    ("d", 30, "happiness", "train"),
    ("e", 20, "anger", "validation"),  # b again, and called otherwise
    ("f", 40, "anger", "validation"),
    ("g", 10, "anger", "test"),  # a for the third time
    ("h", 40, "anger", "test"),  # f again, which is not trained on
    ("i", 30, None, "test"),  # d again, without a class: in no part of a run
    ("j", 50, "happiness", "test"),
)
WARNING = "1 of 3 test pictures and 1 of 2 validation pictures are also learned from: training holds the same pixels"


def planted_source(rows=PLANTED) -> Source:
    """Rows as samples, whose pictures are of one grey each."""
    samples = [Sample(name, str(grey), emotion, split=split) for name, grey, emotion, split in rows]
    return Source("planted", "Planted", "none", CLASSES, samples, _grey)


def planted_set(folder: Path) -> PreparedSet:
    """The set, prepared."""
    prepare(planted_source(), folder)
    return PreparedSet.open(folder)


def as_made_before(prepared: PreparedSet) -> PreparedSet:
    """The set as it was made before duplicates were marked."""
    card = json.loads((prepared.folder / "card.json").read_text(encoding="utf-8"))
    del card["num_duplicates"]
    (prepared.folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    prepared.labels.drop(columns="duplicate_of").to_parquet(prepared.folder / "labels.parquet", index=False)
    return PreparedSet.open(prepared.folder)


def planted_training(folder: Path) -> TrainingConfig:
    """One epoch of a single network on it."""
    return TrainingConfig(
        data=str(folder),
        network=NetworkConfig(num_branches=1, class_names=CLASSES),
        protocol=ProtocolConfig(training_folds=1),
        strategy="fixed",
        epochs_first_branch=1,
        batch_size=2,
        device="cpu",
    )


def _grey(sample: Sample) -> np.ndarray:
    return np.full((96, 96, 3), int(sample.file), dtype=np.uint8)
