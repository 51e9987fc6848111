"""From upload to drawn maps: the seconds a user waits on page Faces, in a real browser, with an ESR-4 picked.

Usage: python -m bench.upload [PHOTO ...]

The first upload after the app's start also loads the network; the others are what a user sees from then on.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import torch
from PIL import Image
from playwright.sync_api import Browser

from esr_core.data.builtin import NUM_SAMPLE_FACES, sample_face
from esr_core.run_store import RunStore
from tests.app.conftest import store_run
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM, chromium, serving

BRANCHES = 4
ALL_DRAWN = """count => {
    const pictures = [...document.querySelectorAll("[data-testid='saliency-row'] img")];
    return pictures.length === count && pictures.every(picture => picture.complete && picture.naturalWidth > 0);
}"""


def drawn_photographs(folder: Path) -> list[Path]:
    """The built-in faces as files."""
    paths = [folder / f"face-{number}.png" for number in range(NUM_SAMPLE_FACES)]
    for number, path in enumerate(paths):
        Image.fromarray(sample_face(number)).save(path)
    return paths


def seconds_to_maps(browser: Browser, address: str, run_id: str, photograph: Path) -> float:
    """Open the page, choose the file, and wait until a map of every branch and the ensemble's is drawn."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{address}/faces?runs={run_id}")
    chooser = page.get_by_test_id("stFileUploaderDropzoneInput")
    chooser.wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    started = time.perf_counter()
    chooser.set_input_files(photograph)
    page.wait_for_function(ALL_DRAWN, arg=BRANCHES + 1)
    elapsed = time.perf_counter() - started
    page.close()
    return elapsed


def main() -> None:
    """Upload every photograph once and print the first and the median of the others."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs", type=Path, nargs="*", metavar="PHOTO", help="default: the built-in faces")
    options = parser.parse_args()
    if CHROMIUM is None:
        parser.error(HOW_TO_GET_CHROMIUM)
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        photographs = options.photographs or drawn_photographs(root)
        run_id = store_run(RunStore(root / "runs"), "esr", branches=BRANCHES)  # untrained: maps take as long
        with serving(root) as address, chromium() as browser:
            first, *others = (seconds_to_maps(browser, address, run_id, path) for path in photographs)
    print(f"upload to {BRANCHES + 1} drawn maps, {torch.get_num_threads()} threads")
    print(f"  first upload after the start  {first:.2f} s")
    if others:
        print(
            f"  the {len(others)} after it              {statistics.median(others):.2f} s ({max(others):.2f} at most)"
        )


if __name__ == "__main__":
    main()
