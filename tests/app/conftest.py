"""The app with its own folders, and runs stored without training."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.networks import ESR
from esr_core.records import EpochRecord
from esr_core.run_store import RunStore

APP = Path(__file__).parents[2] / "dashboard.py"
PAGES = {
    title.lower(): file
    for file, title in re.findall(r'st\.Page\("([^"]+)", title="([^"]+)"', APP.read_text(encoding="utf-8"))
}
"""Files of the pages by their names in lower case, as the app itself lists them."""


@pytest.fixture
def store(tmp_path, monkeypatch) -> RunStore:
    """The app's runs, in a temporary folder."""
    for name in ("ESR_RUNS", "ESR_PREPARED", "ESR_UPLOADS", "ESR_CACHE"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    return RunStore(tmp_path / "esr_runs")


def store_run(
    store: RunStore,
    run_id: str,
    level: int = 3,
    branches: int = 2,
    architecture: str = "lab",
    trained: int | None = None,
    **settings: Any,
) -> str:
    """A run with random weights: finished, or still training with ``trained`` of its branches."""
    network = NetworkConfig(architecture=architecture, branching_level=level, num_branches=branches, **settings)
    writer = store.create(TrainingConfig(data="toy", network=network), run_id=run_id)
    writer.start({})
    for branch in range(1, (trained or branches) + 1):
        for epoch in (0, 5):
            accuracy = (0.1 * epoch,) * branch
            writer.append(
                EpochRecord(
                    branch=branch,
                    epoch=epoch,
                    training_loss=(1.0,) * branch,
                    loss=(2.0,) * branch,
                    accuracy=accuracy,
                    ensemble_accuracy=0.1 * epoch,
                    mean_probability_accuracy=0.1 * epoch,
                    learning_rate=0.1,
                    images_seen=0,
                    seconds=0.0,
                )
            )
    writer.save_network(ESR.from_config(network.replace(num_branches=trained or branches)))
    if trained is None:
        writer.finish({"accuracy": 0.5})
    return run_id


def open_page(page: str = "", **address: str) -> AppTest:
    """The app at a page with an address, drawn once."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    for key, value in address.items():
        app.query_params[key] = value
    if page:  # switch_page finds it after a run alone, which would draw page Compare first for every test
        app._page_hash = calc_hash(page)
    return app.run()


def sentences(app: AppTest) -> str:
    """Everything the app says in notes, warnings and errors, as a reader sees it: without Markdown's escapes."""
    said = " ".join(box.value for box in (*app.info, *app.warning, *app.error))
    return re.sub(r"\\([!-/:-@[-`{-~])", r"\1", said)


def html(app: AppTest) -> str:
    """Everything a page draws as HTML of its own."""
    return " ".join(block.proto.body for block in app.get("html"))


def charts(app: AppTest) -> list[dict]:
    """Every chart of a page; the photograph, which is drawn as one so that a box can be dragged on it, is none."""
    charts = [chart for chart in app.get("plotly_chart") if "photograph-" not in chart.proto.id]
    return [json.loads(chart.proto.spec) for chart in charts]
