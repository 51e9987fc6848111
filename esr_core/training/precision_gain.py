"""What bfloat16 would bring: a few training steps in both precisions, here and now."""

from functools import partial

import numpy as np
import torch

from esr_core.config import NetworkConfig, Precision, TrainingConfig
from esr_core.data.prepared import PICTURE_SHAPE
from esr_core.data.protocols import Parts
from esr_core.devices import Clock, computes_bfloat16, resolve_device, undisturbed
from esr_core.networks import ESR
from esr_core.training.data import TrainingData
from esr_core.training.learner import Learner
from esr_core.training.phases import plan
from esr_core.training.seeding import seeded
from esr_core.training.stage import Stage

PRECISIONS: tuple[Precision, Precision] = ("float32", "bfloat16")
ENOUGH_S = 0.2  # a step in each precision together that takes so long is measured well enough
WORTH_SAYING = 1.1  # times as fast


def precision_advice(config: TrainingConfig) -> str | None:
    """How much faster a training would be in bfloat16, as a sentence without a full stop.

    Measures for a second or two where there may be something to say.

    Returns:
        None where the training is not in float32, its device does not compute bfloat16 natively, or is no faster so.

    Raises:
        ConfigError: if this machine does not have the device.
    """
    device = resolve_device(config.device)
    if config.precision != "float32" or not computes_bfloat16(device):
        return None
    gain = bfloat16_gain(config, device)
    if gain < WORTH_SAYING:
        return None
    where = "one core of this machine" if device.type == "cpu" else "this machine"
    return (
        f"{device} computes bfloat16 natively: precision bfloat16 learns {gain:.1f} times as fast, measured on {where}"
    )


def bfloat16_gain(config: TrainingConfig, device: torch.device) -> float:
    """Seconds of a training step in float32 by those in bfloat16, for the first branch of a training.

    Steps of the training's own network and augmentation on noise are measured with 2 pictures, 4, and so on, up to the
    batch size or until they take long enough. On a CPU one thread computes and its own time counts, so that other
    programs disturb little. Random states are left alone.
    """
    return undisturbed(device, partial(_gain, config, device))


def _gain(config: TrainingConfig, device: torch.device, clock: Clock) -> float:
    size = 2
    while True:
        exact, rounded = _step_seconds(config, size, device, clock)
        if size >= config.batch_size or exact + rounded > ENOUGH_S:
            return exact / rounded
        size = min(2 * size, config.batch_size)


def _step_seconds(config: TrainingConfig, size: int, device: torch.device, clock: Clock) -> tuple[float, float]:
    """Of a step with so many pictures in float32 and in bfloat16; the first of each compiles and is left out."""
    exact, rounded = (_Step(config, precision, size, device) for precision in PRECISIONS)
    exact.seconds(clock), rounded.seconds(clock)
    return exact.seconds(clock), rounded.seconds(clock)


class _Step:
    """A training step that can be taken again and again."""

    def __init__(self, config: TrainingConfig, precision: Precision, size: int, device: torch.device) -> None:
        network = NetworkConfig(architecture=config.network.architecture, num_branches=1)
        alone = TrainingConfig(
            data="", network=network, batch_size=size, precision=precision, augmentation=config.augmentation
        )
        with seeded(0):
            esr = ESR.from_config(network).to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in the stubs
        self.stage = Stage(plan(alone)[0], esr, alone, device)
        self.learner = Learner(alone, esr, _noise(alone, size, device))

    def seconds(self, clock: Clock) -> float:
        """What it takes by a clock."""
        started = clock()
        self.learner.epoch(self.stage)  # waits for the device at its end
        return clock() - started


def _noise(config: TrainingConfig, count: int, device: torch.device) -> TrainingData:
    """Pictures of noise, all of them to learn from: what they show takes no time."""
    pictures = np.random.default_rng(0).integers(0, 256, (count, *PICTURE_SHAPE), dtype=np.uint8)
    indices, none = np.arange(count), np.arange(0)
    labels = indices % len(config.network.class_names)
    return TrainingData(
        pictures, labels, Parts((indices,), none, none), (indices,), config.network.architecture, device
    )
