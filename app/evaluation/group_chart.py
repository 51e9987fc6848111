"""Groups of trials beside each other: mean and deviation, and the p-values of all pairs."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app.kit.figure import draw_figure
from app.kit.interval_chart import interval_chart
from app.kit.p_value import p_text
from app.kit.palette import BLACK, BLUE, PALE_BLUE, PALE_GREY
from app.kit.plain_text import for_chart

ALPHA = 0.05  # as in the paper's Table 2
DIFFERENT, ALIKE = PALE_BLUE, PALE_GREY  # both make black text readable


def spread_chart(spread: pd.DataFrame, measure: str, factor: float, name: str) -> None:
    """Draw mean ± standard deviation of each group.

    Args:
        spread: group, trials, mean, sd, lowest, highest.
        measure: what was measured, with its unit.
        factor: that values are multiplied by for this unit.
        name: of the files it can be saved as.
    """
    scaled = spread.assign(**{column: factor * spread[column] for column in ("mean", "sd", "lowest", "highest")})
    decimals = 1 if factor == 100 else 3
    points = pd.DataFrame({"row": scaled["group"], "run": "", "value": scaled["mean"]})
    points["low"], points["high"] = scaled["mean"] - scaled["sd"], scaled["mean"] + scaled["sd"]
    points["hover"] = [
        f"{row.mean:.{decimals}f} ± {row.sd:.{decimals}f} over {row.trials} trials, from {row.lowest:.{decimals}f} to "
        f"{row.highest:.{decimals}f}"
        for row in scaled.itertuples()
    ]
    figure = interval_chart(points, {"": BLUE}, {"": "mean ± standard deviation"}, measure)
    alt = f"{measure}: mean ± standard deviation of {len(spread)} groups"
    draw_figure("What does each group score?", figure, spread, name, alt)
    columns = {"trials": st.column_config.NumberColumn(format="%d")}
    number = st.column_config.NumberColumn(format=f"%.{decimals}f")
    columns |= dict.fromkeys(("mean", "sd", "lowest", "highest"), number)
    st.dataframe(
        scaled, hide_index=True, width="stretch", placeholder="n/a", column_config=columns, key=f"{name}-table"
    )


def p_value_chart(pairs: pd.DataFrame, groups: Sequence[str], factor: float, name: str) -> None:
    """Draw the p-values above the diagonal, corrected by Holm; marked where they are below 0.05.

    Args:
        pairs: first, second, trials, difference, p and p_holm; NaN where the test is not defined.
        groups: names in their order.
        factor: 100 where differences are told in percentage points, else 1.
        name: of the files it can be saved as.
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
    found = int((pairs["p_holm"] < ALPHA).sum())
    told = f"{found} of {len(pairs)} pairs of groups differ: p < {ALPHA}, corrected by Holm for how many are tested"
    draw_figure("Which groups differ by more than chance?", figure, pairs, name, told)
    st.caption(f"{told}. Point at a pair for its mean difference and its p-value before correction.")


def _marked(p_value: float) -> str:
    text = p_text(p_value).removeprefix("p ").removeprefix("= ")
    return f"{text} ✓" if p_value < ALPHA else text
