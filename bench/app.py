"""The dashboard as somebody waits for it: its first page, page Compare with five runs, another face, class or moment.

Usage: python -m bench.app [--rounds 5]

In each round the app is served anew and a headless Chromium opens page Compare, switches to page Parameters and back,
and changes what the comparison is about. A page is there when its script has ended and it shows what was asked for; of
page Compare that includes maps of every branch. The runs are a single network and four ensembles of four branches, with
milestones and 3,000 predictions each, of random weights, which compute as trained ones do. A cold start is the first
page of a server that listens since just now, until its last row stands, and until each network's time for a face, which
is measured after that, stands as well; the libraries of charts are not imported by then.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page

from bench._timing import processor, summary
from bench.many_runs import AT_REST, PATIENCE_MS, switch_s, until_drawn, validation_point
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.emotions import EMOTIONS
from esr_core.metrics import Predictions
from esr_core.networks import ESR
from esr_core.run_store import RunStore
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM, chromium, serving

PICTURES, POINTS = 3000, 40
NETWORKS = {"single": (0, 1), "te": (0, 4), "level1": (1, 4), "level3": (3, 4), "level4": (4, 4)}
GOALS_S = {
    "cold start, page Compare": 3.0,
    "cold start, networks timed": 3.0,
    "switch to Compare": 0.5,
    "switch from Compare": 0.5,
    "a new face": 1.5,
    "a known face": 0.5,
    "another class": 0.4,
    "another moment": 0.4,
}
LAST_CELL = "[aria-label='Convergence'] a.cell"  # of the rows, which are drawn from above
FACE_CELL = "[aria-label='This face'] a.cell"
Seconds = Mapping[str, float]


def store_runs(store: RunStore) -> None:
    """Five finished runs that were tested on the same pictures."""
    rng = np.random.default_rng(0)
    labels = rng.integers(len(EMOTIONS), size=PICTURES)
    ids = np.arange(PICTURES).astype(str)
    for run_id, (level, branches) in NETWORKS.items():
        network = NetworkConfig(branching_level=level, num_branches=branches)
        writer = store.create(TrainingConfig(data="prepared/none", network=network), run_id=run_id)
        writer.start({})
        records = [validation_point(point, POINTS, branches) for point in range(POINTS)]
        for record in records:
            writer.append(record)
        for record in (records[0], records[POINTS // 2]):
            writer.save_milestone(ESR.from_config(network), replace(record, branch=1))
        writer.save_network(ESR.from_config(network))
        logits = rng.normal(size=(PICTURES, branches, len(EMOTIONS))) + 2 * np.eye(len(EMOTIONS))[labels][:, None]
        writer.save_predictions("test", Predictions(ids, labels, logits.astype(np.float32), EMOTIONS))
        writer.finish({})


def changed_s(page: Page, act: Callable[[], None], address: str) -> float:
    """Seconds from an act on page Compare until its cells lead to such an address and its script has ended."""
    started = time.perf_counter()
    act()
    page.locator(f"{FACE_CELL}[href*='{address}']").first.wait_for(timeout=PATIENCE_MS)
    page.wait_for_function(AT_REST, timeout=PATIENCE_MS)
    return time.perf_counter() - started


def choose_face(page: Page, number: int) -> float:
    """Seconds until the drawn face of this number, from 1, is compared."""
    pill = page.get_by_test_id("stMain").get_by_role("radio", name=str(number), exact=True)
    return changed_s(page, pill.click, f"face=sample-{number - 1}")


def choose_class(page: Page, name: str) -> float:
    """Seconds from the click on a class in the opened list."""
    page.locator(".st-key-class input").click()
    return changed_s(page, page.get_by_role("option", name=name, exact=True).click, f"class={name}")


def choose_moment(page: Page) -> float:
    """Seconds until all runs look as they did one milestone earlier."""
    slider = page.locator(".st-key-moment input[type='range']").first
    return changed_s(page, lambda: slider.press("ArrowLeft"), "moment=")


def visit(browser: Browser, root: Path) -> Seconds:
    """Seconds of everything in GOALS_S, once each, by an app that was started just now."""
    with serving(root) as address:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        started = time.perf_counter()
        page.goto(f"{address}/?runs={','.join(NETWORKS)}&face=sample-0")
        page.locator(LAST_CELL).first.wait_for(timeout=PATIENCE_MS)
        cold = time.perf_counter() - started
        until_drawn(page, FACE_CELL)
        timed = time.perf_counter() - started
        switch_s(page, "Parameters")  # which imports the libraries of charts
        switch_s(page, "Compare")
        seconds = (
            cold,
            timed,
            *reversed([switch_s(page, name) for name in ("Parameters", "Compare")]),
            choose_face(page, 3),
            choose_face(page, 1),
            choose_class(page, "fear"),
            choose_moment(page),
        )
        page.close()
    return dict(zip(GOALS_S, seconds, strict=True))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="to take the median of (default 5)")
    options = parser.parse_args()
    if CHROMIUM is None:
        parser.error(HOW_TO_GET_CHROMIUM)
    print(processor())
    with tempfile.TemporaryDirectory() as temporary, chromium() as browser:
        store_runs(RunStore(Path(temporary) / "runs"))
        visits = [visit(browser, Path(temporary)) for _ in range(options.rounds)]
    print(f"{'s: median (quartiles) of ' + str(options.rounds):30} {'':22} goal  times the goal")
    for name, goal in GOALS_S.items():
        seconds = [each[name] for each in visits]
        print(f"{name:30}{summary(seconds, 2):24} {goal:5} {statistics.median(seconds) / goal:8.2f}", flush=True)


if __name__ == "__main__":
    main()
