"""Every page with runs and a face, in every size of window, light and dark: no error, no control without a name, no cut
text, no pale text, and its answer on the first screen.
"""

import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

import pytest
from playwright.sync_api import Locator, Page

from esr_core.run_store import RunStore
from tests.app.conftest import PAGES
from tests.app.deciding import prepare_faces, store_ensemble
from tests.browser.conftest import PATIENCE_MS, rest
from tests.browser.page_faults import faults
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM, ROOT, chromium, serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET_CHROMIUM),
]
Theme = Literal["light", "dark"]
ZOOMED = ((640, 360), (960, 540))  # 1280x720 and 1920x1080 at 200 %
SIZES = (*ZOOMED, (1280, 720), (1440, 900), (3840, 2160))
IDS = [f"f{number}" for number in range(6)]
RUNS = "gallery-level3-varied,gallery-single,esr,te"
PATHS = {"compare": ""}  # the first page
# Streamlit asks for these below the page's own address, too, and then takes those of the server
NO_ERROR = re.compile(r"/_stcore/(health|host-config)$")
ANSWERS = ".js-plotly-plot:not([class*=st-key-photograph] *), .esr-tile img, .esr-cells, [data-block]"
ANSWERS += ", [data-testid=stDataFrame], [data-testid=stAlert]"
ANSWER_PX = 450  # where the first of them begins at most, at 1440x900


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Iterator[str]:
    """Address of the app: the shipped runs, whose pictures are not on this machine, and two tested on drawn faces."""
    folder: Path = tmp_path_factory.mktemp("app")
    store, faces = RunStore(folder / "runs"), prepare_faces(folder / "prepared", "own", has_votes=True)
    for run_id, level in (("esr", 3), ("te", 0)):
        store_ensemble(store, faces, run_id, level=level, parts={"test": IDS, "training": []}, has_evidence=True)
    for run in (ROOT / "runs").glob("gallery-*"):
        shutil.copytree(run, folder / "runs" / run.name)
    with serving(folder) as address:
        yield address


@pytest.fixture(scope="module")
def face(app, photograph) -> str:
    """Id of a photograph that was uploaded on page Faces: a real one where ESR_LONDON has them, else a drawn one."""
    with chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{app}/faces?runs={RUNS}")
        page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(photograph)
        page.get_by_text("1 face found").wait_for()
    return f"upload-{hashlib.sha256(photograph.read_bytes()).hexdigest()}"


def ask(page: Page) -> None:
    """Press the button of page Atlas, which explains all faces."""
    for button in page.get_by_role("button", name=re.compile("^Look at .* face")).all():
        button.click()
        rest(page)


def open_all(page: Page) -> None:
    """Open what is closed."""
    closed = page.locator("details:not([open]) > summary")
    while closed.count():
        closed.first.click()
        rest(page)


def menus(page: Page) -> dict[str, Locator]:
    """One of the closed menus of each name."""
    buttons = page.locator("[data-testid=stPopover] button:not(:disabled)").all()
    return {button.inner_text(): button for button in buttons}


def faults_in_all_sizes(page: Page, theme: Theme) -> dict[str, dict[str, list[str]]]:
    """What is wrong with an open page, by the size of the window and, in the smallest, by the open menu."""
    page.emulate_media(color_scheme=theme)
    seen = {}
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        rest(page)
        seen[f"{theme}, {width}x{height}"] = faults(page)
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[0], strict=True)))
    rest(page)
    for name, menu in menus(page).items():
        menu.click()
        rest(page)
        seen[f"{theme}, {name}"] = faults(page)
        page.keyboard.press("Escape")
    return {where: what for where, what in seen.items() if what}


def answer_px(page: Page) -> float:
    """Where on the first screen the answer begins."""
    page.set_viewport_size({"width": 1440, "height": 900})
    rest(page)
    return min(
        box["y"] for each in page.get_by_test_id("stMain").locator(ANSWERS).all() if (box := each.bounding_box())
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_fault_in_any_size_and_theme(app, page, name, face):
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda message: (
            errors.append(f"{message.text} {message.location['url']}")
            if message.type == "error" and not NO_ERROR.search(message.location["url"])
            else None
        ),
    )
    page.goto(f"{app}/{PATHS.get(name, name)}?runs={RUNS}&face={face}")
    page.get_by_test_id("stMain").get_by_role("heading", level=1).wait_for()
    rest(page)
    ask(page)
    assert answer_px(page) <= ANSWER_PX
    open_all(page)
    for theme in get_args(Theme):
        assert faults_in_all_sizes(page, theme) == {}
    assert errors == []
