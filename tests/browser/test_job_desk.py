"""The job desk in a real browser: launch, watch, stop and resume, from two sessions at once."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from esr_core.jobs import JobQueue
from esr_core.run_store import RunStore
from tests.browser.conftest import PATIENCE_MS, TRAINING_MS, fill
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM

PATIENCE_S = TRAINING_MS / 1000

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET_CHROMIUM)]


def until(store: RunStore, state: str) -> None:
    """Wait until the latest job is in a state."""
    deadline = time.monotonic() + PATIENCE_S
    seen: list[str] = []
    while not seen or seen[-1] != state:
        assert time.monotonic() < deadline, f"the job is not {state} but was {seen[-3:]}"
        time.sleep(0.2)
        jobs = sorted(JobQueue(store.root).jobs(), key=lambda job: job.job_id)
        seen += [job.state for job in jobs[-1:]]


def act(page: Page, label: str) -> None:
    """Pick the first row of the table of jobs and press a button; the table is a canvas."""
    table = page.get_by_test_id("stDataFrame").first
    table.click(position={"x": 18, "y": 52})
    button = page.get_by_test_id("stMain").get_by_role("button", name=label, exact=True)
    expect(button).to_be_enabled(timeout=TRAINING_MS)
    button.click()


def test_a_training_is_launched_once_watched_stopped_and_resumed(app, page, tmp_path):
    store = RunStore(tmp_path / "runs")
    page.goto(app)
    page.get_by_text("Nothing is trained yet").wait_for()
    page.get_by_test_id("stExpander").get_by_text("Train", exact=True).first.click()
    fill(page, "Branches (1 = single network)", "1")
    fill(page, "Epochs", "2000")
    page.get_by_role("button", name="Train", exact=True).dblclick()
    until(store, "running")
    assert len(store.list()) == 1, "a double click is one run"

    other = page.context.browser.new_page(
        viewport={"width": 1440, "height": 900}
    )  # a second session sees the same, by itself
    other.set_default_timeout(PATIENCE_MS)
    other.goto(f"{app}/jobs")
    sidebar = other.get_by_test_id("stSidebar")
    first = sidebar.get_by_text(re.compile(r"branch 1 of 1, epoch \d+"))
    first.wait_for(timeout=TRAINING_MS)
    before = first.inner_text()
    expect(first).not_to_have_text(before, timeout=TRAINING_MS)  # nobody touches the page

    sidebar.get_by_role("button", name="Stop", exact=True).click()
    until(store, "cancelled")
    page.get_by_test_id("stSidebar").get_by_role("button", name="Stop").wait_for(state="detached", timeout=TRAINING_MS)
    (run,) = store.list()
    assert run.status.state == "cancelled"
    assert store.training_state(run.run_id) is not None

    page.goto(f"{app}/jobs")
    act(page, "Resume")
    until(store, "running")
    act(page, "Stop")
    until(store, "cancelled")
    assert [job.run_id for job in JobQueue(store.root).jobs()] == [run.run_id] * 2
    for each in (page, other):
        assert each.get_by_test_id("stException").count() == 0
