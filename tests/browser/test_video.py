"""A video in a real browser: read, followed on its timeline, and saved."""

import io
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect

from esr_core.run_store import RunStore
from tests.app.conftest import store_run
from tests.browser.conftest import rest, saved
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM, serving
from tests.esr_core.video.clips import smile, write_video

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET_CHROMIUM),
]


@pytest.fixture
def app(tmp_path) -> Iterator[str]:
    store_run(RunStore(tmp_path / "runs"), "esr", branches=4)
    with serving(tmp_path) as address:
        yield address


def test_a_click_on_the_timeline_shows_that_frame_and_the_table_has_every_frame(app, page, tmp_path):
    clip: Path = write_video(tmp_path / "clip.mp4", smile(20))
    page.goto(f"{app}/faces?runs=esr&look=Video")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(clip)
    page.get_by_text("256 × 160, 10 frames a second, 2 s long: every frame is read.").wait_for()
    expect(page.get_by_test_id("saliency-row").locator("img")).to_have_count(5)
    rest(page)
    bands = page.locator(".st-key-video-esr .draglayer .xy .nsewdrag").bounding_box()
    page.mouse.click(bands["x"] + bands["width"] * 0.25, bands["y"] + bands["height"] * 0.6)
    page.get_by_text("Frame at 0.50 s").wait_for()
    table = pd.read_csv(io.BytesIO(saved(page, "over time", "CSV")))
    assert len(table) == 20
    assert list(table.columns[:4]) == ["Timestamp(sec)", "Ensemble_Emotion", "Ensemble_Arousal", "Ensemble_Valence"]
    assert page.get_by_test_id("stException").count() == 0
    page.reload()  # the address knows the video
    expect(page.get_by_test_id("saliency-row").locator("img")).to_have_count(5)


def test_reading_can_be_stopped_and_gone_on_with(app, page, tmp_path):
    clip = write_video(tmp_path / "long.mp4", (frame for _ in range(40) for frame in smile(20)))
    page.goto(f"{app}/faces?runs=esr&look=Video")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(clip)
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("Stopped after").wait_for()
    expect(page.get_by_test_id("saliency-row").locator("img")).to_have_count(5)  # of what has been read
    page.get_by_role("button", name="Read on").click()
    page.get_by_role("button", name="Stop", exact=True).wait_for()
    assert page.get_by_test_id("stException").count() == 0
