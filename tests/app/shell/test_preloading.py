"""What the server imports while it starts."""

import ast
import asyncio
import gc
import sys
import webbrowser
from collections.abc import Callable

import pytest
import streamlit as st
from streamlit import config

from app.shell import preloading
from tests.app.conftest import APP

FIRST_PAGE = APP.parent / "app" / "compare" / "page.py"


@pytest.fixture
def thawed():
    """The garbage collector looks through everything again after the test."""
    yield
    gc.unfreeze()


@pytest.fixture
def started(monkeypatch):
    """A function that starts a server of these options, and the addresses that it opened in a browser."""
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr(preloading, "keep_freed_memory", lambda: None)
    monkeypatch.setattr(preloading, "preload", lambda: None)
    monkeypatch.setattr(preloading, "_remove_leftovers", lambda: None)  # of whoever runs the tests
    monkeypatch.setattr(preloading, "LISTENS_AFTER_S", 0)

    async def start(until: Callable[[], bool]) -> None:
        async with preloading.preloaded(st.App("dashboard.py")):
            await asyncio.sleep(0.01)
            while not until():
                await asyncio.sleep(0.01)

    def addresses(options: dict[str, str | int | bool], until: Callable[[], bool] = lambda: True) -> list[str]:
        config.get_config_options(force_reparse=True, options_from_flags=options)
        asyncio.run(asyncio.wait_for(start(until), 30))
        return opened

    yield addresses
    config.get_config_options(force_reparse=True)


def imported_by(source: str) -> set[str]:
    """Modules of the app that a source names, "app.compare.rows" for "from app.compare import rows"."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    names = {name for node in nodes for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))}
    return names & {*preloading.modules(), *sys.modules}


def test_all_that_the_first_page_imports_is_there_and_no_page_was_drawn(thawed):
    preloading.preload()
    first = imported_by(APP.read_text(encoding="utf-8")) | imported_by(FIRST_PAGE.read_text(encoding="utf-8"))
    assert "app.compare.rows" in first
    assert first <= sys.modules.keys()
    assert not [name for name in preloading.modules() if name.endswith(".page")]


def test_what_was_imported_is_spared_by_the_garbage_collector_and_later_cycles_are_not(thawed):
    preloading.preload()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 100_000  # torch alone has more
    cycle: list = []
    cycle.append(cycle)
    del cycle
    assert gc.collect() >= 1


def test_the_collector_goes_on_where_an_import_fails(monkeypatch):
    monkeypatch.setattr(preloading, "modules", lambda: iter(["app.no_such_module"]))
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        preloading.preload()
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("options", "address"),
    [
        ({}, "http://127.0.0.1:8501"),
        ({"server.port": 8600, "server.baseUrlPath": "/esr/"}, "http://127.0.0.1:8600/esr"),
        ({"server.sslCertFile": "cert.pem", "server.sslKeyFile": "key.pem"}, "https://127.0.0.1:8501"),
        ({"server.address": "::"}, "http://localhost:8501"),
        ({"browser.serverAddress": "esr.example.org", "browser.serverPort": 80}, "http://esr.example.org:80"),
    ],
    ids=["as shipped", "port and path", "certificate", "all interfaces", "behind a proxy"],
)
def test_a_browser_is_opened_where_the_server_is_by_its_settings(started, options, address):
    assert started({"server.headless": False, **options}) == [address]


def test_a_server_without_a_screen_opens_no_browser(started):
    assert started({"server.headless": True}) == []


@pytest.mark.parametrize(
    ("act", "interval"), [("give_back_freed_memory", "FREED_KEPT_FOR_S"), ("_remove_leftovers", "LEFT_FOR_S")]
)
def test_freed_memory_and_old_uploads_go_again_and_again_while_the_server_runs(started, monkeypatch, act, interval):
    times: list[None] = []
    monkeypatch.setattr(preloading, "_prepare", lambda: None)  # which removes leftovers once
    monkeypatch.setattr(preloading, act, lambda: times.append(None))
    monkeypatch.setattr(preloading, interval, 0.001)
    started({"server.headless": True}, until=lambda: len(times) > 2)
