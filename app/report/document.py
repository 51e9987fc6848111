"""A report as one HTML file: it asks for nothing outside itself, and a browser that opens it is told not to."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import pandas as pd
from plotly.offline import get_plotlyjs

from esr_core.charts.chart import Chart

MOST_ROWS = 200  # of a table that is read and not searched
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; font-src data:"
)
CONFIG = {"displaylogo": False, "responsive": True, "toImageButtonOptions": {"format": "svg"}}
STYLE = """
body {font: 16px/1.45 system-ui, sans-serif; color: #222; background: #fff; max-width: 90rem; margin: 2rem auto;
    padding: 0 1.5rem}
h1 {font-size: 1.8rem} h2 {font-size: 1.3rem; margin-top: 2.5rem} h3 {font-size: 1rem; margin: 1.2rem 0 .3rem}
p {max-width: 60rem; margin: .3rem 0} .help {color: #555; font-size: .85rem}
table {border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums}
th, td {border-bottom: 1px solid #ddd; padding: .25rem .7rem .25rem 0; text-align: left; white-space: nowrap}
.wide {overflow-x: auto} pre {overflow-x: auto; background: #f5f5f5; padding: .8rem; font-size: .8rem}
img.picture {max-width: 100%}
"""


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """What is saved; every part is there for a reader who has nothing else."""

    title: str
    about: Sequence[str]  # sentences
    body: str  # HTML of the page's own part
    style: str  # of that part
    figures: Mapping[str, Chart] = field(default_factory=dict)  # by names of files
    tables: Mapping[str, tuple[str, pd.DataFrame]] = field(default_factory=dict)  # question and rows
    pictures: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)  # what it shows, and PNG
    files: Mapping[str, str] = field(default_factory=dict)  # texts by their paths in the archive


def report_html(report: Report) -> str:
    """The whole report, Plotly's library in it once."""
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    title = f"<title>{escape(report.title)}</title><style>{STYLE}{report.style}</style>"
    library = f"<script>{get_plotlyjs()}</script>" if report.figures else ""
    parts = (
        f"<h1>{escape(report.title)}</h1>",
        *(f"<p>{escape(sentence)}</p>" for sentence in report.about),
        report.body,
        *(_picture(alt, content) for alt, content in report.pictures.values()),
        *(_figure(name, figure) for name, figure in report.figures.items()),
        *(_table(question, table) for question, table in report.tables.values()),
        "<h2>How to make it again</h2>" if report.files else "",
        *(_file(path, text, is_open=number == 0) for number, (path, text) in enumerate(report.files.items())),
    )
    body = f'<html lang="en"><head>{head}{title}{library}</head><body>{"".join(parts)}</body></html>'
    return f"<!doctype html>{body}"


def _figure(name: str, figure: Chart) -> str:
    drawn = figure.printed().to_html(full_html=False, include_plotlyjs=False, config=CONFIG, div_id=f"figure-{name}")
    frame = f'<div class="wide" role="img" aria-label="{escape(figure.alt)}">{drawn}</div>'
    return f"<h2>{escape(figure.question)}</h2>{frame}"


def _picture(alt: str, content: bytes) -> str:
    address = f"data:image/png;base64,{b64encode(content).decode()}"
    return f'<h2>{escape(alt)}</h2><div class="wide"><img class="picture" src="{address}" alt="{escape(alt)}"></div>'


def _file(path: str, text: str, is_open: bool) -> str:
    head = f"<details{' open' if is_open else ''}><summary>{escape(path)}</summary>"
    return f"{head}<pre>{escape(text)}</pre></details>"


def _table(question: str, table: pd.DataFrame) -> str:
    if len(table) > MOST_ROWS:
        return f"<h2>{escape(question)}</h2><p>{len(table):,} rows, which the archive has as CSV and LaTeX.</p>"
    rows = table.to_html(index=False, na_rep="n/a", border=0, float_format="{:.4g}".format)
    return f'<h2>{escape(question)}</h2><div class="wide">{rows}</div>'
