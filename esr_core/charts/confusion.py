"""Which class a run takes for which, as in the paper's Figures 6 and 7."""

import pandas as pd

from esr_core.charts.chart import Chart
from esr_core.charts.heat_map import heat_map
from esr_core.charts.labels import for_chart

SHARES, COUNTS = "share of the class, %", "pictures"


def confusion_chart(table: pd.DataFrame, question: str, unit: str = SHARES) -> Chart:
    """A matrix: rows are labelled classes, columns predicted ones.

    Args:
        table: labelled, predicted, pictures and share, in % of the labelled class, NaN where it has no picture.
        question: above it.
        unit: SHARES or COUNTS.
    """
    classes = list(dict.fromkeys(table["labelled"]))
    column = "share" if unit == SHARES else "pictures"
    cells = table[column].to_numpy(dtype=float).reshape(len(classes), -1)
    totals = table.groupby("labelled", sort=False)["pictures"].sum()
    written = "%{z:.1f}" if unit == SHARES else "%{z:,.0f}"
    figure = heat_map(
        cells,
        [for_chart(f"{row} ({totals[row]:,})", 30) for row in classes],
        [for_chart(row, 14) for row in classes],
        most=100 if unit == SHARES else None,
        written=written,
        trace={
            "customdata": [[[for_chart(row), for_chart(other)] for other in classes] for row in classes],
            "hovertemplate": f"%{{customdata[0]}} taken for %{{customdata[1]}}: {written}<extra></extra>",
            "showscale": False,
        },
    )
    figure.update_xaxes(title="predicted")
    figure.update_yaxes(title="labelled (pictures)")
    for place in (place for place, row in enumerate(classes) if not totals[row]):
        figure.add_annotation(x=(len(classes) - 1) / 2, y=place, text="n/a: no picture of this class", showarrow=False)
    figure.update_layout(height=150 + 34 * len(classes))
    return Chart(question, figure, table, _sentence(table))


def _sentence(table: pd.DataFrame) -> str:
    right = table[table["labelled"] == table["predicted"]].dropna(subset="share").sort_values("share")
    if right.empty:
        return "Confusion matrix without pictures"
    worst, best = right.iloc[0], right.iloc[-1]
    return (
        f"Confusion matrix: recognised best is {best['labelled']}, {best['share']:.1f} %, "
        f"worst {worst['labelled']}, {worst['share']:.1f} %"
    )
