"""Lengths of time as people say them."""

import pytest

from esr_core.durations import duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (89, "89 s"),
        (90, "2 min"),
        (600, "10 min"),
        (89 * 60, "89 min"),
        (5400, "1.5 h"),
        (360_000, "100.0 h"),
    ],
)
def test_a_length_of_time_has_the_unit_that_suits_it(seconds, text):
    assert duration(seconds) == text
