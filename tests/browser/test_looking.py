"""Looking at data and at faces in a real browser, on one served app."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from esr_core.data.builtin import builtin_source
from esr_core.data.ferplus import ferplus_source
from esr_core.data.preparation import prepare
from esr_core.data.source import Sample, Source
from esr_core.errors import PhotoError
from esr_core.run_store import RunStore
from tests.app.conftest import store_run
from tests.app.deciding import prepare_faces, store_ensemble
from tests.browser.conftest import rest, saved
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM, serving
from tests.esr_core.data import miniatures

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET_CHROMIUM)]


@dataclass(frozen=True)
class ButOne:
    """The pictures of a source, one of them refused."""

    source: Source

    def __call__(self, sample: Sample) -> np.ndarray:
        if sample.id == "p002-s1-f0":
            raise PhotoError(f"{sample.file} shows no face")
        return self.source.picture(sample)


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Iterator[str]:
    """Address of the app: drawn faces, a set of FER+'s votes, the runs ``esr`` of nine branches and ``decided``."""
    folder: Path = tmp_path_factory.mktemp("app")
    drawn = builtin_source(3, 7, difficulty="easy")
    refusing = Source(**{name: getattr(drawn, name) for name in Source.__slots__} | {"picture": ButOne(drawn)})
    prepare(refusing, folder / "prepared" / "drawn")
    prepare(ferplus_source(miniatures.fer_plus_folders(folder / "fer")), folder / "prepared" / "fer")
    store_run(RunStore(folder / "runs"), "esr", branches=9)
    store_ensemble(RunStore(folder / "runs"), prepare_faces(folder / "prepared", "own", has_votes=True), "decided")
    with serving(folder) as address:
        yield address


def drawn(page: Page) -> str:
    """A digest of the maps, once the page has come to rest."""
    rest(page)
    maps = page.get_by_test_id("saliency-row").locator("img").all()
    return hashlib.sha256("".join(tile.get_attribute("src") or "" for tile in maps).encode()).hexdigest()


def choose(page: Page, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=label, exact=True)
    box.scroll_into_view_if_needed()  # first, for scrolling closes the list of options
    rest(page)
    box.click()
    page.get_by_role("option", name=option, exact=True).click()


@pytest.mark.slow
def test_a_prepared_set_can_be_looked_through(app, page):
    page.goto(f"{app}/data?set=drawn")
    cells = page.get_by_test_id("sample-grid").locator("figure")
    expect(cells).to_have_count(24)
    page.get_by_text("24 of 83 pictures").wait_for()
    page.locator(".st-key-drawn-classes .js-plotly-plot .bars path").first.wait_for()
    choose(page, "Class", "fear")
    expect(cells).to_have_count(9)
    choose(page, "Subject", "p002")
    expect(cells).to_have_count(3)
    assert all("fear" in text for text in cells.all_inner_texts())
    assert cells.first.locator("img").evaluate("image => image.naturalWidth") == 96
    page.get_by_role("heading", name="What was left out?").wait_for()
    assert page.get_by_test_id("stException").count() == 0


def test_charts_are_saved_as_picture_drawing_and_table(app, page):
    page.goto(f"{app}/data?set=fer")
    page.locator(".st-key-fer-votes .js-plotly-plot .heatmaplayer image").first.wait_for()
    question = "How far do annotators agree?"
    assert saved(page, question, "CSV").startswith(b"class,pictures,agreement,votes_neutral")
    assert saved(page, question, "PNG").startswith(b"\x89PNG")
    drawing = saved(page, question, "SVG").decode()
    assert drawing.startswith("<svg")
    assert "what annotators chose" in drawing


@pytest.mark.slow
def test_a_face_drawn_from_sliders_is_explained_and_found_again(app, page):
    page.goto(f"{app}/faces?runs=esr")
    page.get_by_role("button", name="Draw one").click()
    tiles = page.get_by_test_id("saliency-row").locator(".esr-tile img")
    expect(tiles).to_have_count(10)  # nine branches and the ensemble
    expect(tiles.last).to_be_in_viewport()  # the ensemble's needs no scrolling
    smiling = drawn(page)
    choose(page, "Emotion", "surprise")
    expect(page).to_have_url(re.compile("face=drawn-p1.au1_80.au2_80.au5_80.au26_80"))
    surprised = drawn(page)
    assert surprised != smiling
    page.get_by_label("Person").fill("2")
    page.get_by_label("Person").press("Enter")
    expect(page).to_have_url(re.compile("face=drawn-p2."))
    another = drawn(page)
    assert another != surprised
    page.reload()
    expect(tiles).to_have_count(10)
    assert drawn(page) == another
    assert page.get_by_test_id("stException").count() == 0


def test_a_clicked_cell_shows_the_faces_on_which_its_branches_differ(app, page):
    page.goto(f"{app}/diversity?runs=decided")
    faces = page.get_by_test_id("pair-faces").locator(".esr-grid .esr-grid")
    expect(faces).to_have_count(1)  # of branches 1 and 2
    page.get_by_text("Branches 1 and 2 differ on 1 of 6 pictures.").wait_for()
    rest(page)
    cells = page.locator(".st-key-diversity-label-disagreement .draglayer .xy .nsewdrag").bounding_box()
    x, y = cells["x"] + cells["width"] / 6, cells["y"] + 5 * cells["height"] / 6  # first column, last of three rows
    page.mouse.click(x, y)
    page.get_by_text("Branches 3 and 1 differ on 3 of 6 pictures.").wait_for()
    expect(faces).to_have_count(3)
    assert faces.locator("img").evaluate_all("images => images.every(image => image.naturalWidth === 128)")
    assert page.get_by_test_id("stException").count() == 0


def test_an_address_cannot_make_the_browser_fetch_a_picture_from_elsewhere(app, page):
    page.goto(f"{app}/faces?runs=![x](http://192.0.2.1/x.png)&face=sample-![x](http://192.0.2.1/y.png)")
    page.get_by_text("There is no readable run ![x](http://192.0.2.1/x.png)").wait_for()
    page.get_by_text("there is no drawn face").wait_for()
    assert page.locator("img[src*='192.0.2.1']").count() == 0


@pytest.mark.slow
def test_a_box_dragged_on_a_photograph_without_a_face_is_explained_at_once(app, page, tmp_path):
    Image.new("RGB", (300, 200), "grey").save(tmp_path / "wall.png")
    page.goto(f"{app}/faces?runs=esr")
    chooser = page.get_by_test_id("stFileUploaderDropzoneInput")
    chooser.wait_for(state="attached")
    chooser.set_input_files(tmp_path / "wall.png")
    page.get_by_text("No face was found in this photograph").wait_for()
    rest(page)
    surface = page.locator("[class*='st-key-photograph'] .nsewdrag").first
    place = surface.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + place["width"] * 0.5, place["y"] + place["height"] * 0.25)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] * 0.75, place["y"] + place["height"] * 0.75, steps=8)
    page.mouse.up()
    page.get_by_text("Marked by hand").wait_for()
    expect(page.get_by_test_id("saliency-row").locator("img")).to_have_count(10)  # nine branches and the ensemble
    mark = [int(number) for number in re.search(r"mark=([\d%C,]+)", page.url)[1].replace("%2C", ",").split(",")]
    np.testing.assert_allclose(mark, (150, 50, 75, 100), atol=4)
