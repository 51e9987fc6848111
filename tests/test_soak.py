"""The soak says what is wrong: memory that grows, pages that stand still."""

import numpy as np
import pytest

from bench.soak import Sample, faults, growth_mb


def course(
    memory_mb: np.ndarray, refreshes: tuple[int, ...] = (30, 30, 30), changes: tuple[int, ...] = (1, 1, 1)
) -> list[Sample]:
    """A sample a minute, with so many refreshes and changes in each."""
    return [
        Sample(60.0 * n, float(mb), tuple(n * each for each in refreshes), tuple(n * each for each in changes))
        for n, mb in enumerate(memory_mb)
    ]


def test_growth_is_from_the_first_samples_to_the_last_whatever_single_ones_say():
    memory = np.full(61, 300.0)
    memory[[2, 58]] = 900  # in the middle of a drawing
    memory[-6:] += 20
    assert growth_mb(course(memory)) == 20


@pytest.mark.parametrize(("slope", "is_too_much"), [(0.8, False), (1.0, True)])
def test_memory_that_grows_by_the_limit_is_a_fault(slope, is_too_much):
    told = faults(course(300 + slope * np.arange(61)))  # 55 minutes lie between the medians
    assert told == (["memory grew by 55.0 MB, 50 or more"] if is_too_much else [])


def test_a_page_that_does_not_refresh_is_a_fault_although_memory_stays():
    assert faults(course(np.full(61, 300.0), refreshes=(30, 0, 7))) == [
        "page convergence refreshed 0 times, less than 450",
        "page runs refreshed 420 times, less than 450",
    ]


def test_a_monitor_that_never_changes_is_a_fault_although_it_refreshes():
    assert faults(course(np.full(61, 300.0), changes=(1, 0, 1))) == ["the monitor on page convergence never changed"]
