"""Ensembles that were never trained and yet said something: known classes of six drawn faces."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.data.builtin import sample_face
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet
from esr_core.data.source import Sample, Source
from esr_core.metrics import Predictions
from esr_core.networks import ESR
from esr_core.records import EpochRecord
from esr_core.run_store import RunStore

NAMES = ("fear", "anger", "joy")
LABELS = (0, 1, 2, 0, 1, 2)
CLASSES = ((0, 0, 0), (1, 1, 1), (2, 2, 2), (0, 0, 1), (1, 1, 0), (2, 0, 1))  # what three branches say of six faces
VOTES = ((10, 0, 0), (9, 1, 0), (7, 3, 0), (6, 4, 0), (5, 4, 1), (4, 3, 3))  # annotators agree less and less


def prepare_faces(root: Path, name: str, has_votes: bool) -> PreparedSet:
    """A prepared set below ``root``: six drawn faces of three classes."""
    votes = [dict(zip(NAMES, row, strict=True)) if has_votes else {} for row in VOTES]
    samples = [Sample(f"f{n}", f"f{n}.png", NAMES[label], votes=votes[n]) for n, label in enumerate(LABELS)]
    source = Source(name, "Own", "none", NAMES, samples, lambda sample: sample_face(int(sample.id[1:]))[:288:3, :288:3])
    prepare(source, root / name)
    return PreparedSet.open(root / name)


def said(classes: Sequence[Sequence[int]], labels: Sequence[int] = LABELS) -> Predictions:
    """Branches that name these classes (B, N), each as sure as the other."""
    logits = 2.0 * np.eye(3, dtype=np.float32)[np.array(classes, dtype=int).reshape(len(labels), -1)]
    return Predictions(np.array([f"f{n}" for n in range(len(labels))]), np.array(labels, dtype=int), logits, NAMES)


def store_ensemble(
    store: RunStore, faces: PreparedSet, run_id: str, predictions: Predictions | None = None, **about: Any
) -> str:
    """A finished run on these faces that said this of its validation and test parts."""
    predictions = said(CLASSES) if predictions is None else predictions
    num_branches = predictions.logits.shape[1]
    network = NetworkConfig(branching_level=about.get("level", 3), num_branches=num_branches, class_names=NAMES)
    writer = store.create(TrainingConfig(data=str(faces.folder), network=network), run_id=run_id)
    writer.start({"data_fingerprint": about.get("fingerprint", faces.card.fingerprint)})
    values = (0.5,) * num_branches
    for epoch, disagreement in enumerate(about.get("disagreements", (0.1, 0.4))):
        record = EpochRecord(num_branches, epoch, values, values, values, 0.5, 0.5, 0.1, 0, 0.0)
        found = None if disagreement is None else {"label_disagreement": disagreement, "q_statistic": None}
        writer.append(replace(record, diversity=found))
    torch.manual_seed(0)
    net = ESR.from_config(network)
    if about.get("has_evidence"):  # for every class, everywhere
        for branch in net.each_branch():
            torch.nn.init.uniform_(branch.classifier.weight)
    writer.save_network(net)
    for part in ("validation", "test"):
        writer.save_predictions(part, predictions)
    if "parts" in about:
        writer.save_parts(about["parts"])
    writer.finish({"accuracy": 0.5})
    return run_id
