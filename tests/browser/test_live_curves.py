"""What one looks at on page Jobs stays as it is while a training writes on: zoom, scroll, hidden lines."""

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
EPOCHS = f"document.querySelector('{CHART}')?._fullData?.[0]?.x.length"
RANGES = f"['xaxis', 'yaxis'].map(axis => [...document.querySelector('{CHART}').layout[axis].range])"
HIDDEN = f"document.querySelector('{CHART}')._fullData.map(line => line.visible === 'legendonly')"
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET_CHROMIUM)]


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


@pytest.fixture
def curves(app, page, train_on) -> Callable[[], None]:
    """Page Jobs with the curves of the run picked; what is returned trains on until they have been drawn anew."""
    page.goto(f"{app}/jobs")
    table = page.get_by_test_id("stMain").get_by_test_id("stDataFrame").first
    table.click(position={"x": 18, "y": 52})
    expect(page.locator(CHART)).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_function(f"{EPOCHS} > 0")

    def refresh() -> None:
        before = page.evaluate(EPOCHS)
        train_on(10)
        page.wait_for_function(f"{EPOCHS} > {before}")
        page.wait_for_timeout(300)  # what a refresh changes comes in several steps

    return refresh


def test_zoom_and_scroll_survive_a_refresh(page, curves):
    whole = page.evaluate(RANGES)
    page.locator(CHART).scroll_into_view_if_needed()
    zoom(page)
    page.wait_for_function(f"{RANGES}[0][0] > {whole[0][0]} && {RANGES}[0][1] < {whole[0][1]}")
    zoomed = page.evaluate(RANGES)
    page.evaluate(f"{SCROLLED.rsplit('.', 1)[0]}.scrollTop = 1e6")
    scrolled = page.evaluate(SCROLLED)
    assert scrolled > 0

    for _ in range(2):  # refreshed once, and again
        curves()
        page.wait_for_function(f"JSON.stringify({RANGES}) === JSON.stringify({zoomed})")
        assert page.evaluate(SCROLLED) == pytest.approx(scrolled, abs=2)
    assert page.get_by_test_id("stException").count() == 0
    page.locator(f"{CHART} .nsewdrag").first.dblclick()  # as Plotly has it: the whole again
    page.wait_for_function(f"{RANGES}[0][1] > {zoomed[0][1]} + 1")


def test_what_the_legend_hides_stays_hidden_until_it_is_asked_for(page, curves):
    page.locator(CHART).scroll_into_view_if_needed()
    entry = page.locator(f"{CHART} .legendtoggle").first
    entry.click()
    page.wait_for_function(f"{HIDDEN}.every(each => each)")
    for _ in range(2):
        curves()
        page.wait_for_function(f"{HIDDEN}.every(each => each)")
    entry.click()
    page.wait_for_function(f"!{HIDDEN}.some(each => each)")
    curves()
    assert not any(page.evaluate(HIDDEN))
    assert page.get_by_test_id("stException").count() == 0
