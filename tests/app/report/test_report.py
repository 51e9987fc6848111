"""A report holds what it was given, in files of their own, and asks for nothing outside itself."""

import io
import re
from zipfile import ZipFile

import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.offline import get_plotlyjs

from app.report.archive import report_zip
from app.report.document import MOST_ROWS, POLICY, Report, report_html
from app.report.drawings import content_of
from esr_core.charts.chart import Chart

FIGURE = Chart("How good <is> it?", go.Figure(go.Bar(x=["a"], y=[0.25])), pd.DataFrame(), "one bar")
TABLE = pd.DataFrame({"run": ["<b>a</b>", "b_1"], "accuracy": [0.123456, float("nan")]})
REPORT = Report(
    "Which <run>?",
    ["Two runs & a face."],
    "<p>the rows</p>",
    ".rows {color: #123}",
    {"bars": FIGURE},
    {"scores": ("Which scores?", TABLE)},
    {"face": ("The face", b"\x89PNG")},
    {"commands.sh": "esr runs a\n"},
)


def members(archive: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(archive)) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_the_html_file_has_all_parts_and_plotly_once():
    html = report_html(REPORT)
    for part in ("<h1>Which &lt;run&gt;?</h1>", "Two runs &amp; a face.", "<p>the rows</p>", "How good &lt;is&gt; it?"):
        assert part in html
    assert "&lt;b&gt;a&lt;/b&gt;" in html
    assert "<td>0.1235</td>" in html
    assert "<td>n/a</td>" in html
    assert "data:image/png;base64,iVBORw==" in html
    assert html.count(get_plotlyjs()) == 1
    assert POLICY in html
    assert not re.search(r'(?:src|href)="(?!data:)', html.replace(get_plotlyjs(), ""))


def test_without_figures_the_html_file_is_small_and_long_tables_are_not_in_it():
    long = pd.DataFrame({"n": range(MOST_ROWS + 1)})
    html = report_html(Report("Nothing drawn", [], "", "", tables={"n": ("Which numbers?", long)}))
    assert len(html) < 5000
    assert "201 rows, which the archive has as CSV and LaTeX" in html


@pytest.mark.parametrize("drawings", [{}, {"bars.svg": b"<svg/>"}], ids=["not drawn", "drawn"])
def test_the_archive_has_each_part_as_a_file(drawings):
    archive = report_zip(REPORT, drawings)
    assert archive == report_zip(REPORT, drawings)
    files = members(archive)
    assert files["report.html"].decode() == report_html(REPORT)
    assert files["tables/scores.csv"].decode() == TABLE.to_csv(index=False)
    assert rb"b\_1 & n/a \\" in files["tables/scores.tex"]
    assert files["figures/face.png"] == b"\x89PNG"
    assert files["commands.sh"] == b"esr runs a\n"
    assert ("figures/bars.svg" in files) == bool(drawings)
    assert ("figures/README.txt" in files) != bool(drawings)


def test_what_a_browser_draws_is_read_in_either_form():
    assert content_of("data:image/svg+xml,%3Csvg%20id%3D%22%C3%A9%22%2F%3E") == '<svg id="é"/>'.encode()
    assert content_of("data:image/png;base64,iVBORw==") == b"\x89PNG"
