"""The app served, and a browser that must not ask anybody but its server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from esr_core.data.builtin import sample_face
from tests.browser.serving import chromium, end_jobs, serving
from tests.conftest import LONDON

PATIENCE_MS = 120_000
TRAINING_MS = 420_000  # a few seconds on an idle machine; a busy one must not fail the test
LOCAL = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")

# Streamlit calls a page at rest until its server begins to answer, which on a busy machine comes long after a click.
ANSWERED = """window.WebSocket = class extends WebSocket {
    constructor(...address) {
        super(...address);
        this.addEventListener("message", ({data}) => {
            const [kind, length] = new Uint8Array(data);
            if (kind === 0x4a && length === 0) window.isAnswered = true;  // session_status_changed: none runs
        });
    }
    send(message) {
        if (message[0] === 0x5a) window.isAnswered = false;  // rerun_script
        super.send(message);
    }
};"""


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_init_script(ANSWERED)
        context.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        foreign: list[str] = []
        context.on("request", lambda request: None if request.url.startswith(LOCAL) else foreign.append(request.url))
        yield context.new_page()
        assert not foreign, "the dashboard asks nobody but its own server"


@pytest.fixture
def app(tmp_path, prepared_faces) -> Iterator[str]:
    """Address of the running app; its runs are in ``tmp_path / "runs"``."""
    with serving(tmp_path, prepared_faces) as address:
        yield address
    end_jobs(tmp_path / "runs")


@pytest.fixture(scope="session")
def photograph(tmp_path_factory) -> Path:
    """A real photograph where there is one, else a drawn one."""
    real = LONDON / "smiling_front" / "001_08.jpg"
    if real.is_file():
        return real
    drawn = tmp_path_factory.mktemp("photograph") / "drawn.png"
    Image.fromarray(sample_face(0)).save(drawn)
    return drawn


def fill(page: Page, label: str, value: str) -> None:
    """Type a value into a field of the form."""
    box = page.get_by_label(label, exact=True)
    box.fill(value)
    box.press("Enter")
    page.wait_for_timeout(700)  # the form is drawn anew after each field


def saved(page: Page, question: str, kind: str) -> bytes:
    """What the menu beside a chart's question saves."""
    row = page.get_by_test_id("stHorizontalBlock").or_(page.get_by_test_id("stVerticalBlock"))
    row = row.filter(has=page.get_by_role("heading", name=question)).filter(has_text="Save").last
    row.get_by_role("button", name="Save").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=kind, exact=True).click()
    content = Path(download.value.path()).read_bytes()
    page.keyboard.press("Escape")
    return content


def rest(page: Page, quiet_ms: int = 800) -> None:
    """Wait until the page has been at rest for a while: what a click changes comes in several steps."""
    page.wait_for_function(
        """(quiet) => {
            const app = document.querySelector("[data-testid='stApp']");
            const now = `${app?.dataset.testScriptState} ${app?.innerHTML.length}`;
            const failure = document.querySelector("[role='dialog']")?.innerText ?? "";
            if (failure.startsWith("Connection error")) throw new Error(failure);
            const isDrawn = app && !app.querySelector("[data-testid='stSkeleton']");  // else a widget's code is loading
            const isAtRest = now === window.before && now.startsWith("notRunning") && window.isAnswered !== false;
            const isMoving = document.getAnimations().some((each) => each instanceof CSSTransition);  // as a sidebar
            if (!isAtRest || !isDrawn || isMoving) window.since = performance.now();
            window.before = now;
            return performance.now() - window.since > quiet;
        }""",
        arg=quiet_ms,
        polling=100,
    )
