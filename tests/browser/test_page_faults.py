"""The checks of a page, each on a page that has its fault and beside it what looks like one."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import page_faults
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM, chromium

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET_CHROMIUM)]
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
NO_FAULT = f"""
    <button aria-label="Save">x</button><label>Name <input value="a"></label><img src="{PIXEL}" alt="a face">
    <img src="{PIXEL}" alt="">
    <p style="width: 80px; overflow-x: auto; white-space: nowrap" tabindex="0">a long line in a frame that scrolls</p>
    <p style="position: absolute; width: 1px; height: 1px; overflow: hidden; white-space: nowrap">for ears alone</p>
    <p style="width: 20px; overflow: hidden; white-space: nowrap; visibility: hidden">not to be seen</p>
    <p style="color: #767676; background: white">just dark enough</p>
    <button disabled style="color: #ddd">Not now</button>
    <svg height="20"><text y="12" font-size="12">large enough</text></svg>
    <p style="color: transparent">until it is asked for</p>
    <div style="background: #00689f; width: 9px; height: 9px; margin-top: 30px">
        <div style="position: relative; top: -25px; color: #00689f">0.50</div></div>
"""
FAULTS = {
    "errors": '<div data-testid="stException">KeyError</div>',
    "unlabelled_controls": "<button><svg></svg></button>",
    "unlabelled_controls of a field": '<input placeholder="">',
    "unlabelled_controls of a picture": f'<img src="{PIXEL}">',
    "cut_texts across": '<p style="width: 60px; overflow: hidden; white-space: nowrap">much too long a line</p>',
    "cut_texts with dots": '<p style="width: 60px; overflow: clip; text-overflow: ellipsis; white-space: nowrap">'
    "much too long a line</p>",
    "cut_texts below": '<div style="height: 25px; overflow: hidden"><p style="margin: 0">one</p><p>two</p></div>',
    "cut_texts in a drawing": '<svg width="40" height="20"><text y="12">much too long a line</text></svg>',
    "cut_texts in a field": '<input aria-label="Class" style="width: 30px" value="much too long a line">',
    "pale_texts": '<p style="color: #999">grey on white</p>',
    "pale_texts on their ground": '<div style="background: #222"><p style="color: #555">grey on black</p></div>',
    "pale_texts through opacity": '<div style="opacity: .5"><p>black, but half of it</p></div>',
    "pale_texts in a drawing": '<svg height="20"><text y="15" font-size="14" fill="#aaa">grey</text></svg>',
    "small_texts": '<svg height="20"><text y="12" font-size="10">too small</text></svg>',
    "sideways": '<div style="width: 3000px">wider than the window</div>',
    "sideways in the page": '<div data-testid="stMain" style="width: 200px; overflow: auto"><div style="width: 300px">w'
    "</div></div>",
}


@pytest.fixture(scope="module")
def shown() -> Iterator[Callable[[str], Page]]:
    """A function that shows HTML in one browser for all tests here."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 800, "height": 600})

        def show(html: str) -> Page:
            page.set_content(f'<html lang="en"><body style="background: white">{html}</body></html>')
            return page

        yield show


def test_a_page_without_a_fault_passes_all_checks(shown):
    assert page_faults.faults(shown(NO_FAULT)) == {}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen_by_its_check_alone(shown, fault):
    assert list(page_faults.faults(shown(NO_FAULT + FAULTS[fault]))) == [fault.split()[0]]
