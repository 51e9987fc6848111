"""What a reader has zoomed into stays in view when a chart gets new data.

Plotly's ``uirevision`` is made for that, but Streamlit mounts another chart whenever data change, and that one knows
nothing of the zoom of the one before. So a component beside the chart remembers its axes and gives them to the next.
"""

import streamlit as st

_keep_view = st.components.v2.component(
    "keep_view",
    js="""
    const views = new Map();  // axes that were zoomed or moved, by what is looked at
    const axesOf = (chart) => Object.keys(chart._fullLayout).filter((name) => /^[xy]axis[0-9]*$/.test(name));
    const viewOf = (chart) => Object.fromEntries(axesOf(chart)
        .filter((name) => chart._fullLayout[name].autorange === false)
        .map((name) => [`${name}.range`, [...chart._fullLayout[name].range]]));
    const give = (chart, view) => window.Plotly.relayout(chart, Object.fromEntries(
        Object.entries(view).filter(([name]) => chart._fullLayout[name.split(".")[0]])));

    export default ({data, parentElement}) => {
        let known = null;
        const look = () => {
            const chart = document.querySelector(`.st-key-${data.chart} .js-plotly-plot`);
            if (!chart || chart === known || !chart.on || !chart._fullLayout?._size) return;
            known = chart;
            const view = views.get(data.view);
            if (view && Object.keys(view).length) give(chart, view);
            chart.on("plotly_relayout", () => { if (chart.isConnected) views.set(data.view, viewOf(chart)); });
        };
        const observer = new MutationObserver(look);
        observer.observe(document.querySelector("[data-testid='stMain']"), {childList: true, subtree: true});
        look();
        return () => observer.disconnect();
    };
    """,
)


def keep_view(chart: str, view: str) -> None:
    """Keep the zoom of a chart over changes of its data.

    Args:
        chart: its key.
        view: what is looked at, as Plotly's ``uirevision``: another one begins with the whole.
    """
    _keep_view(key=f"view-{chart}", data={"chart": chart, "view": f"{chart} {view}"}, height=1)
