"""How alike branches look and decide: three matrices side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from esr_core.charts.chart import Chart
from esr_core.charts.ink import are_light, in_contrasting_ink
from esr_core.explanations import FaceMaps, compare_branches


@dataclass(frozen=True, slots=True)
class PairScale:
    """How a pairwise measure is coloured."""

    lowest: float
    colours: str


SCALES: Mapping[str, PairScale] = {
    "rank correlation of the maps": PairScale(-1, "RdBu_r"),
    "overlap of their strongest 20 %": PairScale(0, "cividis"),
    "same prediction": PairScale(0, "cividis"),
}


def matrices_of(maps: FaceMaps) -> dict[str, np.ndarray]:
    """Each measure between the branches that a face's maps are of, (N, N)."""
    found = compare_branches(maps.branches[None], maps.logits.argmax(axis=1)[None])
    matrices = (found.rank_correlation[0], found.top_overlap[0], found.same_prediction[0].astype(float))
    return dict(zip(SCALES, matrices, strict=True))


def agreement_chart(question: str, matrices: Mapping[str, np.ndarray]) -> Chart:
    """Each measure as a matrix of branches; what a branch is to itself is left out.

    Args:
        question: above the chart.
        matrices: symmetric (N, N) by measure, a key of SCALES; NaN where not defined.
    """
    figure = make_subplots(1, len(matrices), subplot_titles=list(matrices), horizontal_spacing=0.08)
    figure.update_annotations(font_size=14)
    num_branches = len(next(iter(matrices.values())))
    for column, (measure, values) in enumerate(matrices.items(), start=1):
        for trace in _traces(values, SCALES[measure]):
            figure.add_trace(trace, 1, column)
    figure.update_xaxes(title_text="branch", dtick=1, showgrid=False, zeroline=False)
    figure.update_yaxes(dtick=1, autorange="reversed", showgrid=False, zeroline=False)
    figure.update_yaxes(title_text="branch", col=1)
    figure.update_layout(height=190 + 24 * num_branches, margin={"t": 30}, showlegend=False)
    first, second = np.triu_indices(num_branches, k=1)
    table = pd.DataFrame({"first": first + 1, "second": second + 1})
    for measure, values in matrices.items():
        table[measure] = values[first, second]
    alt = "; ".join(f"{measure} {_in_words(table[measure].mean())} on average" for measure in matrices)
    return Chart(question, figure, table, alt)


def _traces(values: np.ndarray, scale: PairScale) -> list[go.Heatmap | go.Scatter]:
    """The cells with their numbers, and "n/a" where there is none."""
    numbers = np.arange(1, len(values) + 1)
    others = np.where(np.eye(len(values), dtype=bool), np.nan, values)
    cells = go.Heatmap(
        z=others, x=numbers, y=numbers, zmin=scale.lowest, zmax=1, colorscale=scale.colours, showscale=False,
        texttemplate="%{z:.2f}", xgap=1, ygap=1, hoverongaps=False,
        hovertemplate="branches %{y} and %{x}: %{z:.3f}<extra></extra>",
    )  # fmt: skip
    rows, columns = np.nonzero(np.isnan(others) & ~np.eye(len(values), dtype=bool))
    gaps = go.Scatter(x=numbers[columns], y=numbers[rows], mode="text", text="n/a", hoverinfo="skip")
    return [*in_contrasting_ink(cells, are_light(others, scale.colours, scale.lowest, 1)), gaps]


def _in_words(value: float) -> str:
    return "n/a" if np.isnan(value) else f"{value:.2f}"
