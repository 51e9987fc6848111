from itertools import count
from time import sleep

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from esr_core.config import NetworkConfig
from esr_core.networks import ESR
from esr_core.networks.cost import multiply_adds_of_parts
from esr_core.networks.timing import ENOUGH_S, LEAST, PASSES, WARM_UP, time_for_a_face


@pytest.mark.parametrize("level", [0, 3, 5])
def test_multiply_adds_are_those_that_torch_counts_but_for_the_linear_layers(level):
    config = NetworkConfig(branching_level=level, num_branches=2)
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        ESR.from_config(config).eval()(torch.rand(1, *config.layout.image_shape))
    shared, branch = multiply_adds_of_parts(config)
    linear = 2 * config.layout.num_features * len(config.class_names)
    assert shared + 2 * branch + linear == counter.get_total_flops() / 2


def test_a_face_takes_what_the_fastest_pass_after_a_warm_up_does():
    """A clock whose passes last 1 ms while warming up, then 10, 9, 8, ... hundredths of a second."""
    ends = iter([0.001] * WARM_UP + [step / 100 for step in range(10, 0, -1)])
    now, is_start = [0.0], [True]

    def clock() -> float:
        now[0] += 0.0 if is_start[0] else next(ends)
        is_start[0] = not is_start[0]
        return now[0]

    time = time_for_a_face(NetworkConfig(num_branches=1), torch.device("cpu"), clock)
    assert time.seconds == pytest.approx(0.03)  # of 10 to 3 hundredths, after which half a second is over
    assert (time.passes, time.device) == (8, "cpu")


def test_what_other_threads_and_programs_do_is_not_counted(monkeypatch):
    """A pass that waits, as for another thread of Python, and computes on the thread that is measured alone."""
    threads_of_passes = set()

    def forward(self: ESR, images: torch.Tensor) -> torch.Tensor:
        threads_of_passes.add(torch.get_num_threads())
        sleep(0.05)
        return images

    monkeypatch.setattr(ESR, "forward", forward)
    time = time_for_a_face(NetworkConfig(num_branches=1), torch.device("cpu"))
    assert threads_of_passes == {1}
    assert time.seconds < 0.025


def test_a_small_network_is_passed_more_often_than_a_large_one_and_random_states_stay():
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    ticks = count()
    quick = time_for_a_face(NetworkConfig(num_branches=1), torch.device("cpu"), lambda: next(ticks) * 1e-6)
    assert (quick.passes, quick.seconds) == (PASSES, pytest.approx(1e-6))
    slow = time_for_a_face(NetworkConfig(num_branches=1), torch.device("cpu"), lambda: next(ticks) * ENOUGH_S)
    assert slow.passes == LEAST
    assert torch.rand(1) == expected
