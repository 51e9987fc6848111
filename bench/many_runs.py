"""The dashboard with many runs: seconds of a cold first page and of a switch of pages, and of drawing long histories.

Usage: python -m bench.many_runs [--runs 1 1000 10000] [--rounds 5] [--switches 5]

In each round the app is served anew for each number of runs, so that they meet the machine in the same state; a
headless Chromium opens page Runs, which lists all of them, then switches between pages. A page is there when its
script has ended and its table or its chart stands. The runs are finished, of 21 validation points each. Of each
number the very first visit, in which every run is read, is shown apart: later ones find an index in the cache folder.
At last 5 runs of 10,000 validation points and nine branches are opened on page Convergence of an app that is warm.
"""

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page

from bench._timing import processor, summary
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.networks import ESR
from esr_core.records import EpochRecord
from esr_core.run_store import RunStore
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM, chromium, serving

POINTS, LONG_POINTS, LONG_RUNS, LONG_BRANCHES = 21, 10_000, 5, 9
SMALL_FILES = ("config.json", "status.json", "epochs.jsonl", "environment.json", "manifest.json")
PATIENCE_MS = 180_000
AT_REST = "() => document.querySelector(\"[data-testid='stApp']\")?.dataset.testScriptState === 'notRunning'"
PAGES = {  # by the name in the sidebar: how the title begins, and what the page draws
    "Compare": ("What does sharing cost", "[aria-label='Convergence'] a.cell"),
    "Convergence": ("How fast does", ".js-plotly-plot:has-text('epochs')"),
    "Parameters": ("What does branching cost?", ".js-plotly-plot"),
    "Runs": ("What has been trained", "[data-testid='stDataFrame'] canvas"),
}


def store_run(root: Path, points: int, branches: int) -> Path:
    """A finished run with that many validation points; its folder."""
    network = NetworkConfig(branching_level=4, num_branches=branches)
    config = TrainingConfig(data="prepared/none", network=network, validate_every_epochs=1)
    writer = RunStore(root).create(config)
    writer.start({})
    writer.save_network(ESR.from_config(network))
    writer.finish({})
    folder = RunStore(root).folder(writer.run_id)
    lines = (json.dumps(validation_point(point, points, branches).to_dict()) for point in range(points))
    (folder / "epochs.jsonl").write_text("\n".join(lines) + "\n")  # not one by one, each brought to the disk
    return folder


def validation_point(point: int, points: int, branches: int) -> EpochRecord:
    """A point of a training whose branches learn one after another, each for as many epochs."""
    branch, share = point * branches // points + 1, point / points
    losses, accuracies = (1.0 - 0.5 * share,) * branch, (0.5 + 0.3 * share,) * branch
    return EpochRecord(branch, point, losses, losses, accuracies, share, share, 0.1, point, float(point))


def fill(root: Path, count: int, points: int = POINTS, branches: int = 4) -> None:
    """So many equal finished runs, without what no list of runs reads."""
    template = store_run(root / "template", points, branches)
    for position in range(count):
        folder = root / "runs" / f"{template.name}-{position:05d}"
        folder.mkdir(parents=True)
        for name in SMALL_FILES:
            shutil.copyfile(template / name, folder / name)
    shutil.rmtree(root / "template")


def until_drawn(page: Page, selector: str) -> None:
    """Wait until the page's script has ended and what it draws stands."""
    page.get_by_test_id("stMain").locator(selector).first.wait_for(timeout=PATIENCE_MS)
    page.wait_for_function(AT_REST, timeout=PATIENCE_MS)


def switch_s(page: Page, name: str) -> float:
    """Seconds from the click on a page's name until it is there."""
    started = time.perf_counter()
    page.get_by_test_id("stSidebarNav").get_by_text(name, exact=True).click()
    title, drawn = PAGES[name]
    page.get_by_test_id("stMain").locator("h1").filter(has_text=title).wait_for(timeout=PATIENCE_MS)
    until_drawn(page, drawn)
    return time.perf_counter() - started


def visit(browser: Browser, root: Path, switches: int) -> tuple[float, float]:
    """Seconds of the first page of an app that was started just now, and the median of its switches."""
    (first, *_) = sorted(path.name for path in (root / "runs").iterdir())
    with serving(root) as address:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        started = time.perf_counter()
        page.goto(f"{address}/runs?runs={first}")
        until_drawn(page, PAGES["Runs"][1])
        cold = time.perf_counter() - started
        seconds = [switch_s(page, name) for _ in range(switches) for name in ("Parameters", "Runs")]
        page.close()
    return cold, statistics.median(seconds) if seconds else float("nan")


def long_histories_s(browser: Browser, root: Path, rounds: int) -> list[tuple[float, float]]:
    """Seconds until long histories are drawn on page Convergence by an app that is warm, its caches empty of them.

    Two of each round: by a click on the page's name where the runs are picked, and by an address, for which a browser
    loads the dashboard anew.
    """
    fill(root, 2 * LONG_RUNS * (rounds + 1), LONG_POINTS, LONG_BRANCHES)
    names = sorted(path.name for path in (root / "runs").iterdir())
    fives = [",".join(names[start : start + LONG_RUNS]) for start in range(0, len(names), LONG_RUNS)]
    seconds = []
    with serving(root) as address:
        for clicked, loaded in zip(fives[::2], fives[1::2], strict=True):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"{address}/parameters?runs={clicked}")
            until_drawn(page, PAGES["Parameters"][1])
            by_click = switch_s(page, "Convergence")
            started = time.perf_counter()
            page.goto(f"{address}/convergence?runs={loaded}")
            until_drawn(page, PAGES["Convergence"][1])
            seconds.append((by_click, time.perf_counter() - started))
            page.close()
    return seconds[1:]  # the first ones import the libraries of charts


def measure(counts: Sequence[int], rounds: int, switches: int) -> None:
    """Print seconds, and ratios to the first number of runs round by round."""
    with tempfile.TemporaryDirectory() as temporary, chromium() as browser:
        roots = {count: Path(temporary) / str(count) for count in counts}
        for count, root in roots.items():
            fill(root, count)
        for count, root in roots.items():
            print(f"the very first page with {count:,} runs, s: {visit(browser, root, 0)[0]:.2f}", flush=True)
        visits: dict[int, list[tuple[float, float]]] = {count: [] for count in counts}
        for _ in range(rounds):
            for count, root in roots.items():
                visits[count].append(visit(browser, root, switches))
        for position, what in enumerate(("cold first page", "switch of pages")):
            print(f"{what}, s: median (quartiles); times {counts[0]:,} runs, median of the rounds")
            base = [each[position] for each in visits[counts[0]]]
            for count in counts:
                seconds = [each[position] for each in visits[count]]
                ratio = statistics.median(own / other for own, other in zip(seconds, base, strict=True))
                print(f"  {count:6,} runs {summary(seconds, 2)}   {ratio:.2f}", flush=True)
        by_click, loaded = zip(*long_histories_s(browser, Path(temporary) / "long", rounds), strict=True)
        what = f"{LONG_RUNS} runs of {LONG_POINTS:,} points and {LONG_BRANCHES} branches on page Convergence, s"
        print(f"{what}: by a click {summary(by_click, 2)}, loaded anew {summary(loaded, 2)}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, nargs="+", default=[1, 1000, 10_000], metavar="N")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--switches", type=int, default=5, help="to each page, in each round")
    options = parser.parse_args()
    if CHROMIUM is None:
        parser.error(HOW_TO_GET_CHROMIUM)
    print(processor())
    measure(options.runs, options.rounds, options.switches)


if __name__ == "__main__":
    main()
