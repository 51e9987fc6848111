"""The memory that a training is reckoned to take, against what PyTorch allocates for one."""

from dataclasses import replace

import numpy as np
import pytest
from torch.profiler import ProfilerActivity, profile

from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.errors import ConfigError
from esr_core.training import TrainingData, fit, new_network, require_memory, training_memory_bytes
from esr_core.training.memory_need import PROCESS_BYTES


def allocated_peak_bytes(config: TrainingConfig, data: TrainingData) -> int:
    """The most that PyTorch's allocator had given out at any moment of a training."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as watched:
        for _ in fit(config, new_network(config), data):
            pass
    events = [event for event in watched.profiler.kineto_results.events() if event.name() == "[memory]"]
    events.sort(key=lambda event: event.start_ns())
    return int(np.cumsum([event.nbytes() for event in events]).max())


@pytest.mark.parametrize(
    ("settings", "strategy", "batch_size", "num_validation"),
    [
        ({"branching_level": 3}, "varied", 12, 2),
        ({"branching_level": 0}, "fixed", 12, 2),
        ({"branching_level": 1}, "fixed", 12, 2),
        ({"branching_level": 1}, "interleaved", 12, 2),
        ({"branching_level": 4}, "frozen", 2, 16),
        ({"branching_level": 4, "architecture": "wild"}, "frozen", 4, 2),
    ],
)
def test_the_reckoned_memory_is_near_what_a_training_allocates(
    tiny_config, tiny_data, settings, strategy, batch_size, num_validation
):
    network = NetworkConfig(num_branches=2, class_names=("dark", "bright"), **settings)
    config = tiny_config.replace(network=network, strategy=strategy, batch_size=batch_size)
    indices = np.arange(24)
    parts = replace(tiny_data.parts, validation=indices[:num_validation])
    pictures = tiny_data.pictures.repeat(3, axis=3)
    branches = (indices[: 2 * batch_size],) * 2  # the second step has momentum, too
    data = replace(tiny_data, pictures=pictures, parts=parts, branches=branches, architecture=network.architecture)
    reckoned = training_memory_bytes(config, num_validation) - PROCESS_BYTES
    assert reckoned / allocated_peak_bytes(config, data) == pytest.approx(1, abs=0.15)


def test_branches_and_pictures_in_a_step_take_memory_and_shared_blocks_spare_it():
    def need(batch_size=256, **settings):
        return training_memory_bytes(
            TrainingConfig(data="", batch_size=batch_size, network=NetworkConfig(**settings)), 9
        )

    assert need(num_branches=8) > need(num_branches=4) > need(num_branches=1)
    assert need(batch_size=512) > need(batch_size=256)
    assert need(branching_level=4) < need(branching_level=3) < need(branching_level=1)
    assert need(num_branches=32, architecture="wild") > need(num_branches=32, architecture="lab")


def test_a_training_that_does_not_fit_is_refused_and_a_batch_is_no_larger_than_the_set(monkeypatch):
    monkeypatch.setattr("esr_core.training.memory_need.memory_for_a_training", lambda _device: 8_000_000_000)
    config = TrainingConfig(data="x", batch_size=10**12, device="cpu")
    require_memory(config, 100)
    with pytest.raises(ConfigError, match=r"batch_size 1000000000000 or num_branches 4 must be less: .* has 8.0 GB"):
        require_memory(config, 30_000)
