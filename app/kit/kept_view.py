"""What a reader has zoomed into, or hidden by a click on the legend, stays so when a chart gets new data.

Plotly's ``uirevision`` is made for that, but Streamlit mounts another chart whenever data change, and that one knows
nothing of the one before. So a component beside the chart remembers its axes and its hidden lines and gives them to the
next.
"""

import streamlit as st

_keep_view = st.components.v2.component(
    "keep_view",
    js="""
    const views = new Map();  // by what is looked at: axes that were zoomed or moved, legend entries that are hidden
    const axesOf = (chart) => Object.keys(chart._fullLayout).filter((name) => /^[xy]axis[0-9]*$/.test(name));
    const entryOf = (trace) => trace.legendgroup || trace.name;
    const zoomOf = (chart) => Object.fromEntries(axesOf(chart)
        .filter((name) => chart._fullLayout[name].autorange === false)
        .map((name) => [`${name}.range`, [...chart._fullLayout[name].range]]));
    const hiddenOf = (chart) =>
        new Set(chart._fullData.filter((trace) => trace.visible === "legendonly").map(entryOf));
    // What is remembered and not shown, and nothing else: to give what is there already would draw without end
    const give = (chart, {axes, hidden}) => {
        const shown = zoomOf(chart);
        const ranges = Object.entries(axes).filter(([name, range]) =>
            chart._fullLayout[name.split(".")[0]] && String(shown[name]) !== String(range));
        const lines = chart._fullData
            .filter((trace) => hidden.has(entryOf(trace)) && trace.visible !== "legendonly")
            .map((trace) => trace.index);
        const visible = lines.length ? {visible: "legendonly"} : {};
        if (ranges.length || lines.length) window.Plotly.update(chart, visible, Object.fromEntries(ranges), lines);
    };

    export default ({data, parentElement}) => {
        let known = null;
        const look = () => {
            const chart = document.querySelector(`.st-key-${data.chart} .js-plotly-plot`);
            if (!chart || chart === known || !chart.on || !chart._fullLayout?._size) return;
            known = chart;
            const remember = (part) => {
                const before = views.get(data.view) ?? {axes: {}, hidden: new Set()};
                if (chart.isConnected) views.set(data.view, {...before, ...part});
            };
            const giveAgain = () => { if (views.has(data.view)) give(chart, views.get(data.view)); };
            // Each of these says what the reader did. What a drawing does on its own is not asked, for Streamlit may
            // draw a new chart twice, the second time from its data alone: then the view is given again
            chart.on("plotly_relayout", (changes) => {
                if (Object.keys(changes).some((name) => /^[xy]axis[0-9]*[.](auto)?range/.test(name)))
                    remember({axes: zoomOf(chart)});
            });
            chart.on("plotly_restyle", () => remember({hidden: hiddenOf(chart)}));
            chart.on("plotly_react", giveAgain);
            giveAgain();
        };
        const observer = new MutationObserver(look);
        observer.observe(document.querySelector("[data-testid='stMain']"), {childList: true, subtree: true});
        look();
        return () => observer.disconnect();
    };
    """,
)


def keep_view(chart: str, view: str) -> None:
    """Keep the zoom of a chart, and what its legend hides, over changes of its data.

    Args:
        chart: its key.
        view: what is looked at, as Plotly's ``uirevision``: another one begins with the whole.
    """
    _keep_view(key=f"view-{chart}", data={"chart": chart, "view": f"{chart} {view}"}, height=1)
