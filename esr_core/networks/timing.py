"""How long a network takes for one face: measured, for arithmetic says little about small networks."""

from functools import partial

import torch

from esr_core.config import NetworkConfig
from esr_core.devices import Clock, synchronise, undisturbed
from esr_core.networks.esr import ESR
from esr_core.networks.inference import for_inference
from esr_core.records import FaceTime

WARM_UP, PASSES = 3, 15
LEAST, ENOUGH_S = 5, 0.5  # of a large network fewer passes


def time_for_a_face(config: NetworkConfig, device: torch.device, clock: Clock | None = None) -> FaceTime:
    """Time of the fastest of some forward passes over one face, after some that warm up; a second or two in all.

    On a CPU it is the processor time of one core, elsewhere what a clock on the wall shows.

    The network is run as the dashboard runs those it shows: batch norm folded away, channels last, in float32. Its
    weights are random, for they do not change what it computes. Random states are left alone.

    Args:
        config: of the network.
        device: to run it on.
        clock: seconds from any moment; None takes the one that other work disturbs least.
    """
    with torch.random.fork_rng(devices=[]):
        network = for_inference(ESR.from_config(config), in_place=True).to(device)
        face = torch.rand(1, *config.layout.image_shape).to(device)
    measure = partial(_pass_times, network, face)
    seconds = measure(clock) if clock else undisturbed(device, measure)
    return FaceTime(min(seconds), len(seconds), str(device))


def _pass_times(network: ESR, face: torch.Tensor, clock: Clock) -> list[float]:
    for _ in range(WARM_UP):
        _pass_s(network, face, clock)
    seconds: list[float] = []
    while len(seconds) < LEAST or (len(seconds) < PASSES and sum(seconds) < ENOUGH_S):
        seconds.append(_pass_s(network, face, clock))
    return seconds


def _pass_s(network: ESR, face: torch.Tensor, clock: Clock) -> float:
    synchronise(face.device)
    started = clock()
    with torch.inference_mode():
        network(face)
    synchronise(face.device)
    return clock() - started
