"""The whole path in a real browser: train from the sidebar, watch, upload a photograph, see a map per branch."""

import re

import pytest
from playwright.sync_api import expect

from esr_core.run_store import RunStore
from tests.browser.conftest import TRAINING_MS, fill
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET_CHROMIUM)]


def test_from_the_train_form_to_a_map_per_branch(app, page, photograph, tmp_path):
    page.goto(app)
    page.get_by_text("Nothing is trained yet").wait_for()
    page.get_by_test_id("stExpander").get_by_text("Train", exact=True).first.click()
    fill(page, "Branches (1 = single network)", "2")
    fill(page, "Epochs", "6")  # several refreshes of the sidebar long, on a fast machine too
    fill(page, "Later epochs", "1")
    button = page.get_by_role("button", name="Train", exact=True)
    button.dblclick()

    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_text(re.compile(r"branch [12] of 2, epoch")).wait_for(
        timeout=TRAINING_MS
    )  # it progresses on its own
    store = RunStore(tmp_path / "runs")
    assert len(store.list()) == 1, "a double click is one run"
    sidebar.get_by_role("button", name="Stop").wait_for(state="detached", timeout=TRAINING_MS)  # nothing runs any more
    (run,) = store.list()
    assert run.status.state == "finished", store.log_tail(run.run_id)

    page.goto(f"{app}/faces?runs={run.run_id}")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(str(photograph))
    page.get_by_text("1 face found").wait_for()
    row = page.get_by_test_id("saliency-row")
    expect(row.locator(".esr-tile")).to_have_count(3)  # two branches and the ensemble
    for picture in row.locator("img").all():
        assert picture.evaluate("image => image.naturalWidth") > 100
    assert page.get_by_test_id("stException").count() == 0
