"""Twenty sessions at once: seconds of a switch of pages, errors, and how much the app's memory grows.

Usage: python -m bench.sessions [--sessions 20] [--minutes 1] [--every 5]

The sessions are bare connections that ask for pages as a browser does: twenty browsers would compute more than the app
that is measured. Each switches between pages Compare, Parameters and Evaluation of the five runs of ``bench.app``, at a
moment of its own within each so many seconds. A switch has ended when the app says that its script has.
"""

import argparse
import tempfile
import threading
import time
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from websockets.sync.client import ClientConnection, connect

from bench._timing import processor, summary
from bench.app import NETWORKS, store_runs
from bench.soak import app_process
from esr_core.run_store import RunStore
from tests.browser.serving import serving

PAGES = ("", "parameters", "evaluation")
FINISHED = b"0\x00"  # how a message of Streamlit's ends that says a script has: field 6, "successfully"
LONGEST = 100  # bytes of such a message
PATIENCE_S = 120


def asked_for(page: str) -> bytes:
    """The message that runs the script of a page: field 11, of it 1 is the address's query and 4 the page's name."""
    query = f"runs={','.join(NETWORKS)}&face=sample-0".encode()
    name = page.encode()
    body = b"\x0a" + bytes([len(query)]) + query + b"\x22" + bytes([len(name)]) + name
    return b"\x5a" + bytes([len(body)]) + body


def switch_s(session: ClientConnection, page: str) -> float:
    """Seconds from the question for a page to the end of its script."""
    started = time.perf_counter()
    session.send(asked_for(page))
    while True:
        message = session.recv(timeout=PATIENCE_S)
        if len(message) < LONGEST and bytes(message).endswith(FINISHED):  # type: ignore[arg-type]  # never a text
            return time.perf_counter() - started


def visit(address: str, number: int, times: int, every_s: float, seconds: list[float]) -> None:
    """Open a session, and switch pages so many times; the first page does not count."""
    rng = np.random.default_rng(number)
    stream = f"ws{address.removeprefix('http')}/_stcore/stream"
    with connect(stream, subprotocols=["streamlit"], origin=address, max_size=None) as session:
        pages = islice(cycle(PAGES), number % len(PAGES), None)
        switch_s(session, next(pages))
        for page in islice(pages, times):
            wait_s = rng.uniform(0, every_s)
            time.sleep(wait_s)
            seconds.append(switch_s(session, page))
            time.sleep(max(0.0, every_s - wait_s - seconds[-1]))


def measure(address: str, sessions: int, times: int, every_s: float) -> list[float]:
    """Seconds of all switches of all sessions."""
    seconds: list[float] = []
    visits = [
        threading.Thread(target=visit, args=(address, number, times, every_s, seconds)) for number in range(sessions)
    ]
    for each in visits:
        each.start()
    for each in visits:
        each.join()
    return seconds


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=20, help="at once (default 20)")
    parser.add_argument("--minutes", type=float, default=1, help="of switching (default 1)")
    parser.add_argument(
        "--every", type=float, default=5, metavar="SECONDS", help="a session switches once in (default 5)"
    )
    options = parser.parse_args()
    times = round(60 * options.minutes / options.every)
    print(processor())
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        store_runs(RunStore(root / "runs"))
        with serving(root) as address:
            measure(address, 1, len(PAGES), 0)  # what the first visitor waits for
            app = app_process()
            memory, busy = app.memory_full_info().uss, sum(app.cpu_times()[:2])
            seconds = measure(address, options.sessions, times, options.every)
            grown, busy = app.memory_full_info().uss - memory, sum(app.cpu_times()[:2]) - busy
        errors = (root / "app.log").read_text(encoding="utf-8").count("Traceback")
    print(f"{options.sessions} sessions, each of which switches once in {options.every:g} s")
    print(f"s, median (quartiles) of {len(seconds)} of {options.sessions * times} switches: {summary(seconds, 2)}")
    print(f"95th percentile, s: {np.percentile(seconds, 95):.2f}")
    print(f"of the processor, s for a switch: {busy / len(seconds):.2f}")
    print(f"errors: {errors}; memory grew by {grown / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
