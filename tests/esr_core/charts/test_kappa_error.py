import math

import pandas as pd
import pytest

from esr_core.charts.kappa_error import kappa_error_chart


def axis(pairs: pd.DataFrame) -> tuple[float, float] | None:
    """Ends of the axis of kappa."""
    return kappa_error_chart(pairs, {"esr": "#000000"}, {"esr": "esr"}).figure.layout.xaxis.range


@pytest.mark.parametrize(
    ("kappas", "least_width", "most_width"),
    [((0.8123, 0.8125, math.nan), 0.1, 0.11), ((1.0,), 0.1, 0.11), ((-0.2, 0.4), 0.6, 0.7)],
)
def test_pairs_of_nearly_equal_kappa_are_not_drawn_worlds_apart(kappas, least_width, most_width):
    rows = [("esr", 1, 2 + i, kappa, 30.0) for i, kappa in enumerate(kappas)]
    table = pd.DataFrame(rows, columns=["run", "first", "second", "kappa", "error"])
    low, high = axis(table)
    assert axis(table.assign(kappa=math.nan)) is None  # nothing is defined
    assert least_width <= high - low + 1e-9 <= most_width
    assert low < min(kappas) <= max(each for each in kappas if not math.isnan(each)) < high
