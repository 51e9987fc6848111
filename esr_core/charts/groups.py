"""Groups of trials beside each other: mean and deviation, and the p-values of all pairs."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.chart import Chart
from esr_core.charts.intervals import interval_figure
from esr_core.charts.labels import for_chart
from esr_core.charts.p_value import p_text
from esr_core.charts.palette import BLACK, BLUE, PALE_BLUE, PALE_GREY

IN_PERCENT = ("accuracy", "F1", "calibration")
VALUES = ("mean", "sd", "lowest", "highest")
ALPHA = 0.05  # as in the paper's Table 2
DIFFERENT, ALIKE = PALE_BLUE, PALE_GREY  # both make black text readable


def factor_of(measure: str) -> float:
    """What values of a measure are multiplied by to be shown: 100 where that is in %."""
    return 100.0 if any(word in measure for word in IN_PERCENT) else 1.0


def title_of(measure: str) -> str:
    """A measure with its unit."""
    return f"{measure}, %" if factor_of(measure) == 100 else measure


def in_unit(spread: pd.DataFrame, factor: float) -> pd.DataFrame:
    """A table of ``spread_table`` with its values multiplied by ``factor``."""
    return spread.assign(**{column: factor * spread[column] for column in VALUES})


def decimals_of(factor: float) -> int:
    """How many decimals values are written with: one of %, else three."""
    return 1 if factor == 100 else 3


def spread_chart(spread: pd.DataFrame, measure: str, factor: float) -> Chart:
    """Mean ± standard deviation of each group.

    Args:
        spread: group, trials, mean, sd, lowest, highest.
        measure: what was measured, with its unit.
        factor: that values are multiplied by for this unit.
    """
    scaled = in_unit(spread, factor)
    decimals = decimals_of(factor)
    points = pd.DataFrame({"row": scaled["group"], "run": "", "value": scaled["mean"]})
    points["low"], points["high"] = scaled["mean"] - scaled["sd"], scaled["mean"] + scaled["sd"]
    points["hover"] = [
        f"{row.mean:.{decimals}f} ± {row.sd:.{decimals}f} over {row.trials} trials, from {row.lowest:.{decimals}f} to "
        f"{row.highest:.{decimals}f}"
        if row.trials > 1
        else f"{row.mean:.{decimals}f} in a single trial"
        for row in scaled.itertuples()
    ]
    figure = interval_figure(points, {"": BLUE}, {"": "mean ± standard deviation"}, measure)
    alt = f"{measure}: mean ± standard deviation of {len(spread)} groups"
    return Chart("What does each group score?", figure, spread, alt)


def p_value_chart(pairs: pd.DataFrame, groups: Sequence[str], factor: float) -> Chart:
    """The p-values above the diagonal, corrected by Holm; marked where they are below 0.05.

    Args:
        pairs: first, second, trials, difference, p and p_holm; NaN where the test is not defined.
        groups: names in their order.
        factor: 100 where differences are told in percentage points, else 1.
    """
    cells, texts = np.full((len(groups), len(groups)), np.nan), np.full((len(groups), len(groups)), "", dtype=object)
    hover = texts.copy()
    for pair in pairs.itertuples():
        place = groups.index(pair.first), groups.index(pair.second)
        cells[place] = 1.0 if pd.isna(pair.p_holm) else pair.p_holm
        texts[place] = _marked(pair.p_holm)
        difference = f"{100 * pair.difference:+.2f} points" if factor == 100 else f"{pair.difference:+.4f}"
        hover[place] = f"{for_chart(pair.second)} minus {for_chart(pair.first)}: {difference}, {p_text(pair.p)}"
    figure = go.Figure(
        go.Heatmap(
            z=cells,
            zmin=0,
            zmax=1,
            colorscale=[[0, DIFFERENT], [ALPHA, DIFFERENT], [ALPHA, ALIKE], [1, ALIKE]],
            text=texts,
            texttemplate="%{text}",
            textfont={"color": BLACK, "size": 14},
            customdata=hover,
            hovertemplate="%{customdata}<extra></extra>",
            hoverongaps=False,
            xgap=2,
            ygap=2,
            showscale=False,
        )
    )
    places, labels = list(range(len(groups))), [for_chart(group, 28) for group in groups]
    figure.update_xaxes(tickvals=places, ticktext=labels, side="top", showgrid=False, range=[0.5, len(groups) - 0.5])
    figure.update_yaxes(tickvals=places, ticktext=labels, showgrid=False, range=[len(groups) - 1.5, -0.5])
    figure.update_layout(height=120 + 44 * (len(groups) - 1))
    num_differing = int((pairs["p_holm"] < ALPHA).sum())
    corrected = "corrected by Holm for how many are tested"
    alt = f"{num_differing} of {len(pairs)} pairs of groups differ: p < {ALPHA}, {corrected}"
    note = f"{alt}. Point at a pair for its mean difference and its p-value before correction."
    return Chart("Which groups differ by more than chance?", figure, pairs, alt, [note])


def _marked(p_value: float) -> str:
    text = p_text(p_value).removeprefix("p ").removeprefix("= ")
    return f"{text} ✓" if p_value < ALPHA else text
