"""Pages Atlas and Network as a user finds them: a click that explains all faces, and blocks that are chosen."""

import io
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageColor
from playwright.sync_api import Page, expect

from app.kit.network_drawing import BRANCHES, SHARED
from esr_core.run_store import RunStore
from tests.app.deciding import prepare_faces, store_ensemble
from tests.browser.conftest import rest, saved
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM, serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET_CHROMIUM),
]
PICKED = "runs=esr,te"
IDS = [f"f{number}" for number in range(6)]


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Iterator[str]:
    """Address of the app with two ensembles of three branches, tested on six faces."""
    folder: Path = tmp_path_factory.mktemp("app")
    store, faces = RunStore(folder / "runs"), prepare_faces(folder / "prepared", "own", has_votes=False)
    for run_id, level in (("esr", 3), ("te", 0)):
        store_ensemble(store, faces, run_id, level=level, parts={"test": IDS, "training": []}, has_evidence=True)
    with serving(folder) as address:
        yield address


def test_a_click_looks_at_all_faces_and_every_figure_can_be_saved(app: str, page: Page):
    page.goto(f"{app}/atlas?{PICKED}")
    page.get_by_role("button", name="Look at 12 faces with 2 runs").click()
    expect(page.get_by_test_id("atlas-row")).to_have_count(2)
    rest(page)
    assert not page.get_by_test_id("stException").count()
    assert b"rank correlation of the maps" in saved(page, "Do the branches look at the same places?", "CSV")
    assert saved(page, "Where do they look on average?", "PNG").startswith(b"\x89PNG")
    assert b"mouth" in saved(page, "How much of the maps lies in which region?", "CSV")


def test_a_block_is_chosen_by_a_click_by_the_keyboard_and_in_the_line_below(app: str, page: Page):
    page.goto(f"{app}/network?{PICKED}")
    maps = page.get_by_test_id("feature-maps").locator("img")
    expect(maps).to_have_count(3)  # of the last block, in each branch
    page.locator("[data-block='2']").click()
    expect(maps).to_have_count(1)
    expect(page.get_by_alt_text("feature maps of block 2, all branches")).to_be_visible()
    page.get_by_role("button", name="block 4, branch 3").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_alt_text("feature maps of block 4, branch 3")).to_be_visible()
    page.locator(".st-key-network_block").get_by_role("radio", name="3", exact=True).click()
    expect(page.get_by_alt_text("feature maps of block 3, all branches")).to_be_visible()


def test_the_drawing_is_saved_as_svg_and_as_a_picture_of_its_size(app: str, page: Page):
    page.goto(f"{app}/network?{PICKED}")
    drawing = ElementTree.fromstring(saved(page, "How is it built?", "SVG"))  # noqa: S314 - our own text
    width, height = map(float, drawing.attrib["viewBox"].split()[2:])
    picture = Image.open(io.BytesIO(saved(page, "How is it built?", "PNG"))).convert("RGB")
    assert picture.size == (2 * width, 2 * height)
    colours = {colour for _, colour in picture.getcolors(picture.width * picture.height)}
    assert colours >= {ImageColor.getrgb(colour) for colour in (SHARED, BRANCHES, "white", "black")}
