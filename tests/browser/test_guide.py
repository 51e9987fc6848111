"""The guide: each of its steps can be taken, and what it says of the pages is on them."""

import re

import pytest

import esr_core as esr
from docs.walk import PICTURES, ROOT, RUNS, visit
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM

GUIDE = PICTURES.with_suffix(".md").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET_CHROMIUM)
def test_every_step_of_the_guide_can_be_taken_and_shows_the_numbers_in_bold(tmp_path):
    pages = dict(visit(tmp_path))
    sections = {picture: text for text in GUIDE.split("\n## ") for picture in re.findall(r"\(guide/([\w.]+)\)", text)}
    assert list(sections) == list(pages) == [path.name for path in sorted(tmp_path.iterdir(), key=_age)]
    absent = {
        (name, value)
        for name, text in sections.items()
        for value in re.findall(r"\*\*(.+?)\*\*", text, re.DOTALL)
        if value not in pages[name]
    }
    assert absent == set()


def test_what_the_guide_concludes_is_what_the_runs_scored():
    scores = esr.open_run(RUNS[1], ROOT / "runs").scores().set_index("who")["accuracy"]
    branches = scores[[f"branch {number}" for number in range(1, 5)]]
    assert branches.is_monotonic_decreasing
    assert 1 < 100 * (scores["vote"] - branches.max()) < 2


def _age(path):
    return path.stat().st_mtime_ns
