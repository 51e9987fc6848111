"""A table or figure of the paper as files: a document, its tables, its charts and its picture."""

from collections.abc import Mapping
from importlib.util import find_spec

from esr_core.explanations import encode_png
from esr_core.reproduction import Report, Request, markdown

CAN_DRAW = find_spec("plotly") is not None  # an extra of the library
NO_CHARTS = "charts need plotly, which is not installed: pip install 'esr-lab[figures]'"


def exhibit_files(made: Report, request: Request, seconds: float | None) -> Mapping[str, bytes]:
    """Contents by the names of files.

    Args:
        made: what it says.
        request: that made it.
        seconds: that the missing runs will take; None where that is not known.
    """
    name = made.exhibit.name
    files = {f"{name}.md": markdown(made, request, seconds).encode()}
    for each in made.tables:
        files["-".join(filter(None, (name, each.key))) + ".csv"] = each.frame.to_csv(index=False).encode()
    if made.picture is not None:
        files[f"{name}.png"] = encode_png(made.picture)
    return files | (_charts(made) if CAN_DRAW else {})


def _charts(made: Report) -> dict[str, bytes]:
    """Pages that need no network."""
    from esr_core.charts.paper_exhibits import exhibit_charts  # an extra of the library

    charts = exhibit_charts(made.exhibit.name, made.frames)
    names = [f"{made.exhibit.name}{f'-{number}' if number > 1 else ''}.html" for number in range(1, len(charts) + 1)]
    pages = (chart.titled().to_html(include_plotlyjs=True).encode() for chart in charts)
    return dict(zip(names, pages, strict=True))
