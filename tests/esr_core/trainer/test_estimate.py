"""Estimates from the arithmetic of a training and the speed of those before it."""

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from esr_core.config import NetworkConfig, ProtocolConfig, StartConfig, TrainingConfig
from esr_core.networks import ESR
from esr_core.networks.cost import multiply_adds
from esr_core.records import EpochRecord
from esr_core.run_store import RunStore
from esr_core.trainer.estimate import (
    pictures_per_branch,
    sweep_multiply_adds,
    training_multiply_adds,
    training_speed,
)


@pytest.mark.parametrize("architecture", ["lab", "wild"])
def test_multiply_adds_are_those_that_torch_counts(architecture):
    network = ESR(architecture, branching_level=0, num_branches=1)
    with torch.device("meta"):
        images = torch.zeros(1, network.layout.input_channels, 96, 96)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network.to("meta")(images)
    counts: Counter = counter.get_flop_counts()["Global"]
    convolutions = sum(flops for name, flops in counts.items() if "convolution" in str(name))
    assert sum(multiply_adds(architecture)) == convolutions / 2


def config(level: int = 3, strategy: str = "varied", branches: int = 2) -> TrainingConfig:
    network = NetworkConfig(branching_level=level, num_branches=branches)
    return TrainingConfig(
        data="toy", network=network, strategy=strategy, epochs_first_branch=2, epochs_later_branch=1, device="cpu"
    )


def test_arithmetic_of_a_training_by_hand():
    blocks = multiply_adds("lab")
    shared, branch = sum(blocks[:3]), sum(blocks[3:])
    first = 2 * 10 * (3 * shared + 3 * branch)
    assert training_multiply_adds(config(strategy="varied"), [10, 20]) == first + 20 * (3 * shared + 2 * 3 * branch)
    assert training_multiply_adds(config(strategy="frozen"), [10, 20]) == first + 20 * (shared + 3 * branch)
    single = config(level=0)
    assert training_multiply_adds(single, [10, 20]) == (2 * 10 + 20) * 3 * sum(blocks)


def test_sweep_trains_equal_first_branches_once():
    first = 2 * 10 * 3 * sum(multiply_adds("lab"))  # at every level
    alike = [config(level=1), config(level=0), config(strategy="frozen")]
    apart = sum(training_multiply_adds(each, [10, 20]) for each in alike)
    assert sweep_multiply_adds(alike, [[10, 20]] * 3) == apart - 2 * first
    different = [config(), config().replace(seed=1), config(strategy="interleaved")]
    assert sweep_multiply_adds(different, [[10, 20]] * 3) == sum(
        training_multiply_adds(each, [10, 20]) for each in different
    )


def test_an_estimated_time_is_the_time_of_an_equal_run_and_there_is_none_without_one(tmp_path):
    store = RunStore(tmp_path)
    assert training_speed(store, store.list(), "cpu") is None
    writer = store.create(config(), run_id="before")
    writer.start({})
    writer.save_parts({"training of branch 1": ["a"] * 10, "training of branch 2": ["a"] * 10})
    writer.append(EpochRecord(2, 1, (None,), (1.0,), (1.0,), 1.0, 1.0, 0.1, 30, seconds=60.0))
    writer.save_network(ESR.from_config(config().network))
    writer.finish({})
    speed = training_speed(store, store.list(), "cpu")
    assert training_multiply_adds(config(), [10, 10]) / speed == pytest.approx(60.0)
    assert training_multiply_adds(config(), [20, 20]) / speed == pytest.approx(120.0)
    assert training_speed(store, store.list(), "cuda:1") is None


@pytest.fixture
def twenty_people() -> SimpleNamespace:
    """A set of two pictures of each person, one of them rated in valence and arousal."""
    people = [f"{number:02}" for number in range(20) for _ in "ab"]
    ratings = np.tile([0.5, np.nan], 20)
    labels = pd.DataFrame({"subject": people, "split": pd.NA, "emotion": np.tile([0, 1], 20)})
    return SimpleNamespace(labels=labels.assign(valence=ratings, arousal=ratings), card=SimpleNamespace(class_names=()))


def test_pictures_per_branch_are_those_that_a_training_shows_each(twenty_people):
    """Four folds of two people: branches leave one out, those that take turns see all, affect needs ratings."""
    folds = config().replace(protocol=ProtocolConfig(kind="subject-folds"))
    assert pictures_per_branch(folds, twenty_people) == (12, 12)
    assert pictures_per_branch(folds.replace(strategy="interleaved"), twenty_people) == (16, 16)
    start = StartConfig(run_id="parent", sha256="0" * 64, num_branches=2)
    affect = folds.replace(network=folds.network.replace(affect_head=True), task="affect", start=start)
    assert pictures_per_branch(affect, twenty_people) == (6, 6)
