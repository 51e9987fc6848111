"""What each branch thinks a face shows: a row per branch, a column per class, the mean below."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from esr_core.charts.chart import Chart
from esr_core.charts.heat_map import heat_map
from esr_core.charts.labels import for_chart

LEAST_PX = 170  # of height, in which names of classes fit that stand upright, for the chart is narrow


def probability_chart(title: str, class_names: Sequence[str], branches: np.ndarray, mean: np.ndarray) -> Chart:
    """Probabilities as a heat map with two decimals.

    Args:
        title: of the run.
        class_names: of the C columns.
        branches: each branch's probabilities (N, C).
        mean: theirs (C,); not drawn for a single network, which it equals.
    """
    values = branches if len(branches) == 1 else np.vstack([branches, mean])
    rows = [f"branch {number}" for number in range(1, len(branches) + 1)] + ["mean"] * (len(branches) > 1)
    figure = heat_map(
        values,
        rows,
        [for_chart(class_name, 16) for class_name in class_names],
        most=1,
        written="%{z:.2f}",
        trace={
            "hovertemplate": "%{z:.3f}<extra></extra>",
            "colorbar": {"title": "probability", "thickness": 12},
        },
    )
    figure.update_layout(height=max(LEAST_PX, 100 + 30 * len(rows)))
    table = pd.DataFrame(values, columns=list(class_names))
    table.insert(0, "row", rows, allow_duplicates=True)  # a class may be called so
    likeliest = class_names[int(mean.argmax())]
    alt = f"{title}: {likeliest} is likeliest, {mean.max():.2f} on average"
    return Chart(title, figure, table, alt)
