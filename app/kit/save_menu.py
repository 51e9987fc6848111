"""The small menu beside a chart, a table or pictures that saves them."""

from collections.abc import Callable, Mapping

import streamlit as st

MIME = {"CSV": "text/csv", "PNG": "image/png", "SVG": "image/svg+xml"}

# Plotly's own button knows one format alone; the library that Streamlit loads for its charts knows both.
_save_picture = st.components.v2.component(
    "save_picture",
    html="""<button data-format="png">PNG</button><button data-format="svg">SVG</button>""",
    css="""button {font: inherit; font-size: .875rem; min-height: 2.5rem; padding: .25rem .75rem; cursor: pointer;
        color: var(--st-text-color); background: none;
        border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius)}
        button:hover {color: var(--st-primary-color); border-color: var(--st-primary-color)}
        button:first-of-type {margin-right: 1rem}""",
    js="""export default ({data, parentElement}) => {
        for (const button of parentElement.querySelectorAll("button"))
            button.onclick = () => {
                const chart = document.querySelector(`.st-key-${data.chart} .js-plotly-plot`);
                const {width, height} = chart.getBoundingClientRect();
                const font = {...chart.layout.font, family: "Arial, Helvetica, sans-serif"};  // the page's is not saved
                window.Plotly.downloadImage(
                    {data: chart.data, layout: {...chart.layout, font}},
                    {format: button.dataset.format, filename: data.file, width, height, scale: 2});
            };
    }""",
)


def save_menu(name: str, files: Mapping[str, Callable[[], str | bytes]], chart: str | None = None) -> None:
    """Draw the menu; each file is made when it is asked for.

    Args:
        name: of the saved files, without ending, unique on its page.
        files: what makes each one's content, by their kinds, which are keys of MIME.
        chart: key of a chart that can be saved as a picture and as a drawing; None if there is none.
    """
    with st.popover("Save", type="tertiary"), st.container(horizontal=True, width="content", gap="small"):
        if chart is not None:
            _save_picture(key=f"save-{chart}", data={"chart": chart, "file": name}, width="content")
        for kind, content in files.items():
            file_name = f"{name}.{kind.lower()}"
            st.download_button(kind, content, file_name, MIME[kind], on_click="ignore", key=f"save-{file_name}")
