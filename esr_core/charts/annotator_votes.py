"""What annotators saw in the pictures of each class."""

import pandas as pd

from esr_core.charts.chart import Chart
from esr_core.charts.heat_map import heat_map
from esr_core.charts.labels import NO_CLASS, for_chart

PREFIX = "votes_"


def vote_chart(votes: pd.DataFrame) -> Chart:
    """The mean share of each choice in each class; a row adds up to 100 %.

    Args:
        votes: class, pictures, agreement and one column per choice, in %; the class empty where there is none.
    """
    columns = [column for column in votes.columns if column.startswith(PREFIX)]
    rows = [row or NO_CLASS for row in votes["class"]]
    figure = heat_map(
        votes[columns].to_numpy(),
        [for_chart(f"{row} ({count:,})", 40) for row, count in zip(rows, votes["pictures"], strict=True)],
        [for_chart(column.removeprefix(PREFIX).replace("_", " ")) for column in columns],
        most=100,
        written="%{z:.0f}",
        trace={
            "hovertemplate": "%{z:.1f} %<extra></extra>",
            "colorbar": {"title": "votes, %", "thickness": 12},
        },
    )
    figure.update_xaxes(title="what annotators chose")
    figure.update_layout(height=110 + 34 * len(rows))
    sentence = _sentence(votes[votes["class"] != ""].sort_values("agreement"))
    return Chart("How far do annotators agree?", figure, votes, sentence, [sentence])


def _sentence(named: pd.DataFrame) -> str:
    """What the chart says; of pictures with a class."""
    if named.empty:
        return "No class won a majority of votes"
    least, most = named.iloc[0], named.iloc[-1]
    return (
        f"They agree most on {most['class']}, where {most['agreement']:.1f} % chose alike on average, "
        f"and least on {least['class']}, {least['agreement']:.1f} %."
    )
