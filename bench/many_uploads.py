"""The dashboard after a day of uploads: how much the app's memory grows with 200 photographs and 20 videos.

Usage: python -m bench.many_uploads [--visits 20] [--photographs 10]

Visitors come one after the other, in headless Chromium, and leave again. Each uploads photographs of twelve million
pixels, as telephones take them, one after the other to the maps of an ESR-4, and a video of 1280 x 720, which is read
to its end. Only the app's process is measured. Streamlit keeps what belongs to a visitor, uploads included, for two
minutes, in case that the connection was lost, and lets it go when the next one leaves after that; the app gives freed
memory back once a minute. So before the first and the last samples somebody comes after two minutes, uploads nothing
and leaves, and another minute passes. Fails where memory grows by 200 MB or more from the first visitor's to the last
one's.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import psutil
from playwright.sync_api import Browser

from bench.soak import PATIENCE_MS, app_process
from bench.upload import BRANCHES
from bench.video import write_clip
from esr_core.data.builtin import NUM_SAMPLE_FACES, sample_face
from esr_core.run_store import RunStore
from tests.app.conftest import store_run
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM, chromium, serving

LIMIT_MB = 200
PHOTOGRAPH_PX = (3000, 4000)  # height and width
CORNER_PX = (600, 1200)  # of the face
FACE_PX = 900  # of the first photograph; a pixel more in each later one
VIDEO_FRAMES = 60
KEPT_S = 130  # after which a closed session is given up when another one is closed
GIVEN_BACK_S = 70  # within which the app gives back what it has freed
SAMPLES_AT_REST = 6
NEW_MAPS = """(before) => {
    const pictures = [...document.querySelectorAll("[data-testid='saliency-row'] img")];
    const areDrawn = pictures.length === %d && pictures.every((each) => each.complete && each.naturalWidth > 0);
    return areDrawn && pictures[0].src !== before && pictures[0].src;
}""" % (BRANCHES + 1)  # noqa: UP031 - a text full of braces


def write_photographs(folder: Path, count: int) -> list[Path]:
    """So many drawn faces before a cloudy wall, no two alike, as JPEG files."""
    noise = np.random.default_rng(0).integers(0, 255, (*PHOTOGRAPH_PX, 3), dtype=np.uint8)
    wall = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 3), np.empty(0), 60, 200, cv2.NORM_MINMAX)
    top, left = CORNER_PX
    paths = [folder / f"{number}.jpg" for number in range(count)]
    for number, path in enumerate(paths):
        side = FACE_PX + number
        face = sample_face(number % NUM_SAMPLE_FACES)[..., ::-1]
        wall[top : top + side, left : left + side] = cv2.resize(face, (side, side))  # covers the one before
        cv2.imwrite(str(path), wall)
    return paths


def write_videos(folder: Path, count: int) -> list[Path]:
    """So many videos of the same frames, which are different files: each ends in an atom of its own to be skipped."""
    write_clip(folder / "clip.mp4", VIDEO_FRAMES)
    clip = (folder / "clip.mp4").read_bytes()
    paths = [folder / f"{number}.mp4" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(clip + b"\0\0\0\x0cfree" + number.to_bytes(4))
    return paths


def visit(browser: Browser, address: str, photographs: Sequence[Path], video: Path) -> None:
    """Look at the maps of each photograph and of the video, and leave."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    for look, paths in (("Photograph", photographs), ("Video", [video])):
        page.goto(f"{address}&look={look}")
        chooser, shown = page.get_by_test_id("stFileUploaderDropzoneInput"), None
        for path in paths:
            chooser.set_input_files(path)
            shown = page.wait_for_function(NEW_MAPS, arg=shown).json_value()
    page.close()


def wait_for_rest(browser: Browser, address: str) -> None:
    """Let the app be until it has nothing left of those who left."""
    time.sleep(KEPT_S)
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for()
    page.close()
    time.sleep(GIVEN_BACK_S)


def at_rest_mb(process: psutil.Process) -> float:
    """The median of some samples, a second apart."""
    samples = []
    for _ in range(SAMPLES_AT_REST):
        time.sleep(1)
        samples.append(process.memory_full_info().uss / 1e6)
    return statistics.median(samples)


def measure(visits: int, photographs: int) -> float:
    """Megabytes by which the app's memory grows from the first visitor's leaving to after the last one's."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        run_id = store_run(RunStore(root / "runs"), "esr", branches=BRANCHES)  # untrained: its maps are as large
        files, videos = write_photographs(root, (visits + 1) * photographs), write_videos(root, visits + 1)
        albums = [files[start : start + photographs] for start in range(0, len(files), photographs)]
        with serving(root) as server, chromium() as browser:
            process, address, memory_mb = app_process(), f"{server}/faces?runs={run_id}", list[float]()
            for number, (album, video) in enumerate(zip(albums, videos, strict=True)):
                visit(browser, address, album, video)
                if number in (0, visits):
                    wait_for_rest(browser, address)
                memory_mb.append(at_rest_mb(process))
                counts = f"{number * photographs:3d} photographs and {number:2d} videos"
                print(f"{counts} after the first visitor's: {memory_mb[-1]:.0f} MB", flush=True)
    return memory_mb[-1] - memory_mb[0]


def main() -> None:
    """Print the memory after each visitor and the growth; exit with a sentence where it is too much."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=20, help="visitors, each with a video (default: 20)")
    parser.add_argument("--photographs", type=int, default=10, help="of each visitor (default: 10)")
    options = parser.parse_args()
    if CHROMIUM is None:
        parser.error(HOW_TO_GET_CHROMIUM)
    growth_mb = measure(options.visits, options.photographs)
    print(f"grown by {growth_mb:.0f} MB; less than {LIMIT_MB} asked")
    if growth_mb >= LIMIT_MB:
        sys.exit(f"memory grew by {growth_mb:.0f} MB, {LIMIT_MB} or more")


if __name__ == "__main__":
    main()
