"""Prepared sets and stored runs whose answers are known by hand."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from esr_core.config import NetworkConfig, StartConfig, TrainingConfig
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet
from esr_core.data.source import Sample, Source
from esr_core.networks import ESR
from esr_core.run_store import RunStore, RunWriter


def noise(sample: Sample) -> np.ndarray:
    """Another picture for each id, the same every time."""
    return np.random.default_rng(list(sample.id.encode())).integers(0, 256, (96, 96, 3), dtype=np.uint8)


def prepare_set(folder: Path, class_names: Sequence[str], samples: Sequence[Sample]) -> PreparedSet:
    """A set of these samples, each a picture of noise."""
    prepare(Source("toy", "Toy", "none", tuple(class_names), samples, noise), folder)
    return PreparedSet.open(folder)


def constant(class_names: Sequence[str], answers: Sequence[str]) -> ESR:
    """A network whose branches answer one class each, whatever they see, by a logit of 2 against 1 of the next one."""
    network = ESR("lab", 5, len(answers), class_names=tuple(class_names))
    with torch.no_grad():
        for branch, answer in zip(network.each_branch(), answers, strict=True):
            index = class_names.index(answer)
            branch.classifier.weight.zero_()
            branch.classifier.bias.zero_()
            branch.classifier.bias[(index + 1) % len(class_names)] = 1.0
            branch.classifier.bias[index] = 2.0
    return network


def start_run(
    store: RunStore, run_id: str, network: ESR, fingerprint: str = "", start: dict[str, Any] | None = None
) -> RunWriter:
    """A run of this network that still goes on.

    Args:
        store: where it is put.
        run_id: its name.
        network: its weights.
        fingerprint: of the set it was trained on.
        start: what it started from, as ``StartConfig`` takes it.
    """
    config = NetworkConfig(
        branching_level=5, num_branches=len(network.branches), class_names=network.config.class_names
    )
    origin = StartConfig(**start) if start else None
    writer = store.create(TrainingConfig(data="elsewhere", network=config, start=origin), run_id=run_id)
    writer.start({"data_fingerprint": fingerprint})
    writer.save_network(network)
    return writer


def store_run(store: RunStore, run_id: str, network: ESR) -> str:
    """A finished run of this network, trained on pictures that are gone."""
    start_run(store, run_id, network).finish({"accuracy": 0.5})
    return run_id
