"""The small menu beside a chart, a table or pictures that saves them."""

from collections.abc import Callable, Mapping

import streamlit as st

MIME = {"CSV": "text/csv", "PNG": "image/png"}

# Plotly's own button knows one format alone; the library that Streamlit loads for its charts knows both. Drawings
# that are SVG already are painted by the browser alone.
_save_picture = st.components.v2.component(
    "save_picture",
    html="""<button data-format="png">PNG</button><button data-format="svg">SVG</button>""",
    css="""button {font: inherit; font-size: .875rem; min-height: 2.5rem; padding: .25rem .75rem; cursor: pointer;
        color: var(--st-text-color); background: none;
        border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius)}
        button:hover {color: var(--st-primary-color); border-color: var(--st-primary-color)}
        button:first-of-type {margin-right: 1rem}""",
    js="""const SCALE = 2;
    const saveChart = (key, format, filename) => {
        const chart = document.querySelector(`.st-key-${key} .js-plotly-plot`);
        const {width, height} = chart.getBoundingClientRect();
        const font = {...chart.layout.font, family: "Arial, Helvetica, sans-serif"};  // the page's is not saved
        window.Plotly.downloadImage(
            {data: chart.data, layout: {...chart.layout, font}}, {format, filename, width, height, scale: SCALE});
    };
    const painted = async (svg) => {
        const drawing = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
        const {width, height} = drawing.viewBox.baseVal;
        drawing.setAttribute("width", SCALE * width);
        drawing.setAttribute("height", SCALE * height);
        const picture = new Image();
        picture.src = addressOf(new XMLSerializer().serializeToString(drawing));
        await picture.decode();
        const canvas = Object.assign(document.createElement("canvas"), {width: picture.width, height: picture.height});
        const context = canvas.getContext("2d");
        context.fillStyle = "white";  // its words are black wherever it is saved, whatever the page's theme
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.drawImage(picture, 0, 0);
        return canvas.toDataURL("image/png");
    };
    const addressOf = (svg) => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    const saveDrawing = async (svg, format, file) => {
        const href = format === "png" ? await painted(svg) : addressOf(svg);
        Object.assign(document.createElement("a"), {href, download: `${file}.${format}`}).click();
    };
    export default ({data, parentElement}) => {
        for (const button of parentElement.querySelectorAll("button")) {
            const {format} = button.dataset;
            button.onclick = () => data.chart
                ? saveChart(data.chart, format, data.file) : saveDrawing(data.svg, format, data.file);
        }
    }""",
)


def save_menu(
    name: str,
    files: Mapping[str, Callable[[], str | bytes]],
    chart: str | None = None,
    svg: str | None = None,
) -> None:
    """Draw the menu; each file is made when it is asked for.

    Args:
        name: of the saved files, without ending, unique on its page.
        files: what makes each one's content, by their kinds, which are keys of MIME.
        chart: key of a chart that can be saved as a picture and as a drawing; None if there is none.
        svg: a drawing with a ``viewBox`` that can be saved as both; None if there is none.
    """
    with st.popover("Save", type="tertiary"), st.container(horizontal=True, width="content", gap="small"):
        if chart is not None or svg is not None:
            about = {"svg": svg} if chart is None else {"chart": chart}
            _save_picture(key=f"save-{chart or name}", data={**about, "file": name}, width="content")
        for kind, content in files.items():
            file_name = f"{name}.{kind.lower()}"
            st.download_button(kind, content, file_name, MIME[kind], on_click="ignore", key=f"save-{file_name}")
