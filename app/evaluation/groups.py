"""Groups of trials beside each other: their scores with all numbers, and which differ."""

import streamlit as st

from app.evaluation.group_choice import CAVEATS, GroupChoice
from app.kit.figure import draw_figure
from esr_core.charts.groups import VALUES, decimals_of, in_unit, p_value_chart, spread_chart


def draw_groups(choice: GroupChoice, part: str) -> None:
    """Draw what each group scores, and where there are several the p-values of their differences."""
    name = f"groups-{part}"
    draw_figure(spread_chart(choice.spread, choice.title, choice.factor), name)
    columns = {"trials": st.column_config.NumberColumn(format="%d")}
    columns |= dict.fromkeys(VALUES, st.column_config.NumberColumn(format=f"%.{decimals_of(choice.factor)}f"))
    scaled = in_unit(choice.spread, choice.factor)
    st.dataframe(
        scaled, hide_index=True, width="stretch", placeholder="n/a", column_config=columns, key=f"{name}-table"
    )
    if len(choice.trials) > 1:
        draw_figure(p_value_chart(choice.pairs, list(choice.trials), choice.factor), f"p-values-{part}")
        st.caption(CAVEATS[choice.test])
