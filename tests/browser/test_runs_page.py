"""Page Runs in a browser, where a part of the page is drawn alone: what it deletes the sidebar offers to bring back."""

import pytest
from playwright.sync_api import expect

from esr_core.run_store import RunStore
from tests.app.conftest import store_run
from tests.browser.conftest import rest
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET_CHROMIUM),
]


def test_a_run_is_found_named_deleted_and_brought_back(app, page, tmp_path):
    store = RunStore(tmp_path / "runs")
    for run_id, level in (("first", 3), ("second", 0)):
        store_run(store, run_id, level)
    page.goto(f"{app}/runs?runs=first,second")
    page.get_by_role("heading", name="In which settings do these runs differ?").wait_for()
    page.get_by_role("textbox", name="Search").fill("TE-2")
    page.get_by_text("1 of 2 runs match.").wait_for()
    page.get_by_text("settings against results").click()
    page.locator(".st-key-settings-results .js-plotly-plot .axis-title").first.wait_for()

    one_run = page.get_by_role("combobox", name="One run")
    one_run.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # Streamlit closes a list when its page scrolls
    one_run.click()
    page.get_by_role("option", name="ESR-2 level 3 varied · first").click()
    page.get_by_label("Name").fill("the chosen one")
    page.get_by_role("button", name="Save", exact=True).last.click()
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_text("the chosen one · first").wait_for()
    assert store.info("first").notes.name == "the chosen one"
    rest(page)
    expect(page.get_by_label("Notes")).to_be_visible()  # the run stays open under its new name

    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Move to the trash").click()
    sidebar.get_by_text("2 runs are in the trash").wait_for()
    assert store.list() == []
    sidebar.get_by_role("button", name="Undo").click()
    expect(sidebar.get_by_text("2 runs are in the trash")).to_have_count(0)
    rest(page)
    assert {run.run_id for run in store.list()} == {"first", "second"}
    assert page.get_by_test_id("stException").count() == 0
