"""What bfloat16 would bring, measured where it may be worth saying."""

import pytest
import torch

from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.errors import ConfigError
from esr_core.training import precision_gain
from esr_core.training.precision_gain import bfloat16_gain, precision_advice

CPU = torch.device("cpu")


@pytest.fixture
def config():
    return TrainingConfig(data="toy", network=NetworkConfig(branching_level=3), batch_size=20, device="cpu")


@pytest.fixture
def native(monkeypatch):
    """A processor that computes bfloat16, on which steps take as long as a test says."""
    sizes = []

    def pretend(exact, rounded):
        def step_seconds(config, size, device, clock):
            sizes.append(size)
            return exact * size, rounded * size

        monkeypatch.setattr(precision_gain, "computes_bfloat16", lambda device: True)
        monkeypatch.setattr(precision_gain, "_step_seconds", step_seconds)
        return sizes

    return pretend


def test_the_gain_is_said_in_one_sentence(config, native):
    native(0.3, 0.1)
    sentence = (
        "cpu computes bfloat16 natively: precision bfloat16 learns 3.0 times as fast, measured on one core of this"
    )
    assert precision_advice(config) == f"{sentence} machine"


def test_nothing_is_said_where_it_would_not_be_faster(config, native):
    native(0.3, 0.29)
    assert precision_advice(config) is None


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_nothing_is_measured_where_float32_was_not_asked_for(config, native, precision):
    sizes = native(0.3, 0.1)
    assert precision_advice(config.replace(precision=precision)) is None
    assert sizes == []


def test_nothing_is_measured_where_the_processor_has_no_bfloat16(config, native, monkeypatch):
    sizes = native(0.3, 0.1)
    monkeypatch.setattr(precision_gain, "computes_bfloat16", lambda device: False)
    assert precision_advice(config) is None
    assert sizes == []


def test_a_device_that_is_not_there_is_refused(config):
    with pytest.raises(ConfigError, match="'cuda:99' is not on this machine"):
        precision_advice(config.replace(device="cuda:99"))


def test_it_measures_more_pictures_until_a_step_takes_long_enough_or_the_batch_is_whole(config, native):
    sizes = native(0.02, 0.01)
    assert bfloat16_gain(config, CPU) == pytest.approx(2.0)
    assert sizes == [2, 4, 8], "0.24 s"
    sizes.clear()
    native(0.002, 0.001)
    bfloat16_gain(config, CPU)
    assert sizes == [2, 4, 8, 16, 20]


def test_a_measurement_leaves_random_numbers_and_threads_as_they_were(config):
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    assert bfloat16_gain(config.replace(batch_size=2), CPU) > 0
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads


def test_threads_come_back_after_an_exception(config, monkeypatch):
    def fail(*_):
        assert torch.get_num_threads() == 1
        raise MemoryError

    threads = torch.get_num_threads()
    monkeypatch.setattr(precision_gain, "_step_seconds", fail)
    torch.set_num_threads(2)
    try:
        with pytest.raises(MemoryError):
            bfloat16_gain(config, CPU)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)
