"""What one looks at on page Jobs stays in view while a training writes on: zoom and scroll."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import psutil
import pytest
from playwright.sync_api import Page, expect

from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.jobs import JobQueue
from esr_core.records import EpochRecord
from esr_core.run_store import RunStore
from tests.browser.conftest import PATIENCE_MS
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM

CHART = ".st-key-convergence-accuracy .js-plotly-plot"
POINTS = f"document.querySelector('{CHART}').calcdata.reduce((sum, curve) => sum + curve.length, 0)"
RANGES = f"['xaxis', 'yaxis'].map(axis => [...document.querySelector('{CHART}').layout[axis].range])"
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET_CHROMIUM)]


@pytest.fixture
def train_on(app, tmp_path) -> Iterator[Callable[[int], None]]:
    """Writes further epochs of a run that is being trained: this process is its writer, a sleeping one its job's."""
    store = RunStore(tmp_path / "runs")
    writer = store.create(TrainingConfig(data="toy", network=NetworkConfig(num_branches=2)), run_id="live")
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    queue = JobQueue(store.root)
    queue.submit({"live": "cpu"})
    job = queue.claim({"cpu": 1})
    queue.note(job.job_id, pid=sleeper.pid, process_started=psutil.Process(sleeper.pid).create_time())
    queue.set_state(job.job_id, "running")
    writer.start({})
    written = 0

    def write(count: int) -> None:
        nonlocal written
        for epoch in range(written, written + count):
            accuracy = 1 - 0.8 / (1 + epoch)
            writer.append(EpochRecord(1, epoch, (1.0,), (1.0,), (accuracy,), accuracy, accuracy, 0.1, 0, 0.0))
            writer.log(f"epoch {epoch}")
        written += count

    write(20)
    yield write
    writer.cancel()
    queue.set_state(job.job_id, "cancelled")
    sleeper.kill()
    sleeper.wait()


def zoom(page: Page) -> None:
    """Drag over the middle of the chart's first panel."""
    area = page.locator(f"{CHART} .nsewdrag").first.bounding_box()
    assert area is not None
    x, y = area["x"] + area["width"] / 4, area["y"] + area["height"] / 4
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + area["width"] / 3, y + area["height"] / 3, steps=5)
    page.mouse.up()


def test_zoom_and_scroll_survive_a_refresh(app, page, train_on):
    page.goto(f"{app}/jobs")
    table = page.get_by_test_id("stMain").get_by_test_id("stDataFrame").first
    table.click(position={"x": 18, "y": 52})
    expect(page.locator(CHART)).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_function(f"{POINTS} > 0")
    whole = page.evaluate(RANGES)
    page.locator(CHART).scroll_into_view_if_needed()
    zoom(page)
    page.wait_for_function(f"{RANGES}[0][0] > {whole[0][0]} && {RANGES}[0][1] < {whole[0][1]}")
    zoomed = page.evaluate(RANGES)
    page.evaluate(f"{SCROLLED.rsplit('.', 1)[0]}.scrollTop = 1e6")
    scrolled = page.evaluate(SCROLLED)
    assert scrolled > 0

    before = page.evaluate(POINTS)
    for _ in range(2):  # refreshed once, and again
        train_on(10)
        page.wait_for_function(f"{POINTS} > {before}")
        page.wait_for_timeout(300)  # what a refresh changes comes in several steps
        before = page.evaluate(POINTS)
        assert page.evaluate(RANGES) == zoomed
        assert page.evaluate(SCROLLED) == pytest.approx(scrolled, abs=2)
    assert page.get_by_test_id("stException").count() == 0
    page.locator(f"{CHART} .nsewdrag").first.dblclick()  # as Plotly has it: the whole again
    page.wait_for_function(f"{RANGES}[0][1] > {zoomed[0][1]} + 1")
