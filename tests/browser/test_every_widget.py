"""Every widget of every page shows what was chosen in it: the second option, the third, the first, and back again."""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import torch
from PIL import Image
from playwright.sync_api import Error, Locator, Page

from esr_core.data.builtin import builtin_source, sample_face
from esr_core.data.preparation import prepare
from esr_core.run_store import RunStore
from tests.app.conftest import PAGES
from tests.app.deciding import prepare_faces, store_ensemble
from tests.app.faces.test_faces_maps import store_course
from tests.browser.conftest import rest
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM, serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET_CHROMIUM),
]
ORDER = (1, 2, 0, 2, 1)
PATIENCE_MS = 240_000  # some choices are drawn in a second on an idle machine; a busy one must not fail the test
OPEN_MS, ATTEMPTS = 30_000, 8  # of a list of options
PATHS = {"compare": ""}  # the first page
ADDRESS = {"faces": "runs=course&face=drawn-p1.au6_80.au12_80", "compare": "runs=course&face=sample-0"}
FEWEST = {"compare": 3, "runs": 1, "faces": 35, "convergence": 1, "diversity": 6, "parameters": 2} | {
    "evaluation": 7,
    "data": 4,
    "jobs": 0,
    "atlas": 4,
    "network": 5,
    "frontier": 2,
    "paper": 1,
}
"""Widgets that a page has at least."""


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Iterator[str]:
    """Address of the app: two prepared sets, ensembles ``esr`` and ``te``, and ``course`` with moments of training."""
    folder: Path = tmp_path_factory.mktemp("app")
    store, faces = RunStore(folder / "runs"), prepare_faces(folder / "prepared", "own", has_votes=True)
    store_ensemble(store, faces, "esr")
    store_ensemble(store, faces, "te", level=0)
    torch.manual_seed(14)
    store_course(store, "course", 3, [(1, 0), (1, 5), (2, 0), (2, 5)])
    prepare(builtin_source(3, 7, difficulty="easy"), folder / "prepared" / "drawn")
    with serving(folder) as address:
        yield address


def open_options(widget: Locator) -> Locator:
    """The options of a box; opened again where what is drawn meanwhile has closed them."""
    box, options = widget.get_by_role("combobox"), widget.page.get_by_role("option")
    for _ in range(ATTEMPTS):
        box.scroll_into_view_if_needed()  # first, for scrolling closes the list of options
        rest(widget.page, quiet_ms=300)
        if not options.count():
            box.click()
        with suppress(Error):
            options.first.wait_for(timeout=OPEN_MS)
            return options
    raise AssertionError(f"the options of {box} do not open")


def choose_in_box(widget: Locator, position: int) -> str:
    options = open_options(widget)
    option = options.nth(position % options.count())
    text = option.inner_text()
    option.click()
    return text


def add_or_remove(widget: Locator, position: int) -> str:
    """Let go of the first tag, or add the first option that is none; what the tags must be then."""
    tags = shown_in_tags(widget).split("\n")
    if position == 0 and len(tags) > 1:
        widget.get_by_role("button", name=f"Remove {tags[0]}").click()
        return "\n".join(tags[1:])
    option = open_options(widget).filter(has_not_text=re.compile("^(Select all|No results)$")).first
    if option.count() == 0 or option.inner_text() in tags:
        widget.page.keyboard.press("Escape")
        return "\n".join(tags)
    tags.append(option.inner_text())
    option.click()
    widget.page.keyboard.press("Escape")
    return "\n".join(filter(None, tags))


def shown_in_tags(widget: Locator) -> str:
    return "\n".join(widget.locator("[data-tag] > span:first-child").all_inner_texts())


def click_one(widget: Locator, position: int) -> str:
    """Click a button of a group; where several may be chosen, the others stay as they are."""
    buttons = widget.locator("button[data-rac]").all()
    button = buttons[position % len(buttons)]
    is_chosen = button.get_attribute("data-selected") == "true"
    if button.get_attribute("role") == "radio":
        if not is_chosen:
            button.click()
        return button.inner_text()
    chosen = [each for each in buttons if (each.get_attribute("data-selected") == "true") != (each is button)]
    texts = [each.inner_text() for each in chosen]
    button.click()
    return "\n".join(texts)


def slide(widget: Locator, position: int) -> str:
    slider = widget.get_by_role("slider")
    for key in ("Home", *["ArrowRight"] * position):
        slider.press(key)
    return slider.get_attribute("aria-valuetext") or ""


def type_number(widget: Locator, position: int) -> str:
    box = widget.locator("input")
    lowest, step = (float(box.get_attribute(name) or 1) for name in ("min", "step"))
    return type_text(widget, f"{lowest + position * step:g}")


def type_text(widget: Locator, text: int | str) -> str:
    box = widget.locator("input")
    box.fill(str(text))
    box.press("Enter")
    return str(text)


def switch(widget: Locator, position: int) -> str:
    if widget.locator("input").is_checked() != bool(position % 2):
        widget.locator("label").first.click()
    return str(bool(position % 2))


def typed(widget: Locator) -> str:
    return widget.locator("input").input_value()


