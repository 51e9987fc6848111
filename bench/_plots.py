"""Charts of measurements as files."""

from pathlib import Path
from urllib.parse import unquote

import plotly
import plotly.graph_objects as go

from tests.browser.serving import chromium

LIBRARY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
DRAW = """(chart) => Plotly.newPlot(document.body, chart.data, chart.layout).then((drawn) =>
    Plotly.toImage(drawn, {format: "svg", width: chart.layout.width, height: chart.layout.height}))"""


def save_svg(figure: go.Figure, path: Path) -> None:
    """Draw a figure that has a width and a height in Chromium, and store it as SVG."""
    with chromium() as browser:
        page = browser.new_page()
        page.add_script_tag(path=LIBRARY)
        uri = page.evaluate(DRAW, figure.to_plotly_json() | {"data": [t.to_plotly_json() for t in figure.data]})
    path.write_text(unquote(uri.split(",", 1)[1]) + "\n", encoding="utf-8")
