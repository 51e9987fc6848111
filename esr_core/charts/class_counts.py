"""What a data set holds: pictures per class, by the owners' part where there is one."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.chart import Chart
from esr_core.charts.labels import NO_CLASS, for_chart
from esr_core.charts.palette import UNKNOWN_COLOUR, class_colours

OPACITIES = {"train": 1.0, "validation": 0.65, "test": 0.4}
OTHER_OPACITY = 0.25  # of pictures in no part, beside others that are in one
NO_PART = "no part"


def class_count_chart(counts: pd.DataFrame, class_names: Sequence[str]) -> Chart:
    """Stacked bars in the classes' colours, paler in the parts that do not train; number and share beside each.

    Args:
        counts: class, part and pictures, the class or part empty where there is none.
        class_names: in their order.
    """
    totals = counts.groupby("class", sort=False)["pictures"].sum()
    rows = [row or NO_CLASS for row in totals.index]
    parts = [part or NO_PART for part in dict.fromkeys(counts["part"])]
    figure = go.Figure(_bars(counts, class_colours(class_names) | {"": UNKNOWN_COLOUR}, list(totals.index)))
    for position, total in enumerate(totals):
        text = f"{total:,} · {total / max(totals.sum(), 1):.1%}"
        figure.add_annotation(x=total, y=position, text=text, showarrow=False, xanchor="left", xshift=4)
    figure.update_layout(
        barmode="stack",
        height=90 + 32 * len(rows),
        margin={"r": 100},
        xaxis_title="pictures" if len(parts) < 2 else f"pictures; from full colour to pale: {', '.join(parts)}",
        yaxis={"autorange": "reversed", "tickvals": list(range(len(rows))), "ticktext": list(map(for_chart, rows))},
    )
    most, fewest = (rows[int(place)] for place in (totals.argmax(), totals.argmin()))
    alt = f"Pictures of {len(rows)} classes, from {totals.max():,} of {most} to {totals.min():,} of {fewest}"
    return Chart("How many pictures has each class?", figure, counts, alt)


def _bars(counts: pd.DataFrame, colours: dict[str, str], rows: list[str]) -> list[go.Bar]:
    """A bar for each class and part."""
    parts = counts.groupby("part", sort=False)
    return [
        go.Bar(
            y=[rows.index(row) for row in table["class"]],
            x=table["pictures"],
            orientation="h",
            marker_color=[colours[row] for row in table["class"]],
            opacity=OPACITIES.get(str(part), OTHER_OPACITY) if len(parts) > 1 else 1.0,
            customdata=[for_chart(row or NO_CLASS, 80) for row in table["class"]],
            hovertemplate=f"%{{customdata}}, {part or NO_PART}: %{{x:,}}<extra></extra>",
            showlegend=False,
        )
        for part, table in parts
    ]
