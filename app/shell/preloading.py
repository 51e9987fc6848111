"""What the first visitor would wait for, done while the server starts and the browser loads its own part."""

import asyncio
import gc
import pkgutil
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from importlib import import_module

import streamlit as st
from streamlit import config
from streamlit.web.server import server_util

import app
from esr_core.freed_memory import give_back_freed_memory, keep_freed_memory

FREED_KEPT_FOR_S = 60.0  # between two clicks it is used again; who went away for longer waits a tenth of a second more
LEFT_FOR_S = 3600.0  # beyond the day after which uploads go
LISTENS_AFTER_S = 0.5  # from the start of its application on, with room to spare


@asynccontextmanager
async def preloaded(server: st.App) -> AsyncIterator[None]:  # noqa: ARG001 - whoever serves
    """Import all modules of the app beside the server, and show the dashboard in a browser where there is one."""
    keep_freed_memory()
    again = ((give_back_freed_memory, FREED_KEPT_FOR_S), (_remove_leftovers, LEFT_FOR_S))
    tasks = [asyncio.create_task(regularly(act, every_s)) for act, every_s in again]
    threading.Thread(target=_prepare, name="preload", daemon=True).start()
    if not st.get_option("server.headless"):  # Streamlit opens it for scripts alone, not for an ``st.App``
        asyncio.get_running_loop().call_later(LISTENS_AFTER_S, webbrowser.open, address())
    yield
    for task in tasks:
        task.cancel()


async def regularly(act: Callable[[], object], every_s: float) -> None:
    """Call a function beside the server, again and again until cancelled."""
    while True:
        await asyncio.sleep(every_s)
        await asyncio.to_thread(act)


def address() -> str:
    """Where a browser finds the dashboard, by Streamlit's own settings of host, port, path and certificate."""
    if config.is_manually_set("browser.serverAddress"):  # what a proxy is reached by
        host = config.get_option("browser.serverAddress")
    else:
        host = server_util.get_display_address(config.get_option("server.address") or "localhost")
    return server_util.get_url(host)


def _prepare() -> None:
    preload()
    _remove_leftovers()


def _remove_leftovers() -> None:
    from app.shell.leftovers import remove_leftovers  # not above: it imports torch, and the server would listen later

    remove_leftovers()


def preload() -> None:
    """Import them, and spare the garbage collector what then stays for good.

    It runs after every run of a script, and would look through 300,000 objects of libraries each time: 0.15 s, in which
    nobody is served.
    """
    gc.disable()
    try:
        for name in modules():
            import_module(name)
    finally:
        gc.enable()
    gc.freeze()


def modules() -> Iterator[str]:
    """Names of all modules of the app but its pages, which draw as soon as they are imported."""
    names = (module.name for module in pkgutil.walk_packages(app.__path__, "app."))
    return (name for name in names if not name.endswith(".page"))
