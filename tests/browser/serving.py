"""The dashboard served to a real browser, for tests and measurements."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from esr_core.jobs import JobQueue, processes
from esr_core.run_store import is_alive

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOW_TO_GET_CHROMIUM = "no Chromium: apt-get install chromium, or put it on the PATH"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
ROOT = Path(__file__).parents[2]
START_S = 60


@contextmanager
def serving(root: Path, prepared: Path | None = None) -> Iterator[str]:
    """Address of the running app, on a free port; what it prints is in ``root / "app.log"``.

    Args:
        root: folder of its runs, prepared, uploads and cache.
        prepared: folder of its prepared sets where they are not below ``root``.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py")]
    command += ["--server.port", str(port), "--server.headless", "true"]
    folders = {f"ESR_{name.upper()}": str(root / name) for name in ("runs", "prepared", "uploads", "cache")}
    if prepared:
        folders["ESR_PREPARED"] = str(prepared)
    compiled = {"PYTHONDONTWRITEBYTECODE": ""}  # its modules once, at the first start, as Python does by default
    environment = os.environ | folders | compiled
    with (root / "app.log").open("wb") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:  # too busy a machine to end in good order
            server.kill()
            server.wait()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(f"nothing listens on port {port} after {START_S} s")


def end_jobs(root: Path) -> None:
    """Leave no worker and no training behind, however a test ended."""
    worker = processes.find(["jobs", "worker", "--runs", str(root.resolve()), "--until-idle", "60"])
    if worker is not None:
        worker.kill()
    for job in JobQueue(root).jobs() if root.exists() else []:
        if job.pid is not None and is_alive(job.pid, job.process_started):
            processes.end_at_once(job.pid)