KINDS: dict[str, tuple[Callable[[Locator, int], str], Callable[[Locator], str]]] = {
    "stSelectbox": (choose_in_box, typed),
    "stMultiSelect": (add_or_remove, shown_in_tags),
    "stButtonGroup": (
        click_one,
        lambda widget: "\n".join(widget.locator("button[data-selected=true]").all_inner_texts()),
    ),
    "stSlider": (slide, lambda widget: widget.get_by_role("slider").get_attribute("aria-valuetext") or ""),
    "stNumberInput": (type_number, lambda widget: f"{float(typed(widget)):g}"),
    "stTextInput": (type_text, typed),
    "stCheckbox": (switch, lambda widget: str(widget.locator("input").is_checked())),
}
"""How one chooses in each kind of widget, which says what it must show then, and what it does show."""


def keys(area: Locator) -> list[tuple[str, str]]:
    """Kind and key of the widgets in an area that a user can change."""
    found = []
    for kind in KINDS:
        for widget in area.get_by_test_id(kind).filter(visible=True).all():
            box = widget.locator("xpath=ancestor::*[contains(@class, 'st-key-')][1]")
            key = re.search(r"st-key-\S+", box.get_attribute("class") or "")
            assert key, widget.inner_text()
            found.append((kind, key[0]))
    return found


def walk(page: Page, area: Locator, walked: list[tuple[str, str]]) -> None:
    """Choose in every widget of an area, those that come up meanwhile included."""
    closed = area.get_by_test_id("stExpander").locator("details:not([open]) > summary")
    while closed.count():  # each that is opened is one less of these
        closed.first.click()
        rest(page, quiet_ms=300)
    while unwalked := [each for each in keys(area) if each not in walked]:
        for kind, key in unwalked:
            widget = area.locator(f".{key}").get_by_test_id(kind)
            if widget.count() == 0:  # another choice took it away meanwhile
                continue
            walked.append((kind, key))
            text = typed(widget) if kind == "stTextInput" else None
            for position in ORDER:
                if widget.count() == 0 or widget.locator("input, button").first.is_disabled():
                    break
                expected = KINDS[kind][0](widget, position)
                rest(page, quiet_ms=300)
                if widget.count():
                    assert KINDS[kind][1](widget) == expected, f"{key} after {position}"
            if text is not None:  # as it was, for a search hides what does not match
                type_text(widget, text)
                rest(page, quiet_ms=300)


@pytest.mark.parametrize("name", PAGES)
def test_what_is_shown_is_what_was_chosen(app, page, name):
    page.set_default_timeout(PATIENCE_MS)
    main, walked = page.get_by_test_id("stMain"), list[tuple[str, str]]()
    before = -1
    while len(walked) > before:  # what a choice took away is there again
        before = len(walked)
        page.goto(f"{app}/{PATHS.get(name, name)}?{ADDRESS.get(name, 'runs=esr,te')}")
        main.get_by_role("heading", level=1).wait_for()
        rest(page)
        walk(page, main, walked)
    for menu in page.locator(".st-key-faces_display button").all():
        menu.click()
        walk(page, page.get_by_test_id("stPopoverBody"), walked)
        page.keyboard.press("Escape")
    for section in page.locator(".st-key-face_section button").all():
        section.click()
        rest(page)
        walk(page, main, walked)
    if name == "parameters":
        walk(page, page.get_by_test_id("stSidebar"), walked)
    assert len(walked) >= FEWEST[name]
    assert page.get_by_test_id("stException").count() == 0


def test_back_shows_what_the_address_says_again(app, page):
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{app}/faces?runs=course&face=sample-0")
    chosen = page.locator(".st-key-sample_face button[data-selected=true]")
    for position in (1, 3):
        page.locator(".st-key-sample_face button").nth(position).click()
        page.wait_for_url(f"**face=sample-{position}*")
        rest(page)
    for position in (1, 0):
        page.go_back()
        rest(page)
        assert f"face=sample-{position}" in page.url
        assert chosen.inner_text() == str(position + 1)
    page.get_by_role("link", name="Parameters").click()
    rest(page)
    page.go_back()
    page.get_by_role("heading", name="Where does each branch look?").wait_for()
    rest(page)
    assert chosen.inner_text() == "1"


@pytest.mark.parametrize("name", ["faces", "compare"])
def test_a_photograph_is_shown_when_it_is_chosen_whatever_it_is_called(app, page, name, tmp_path):
    files = [tmp_path / folder / "face.png" for folder in "abc"]
    for person, file in enumerate(files):
        file.parent.mkdir()
        Image.fromarray(sample_face(person)).save(file)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{app}/{PATHS.get(name, name)}?runs=course")
    rest(page)
    if name == "compare":
        page.get_by_role("button", name="Upload").click()
    chooser = page.get_by_test_id("stFileUploaderDropzoneInput")
    chooser.wait_for(state="attached")
    for file in files:  # one after the other, for the browser does not take two of one name at once
        chooser.set_input_files(file)
        rest(page)
    box = page.locator(".st-key-uploaded_face").get_by_test_id("stSelectbox")
    for position in ORDER:
        title = choose_in_box(box, position)
        rest(page, quiet_ms=300)
        assert typed(box) == title
        assert f"face=upload-{hashlib.sha256(files[position].read_bytes()).hexdigest()}" in page.url
