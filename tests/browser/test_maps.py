"""An ESR, a traditional ensemble and a single network picked together, in a real browser: methods and moments."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from esr_core.run_store import RunStore
from tests.app.faces.test_faces_maps import store_course
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM, serving

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET_CHROMIUM)]


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Iterator[str]:
    """Address of the app with runs ``esr``, ``te`` and ``single`` that kept different moments."""
    folder: Path = tmp_path_factory.mktemp("app")
    store = RunStore(folder / "runs")
    torch.manual_seed(14)
    store_course(store, "esr", 3, [(1, 0), (1, 5), (2, 0), (2, 5)])
    store_course(store, "te", 0, [(1, 0), (1, 3), (2, 5)])
    store_course(store, "single", 3, [(1, 5)], branches=1)
    with serving(folder) as address:
        yield address


def sources(tiles: Locator) -> list[str]:
    return [tile.get_attribute("src") or "" for tile in tiles.all()]


def test_one_slider_moves_all_runs_and_every_method_draws_them(app, page: Page):
    page.goto(f"{app}/faces?runs=esr,te,single&face=sample-0")
    tiles = page.get_by_test_id("saliency-row").locator("img")
    expect(tiles).to_have_count(7)  # two branches and an ensemble, twice, and one network
    best = sources(tiles)
    slider = page.get_by_role("slider", name="Moment of training")
    slider.press("Home")
    page.get_by_text("branch 1, epoch 0 · esr").wait_for()
    expect(page.get_by_text("branch 1, epoch 0 · te")).to_be_visible()
    expect(page.get_by_text("branch 1, epoch 5 · single")).to_be_visible()  # its first
    expect(tiles).to_have_count(3)
    slider.press("End")
    expect(tiles).to_have_count(7)
    assert sources(tiles) == best
    page.get_by_role("combobox", name="Method").click()
    page.get_by_role("option", name="Saliency", exact=True).click()
    expect(tiles.first).not_to_have_attribute("src", best[0])
    expect(tiles).to_have_count(7)
    display, signed = page.get_by_role("button", name="Display"), page.get_by_role("switch", name="Signed")
    display.click()
    expect(signed).to_be_disabled()  # the size of a gradient has no sign
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="Method").click()
    page.get_by_role("option", name="Grad-CAM", exact=True).click()
    expect(tiles.first).to_have_attribute("src", best[0])
    display.click()
    expect(signed).to_be_enabled()
    page.get_by_text("Signed", exact=True).click()
    expect(tiles.first).not_to_have_attribute("src", best[0])
    assert page.get_by_test_id("stException").count() == 0
