"""Page Compare in a browser: cells open other pages, an address shows the same to everybody; points of Frontier."""

import pytest
from playwright.sync_api import expect

from esr_core.run_store import RunStore
from tests.app.deciding import prepare_faces, store_ensemble
from tests.browser.conftest import rest
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET_CHROMIUM),
]


@pytest.fixture
def decided(tmp_path) -> RunStore:
    store = RunStore(tmp_path / "runs")
    faces = prepare_faces(tmp_path / "prepared-faces", "own", has_votes=False)
    for run_id, level in (("esr", 3), ("te", 0)):
        store_ensemble(store, faces, run_id, level=level)
    return store


def test_a_cell_opens_the_deeper_page_and_the_way_back_keeps_what_was_chosen(decided, app, page):
    page.goto(f"{app}/?runs=esr,te&class=joy&face=sample-2")
    rest(page)
    cells = page.locator("[aria-label='Where branches look'] a.cell")
    assert cells.nth(1).inner_text().count("joy") >= 3
    cells.nth(1).click()
    expect(page.get_by_role("heading", name="Where does each branch look?")).to_be_visible()
    assert "face=sample-2" in page.url
    expect(page.locator(".st-key-class input")).to_have_value("joy")
    page.get_by_test_id("stSidebarNav").get_by_text("Compare", exact=True).click()
    expect(page.locator("[aria-label='This face'] a.cell[href*='class=joy']").first).to_be_visible()
    rest(page)
    shared = page.url
    other = page.context.new_page()  # with a session of its own
    other.goto(shared)
    expect(other.locator("[aria-label='This face'] a.cell[href*='class=joy']").first).to_be_visible()
    rest(other)
    assert (
        other.locator("[aria-label='This face']").inner_text() == page.locator("[aria-label='This face']").inner_text()
    )


def test_another_class_changes_the_maps_and_where_every_cell_leads(decided, app, page):
    page.goto(f"{app}/?runs=esr,te")
    rest(page)
    page.locator(".st-key-class input").click()
    page.get_by_role("option", name="joy", exact=True).click()
    expect(page.locator("[aria-label='Parameters'] a.cell[href*='class=joy']")).to_have_count(2)
    rest(page)
    for cell in page.locator("[aria-label='Where branches look'] a.cell").all():
        assert cell.inner_text().count("joy") >= 3
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_first_page_is_also_found_by_its_name(decided, app, page):
    page.goto(f"{app}/compare?runs=esr,te&class=joy")
    expect(page.locator("[aria-label='This face'] a.cell[href*='class=joy']").first).to_be_visible()
    rest(page)
    expect(page.get_by_test_id("stDialog")).to_have_count(0)  # where Streamlit says that there is no such page
    expect(page.get_by_test_id("stSidebarNav").get_by_text("Compare", exact=True)).to_have_count(1)
    page.locator("[aria-label='This face'] a.cell").first.click()
    expect(page.get_by_role("heading", name="Where does each branch look?")).to_be_visible()


def test_a_click_on_a_point_opens_the_card_of_its_run(decided, app, page):
    page.goto(f"{app}/frontier?runs=esr,te&cost=multiply-adds")
    rest(page)
    expect(page.get_by_role("heading", name="What does accuracy cost in multiply-adds?")).to_be_visible()
    page.locator(".js-plotly-plot .scatterlayer path.point").first.click(force=True)
    expect(page.get_by_role("heading", name="What has been trained, and how good is it?")).to_be_visible()
    rest(page)
    assert page.locator(".st-key-card_of").inner_text().strip() or page.locator(".st-key-card_of input").input_value()
