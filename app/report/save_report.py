"""The two buttons that save a report, and its figures as they will be printed."""

import hashlib
from collections.abc import Callable, Mapping

import streamlit as st

from app.kit.figure import draw_chart
from app.kit.plain_text import for_markdown
from app.report.archive import report_zip
from app.report.document import Report, report_html
from app.report.drawings import drawings
from esr_core.charts.chart import Chart

WHAT_IS_IN_IT = (
    "A report holds what is shown here with its figures and tables, the face, the settings of each run, versions, "
    "hashes, and the commands that make it again. As HTML it opens in any browser, without this program and without a "
    "network; as ZIP each part is a file."
)


def save_report(name: str, made: Callable[[], Report]) -> None:
    """Draw the buttons that save it as one HTML file and as an archive, and below a box with its figures.

    Args:
        name: of the files, without ending.
        made: makes the report, once it is asked for.
    """
    st.caption(WHAT_IS_IN_IT)
    buttons = st.container(horizontal=True)
    buttons.download_button(
        "Save as HTML", lambda: report_html(made()), f"{name}.html", "text/html", on_click="ignore", key="save-html"
    )
    with st.expander("Figures as they are printed", key="report-figures", on_change="rerun") as box:
        drawn = _draw_figures(made().figures) if box.open else {}
    buttons.download_button(
        "Save as ZIP with SVG and PNG" if drawn else "Save as ZIP",
        lambda: report_zip(made(), drawn),
        f"{name}.zip",
        "application/zip",
        on_click="ignore",
        key="save-zip",
        help=None if drawn else "Open the figures below to have them in it as SVG and PNG, which the browser draws",
    )


def _draw_figures(figures: Mapping[str, Chart]) -> dict[str, bytes]:
    """The figures on the page, and as SVG and PNG by names of files once the browser has drawn them."""
    for title, figure in figures.items():
        st.subheader(for_markdown(figure.question))
        draw_chart(figure.printed(), f"report-{title}", figure.alt)
    return drawings(figures, _token(figures)) if figures else {}


def _token(figures: Mapping[str, Chart]) -> str:
    """Another one for other figures."""
    texts = (f"{name} {figure.figure.to_json()}" for name, figure in figures.items())
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
