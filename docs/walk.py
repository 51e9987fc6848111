"""The steps of guide.md in headless Chromium: what a reader does, and a picture of what they see.

Usage: python -m docs.walk

It walks on copies of the runs that the project ships, and writes the pictures of the guide anew. Faces are drawn.
"""

import io
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page

from esr_core.data.builtin import sample_face
from esr_core.gallery import FIRST_VISIT
from tests.browser.conftest import rest
from tests.browser.serving import ROOT, chromium, serving

PICTURES = Path(__file__).with_name("guide")
COMPARED = FIRST_VISIT[:3]  # what page Compare shows whoever opens it for the first time
RUNS = ("gallery-single", "gallery-level3-varied")
PICKED = f"runs={','.join(RUNS)}"
FACE = 4  # of the sample faces, counted from 0: on it the branches do not agree
NOTE = "The vote is two points above the single network. Branches differ on one picture in seven, most on contempt."
SIZE = {"width": 1440, "height": 900}
PATIENCE_MS = 180_000


def walk(page: Page, address: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Take each step; ``folder`` gets the pictures, and the face that is uploaded.

    Yields:
        The name of each picture, and what the page says at that step.
    """
    page.set_default_timeout(PATIENCE_MS)
    for step in (compare, look, differ, score, note):
        part = step(page, address, folder)
        name = f"{step.__name__}.webp"
        take_picture(page, folder / name)
        yield name, part.inner_text()


def take_picture(page: Page, path: Path) -> None:
    """Write what the window shows once the page is at rest."""
    rest(page)
    Image.open(io.BytesIO(page.screenshot())).save(path, quality=80)


def compare(page: Page, address: str, _: Path) -> Locator:
    """Open the dashboard for the first time."""
    page.goto(address)
    page.locator("[aria-label='Test accuracy'] .cell").first.wait_for()
    return _main(page)


def look(page: Page, address: str, folder: Path) -> Locator:
    """Upload a face on page Faces."""
    face = folder / "face.png"
    Image.fromarray(sample_face(FACE)).save(face)
    page.goto(f"{address}/faces?{PICKED}")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(str(face))
    page.get_by_text("1 face found").wait_for()
    face.unlink()
    rows = page.get_by_test_id("saliency-row")
    rows.nth(1).locator("img").last.wait_for()
    rest(page)
    rows.first.scroll_into_view_if_needed()
    rows.nth(1).scroll_into_view_if_needed()
    return _main(page)


def differ(page: Page, address: str, _: Path) -> Locator:
    """Ask on page Diversity on which classes the branches differ."""
    page.goto(f"{address}/diversity?{PICKED}")
    _scroll_to(page, "On which classes do branches differ most?")
    return _main(page)


def score(page: Page, address: str, _: Path) -> Locator:
    """Compare accuracies on page Evaluation."""
    page.goto(f"{address}/evaluation?{PICKED}")
    _scroll_to(page, "How good is each branch, and the ensemble?")
    return _main(page)


def note(page: Page, address: str, _: Path) -> Locator:
    """Write the insight beside the run, on page Runs."""
    page.goto(f"{address}/runs?{PICKED}")
    page.get_by_role("combobox", name="One run").wait_for()
    rest(page)
    page.get_by_role("combobox", name="One run").click()
    page.get_by_role("option", name=f"ESR-4 level 3 varied · {RUNS[1]}").click()
    form = page.get_by_test_id("stForm").filter(has=page.get_by_label("Notes"))
    form.get_by_label("Notes").fill(NOTE)
    form.get_by_role("button", name="Save", exact=True).click()
    rest(page)
    form.scroll_into_view_if_needed()
    return _main(page)


def _scroll_to(page: Page, question: str) -> None:
    heading = page.get_by_role("heading", name=question)
    heading.wait_for()
    rest(page)
    heading.evaluate("heading => heading.scrollIntoView({block: 'start'})")


def _main(page: Page) -> Locator:
    return page.get_by_test_id("stMain")


def visit(folder: Path) -> Iterator[tuple[str, str]]:
    """Start the app on copies of the shipped runs, and walk."""
    with tempfile.TemporaryDirectory() as temporary, chromium() as browser:
        for run in COMPARED:
            shutil.copytree(ROOT / "runs" / run, Path(temporary) / "runs" / run)
        with serving(Path(temporary)) as address:
            yield from walk(browser.new_page(viewport=SIZE), address, folder)


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for name, _ in visit(PICTURES):
        print(PICTURES / name)
