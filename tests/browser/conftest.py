"""A browser that must not ask anybody but the dashboard's own server."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.serving import chromium

PATIENCE_MS = 60_000
LOCAL = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        foreign: list[str] = []
        page.on("request", lambda request: None if request.url.startswith(LOCAL) else foreign.append(request.url))
        yield page
        assert not foreign, "the dashboard asks nobody but its own server"
