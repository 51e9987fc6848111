"""The dashboard under refreshes: how much the app's memory grows while browsers watch a training.

Usage: python -m bench.soak [--minutes 60] [--every 5]

Three browser sessions stay open on pages Jobs, Convergence and Runs while an ensemble trains that would take days; all
three show the monitor, Jobs and Runs refresh their tables and curves as well. Only the app's process is measured: the
worker and the training are others. Fails where memory grows by 50 MB or more, and where a session did not refresh.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page

from esr_core.config import NetworkConfig, ProtocolConfig, TrainingConfig
from esr_core.data.builtin import builtin_source
from esr_core.data.preparation import prepare
from esr_core.jobs import launch
from esr_core.run_store import RunStore
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM, chromium, end_jobs, serving

PAGES = ("jobs", "convergence", "runs")
LIMIT_MB = 50
REFRESH_S = 2.0  # what the app asks for
WARM_UP_S = 120  # imports, first drawings and caches, which are there to stay
AT_AN_END = 6  # samples whose median stands for the start, and for the end
SEEN_SHARE = 0.25  # of the refreshes that fit into the time; a busy machine has fewer, a dead monitor none
PATIENCE_MS = 120_000

# A refresh is a script run that ends; what it brought is new if the monitor's text is another.
COUNT_REFRESHES = """() => {
    const app = document.querySelector("[data-testid='stApp']");
    const sidebar = document.querySelector("[data-testid='stSidebar']");
    const monitor = () => sidebar.querySelector("[data-testid='stProgress']")?.innerText;
    window.soak = {refreshes: 0, changes: 0, text: monitor()};
    new MutationObserver(() => {
        if (app.dataset.testScriptState === "notRunning") window.soak.refreshes += 1;
    }).observe(app, {attributes: true, attributeFilter: ["data-test-script-state"]});
    new MutationObserver(() => {
        const text = monitor();
        if (text && text !== window.soak.text) { window.soak.text = text; window.soak.changes += 1; }
    }).observe(sidebar, {subtree: true, childList: true, characterData: true});
}"""


@dataclass(frozen=True, slots=True)
class Sample:
    """The app at one moment."""

    seconds: float  # since the warm-up's end
    memory_mb: float  # unique set size: what would be free if the process ended
    refreshes: tuple[int, ...]  # of each session so far
    changes: tuple[int, ...]  # of those with another text in the monitor


def growth_mb(samples: Sequence[Sample]) -> float:
    """Megabytes from the first samples to the last, by medians, for a single one may fall into a drawing."""
    first, last = ([sample.memory_mb for sample in part] for part in (samples[:AT_AN_END], samples[-AT_AN_END:]))
    return statistics.median(last) - statistics.median(first)


def faults(samples: Sequence[Sample]) -> list[str]:
    """What speaks against the app, a sentence each; nothing if it stands the soak."""
    growth, first, last = growth_mb(samples), samples[0], samples[-1]
    told = [f"memory grew by {growth:.1f} MB, {LIMIT_MB} or more"] if growth >= LIMIT_MB else []
    expected = int(SEEN_SHARE * (last.seconds - first.seconds) / REFRESH_S)
    for page, before, after in zip(PAGES, first.refreshes, last.refreshes, strict=True):
        if (seen := after - before) < expected:
            told.append(f"page {page} refreshed {seen} times, less than {expected}")
    for page, before, after in zip(PAGES, first.changes, last.changes, strict=True):
        if before == after:
            told.append(f"the monitor on page {page} never changed")
    return told


@contextmanager
def watched(root: Path) -> Iterator[tuple[str, str]]:
    """Address of the app, and the id of a run that trains and will not end by itself."""
    prepare(builtin_source(10, 7, difficulty="easy"), root / "prepared" / "drawn")
    network = NetworkConfig(branching_level=3, num_branches=4)
    protocol = ProtocolConfig(training_folds=1)
    settings = {"protocol": protocol, "strategy": "interleaved", "epochs_first_branch": 1_000_000, "device": "cpu"}
    config = TrainingConfig(data=str(root / "prepared" / "drawn"), network=network, **settings)
    with serving(root) as address:
        try:
            (run_id,) = launch(RunStore(root / "runs"), [config])
            yield address, run_id
        finally:
            end_jobs(root / "runs")


def app_process() -> psutil.Process:
    """The one that serves the pages, a child of this one."""
    return next(child for child in psutil.Process().children() if "streamlit" in child.cmdline())


def open_session(browser: Browser, address: str, name: str, run_id: str) -> Page:
    """A page at rest with the run picked, which counts its refreshes from now on."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/{name}?runs={run_id}")
    page.get_by_test_id("stSidebar").get_by_test_id("stProgress").filter(has_text="epoch").wait_for()
    if name == "jobs":  # with its first row picked it shows the run's curves; the table is a canvas
        page.get_by_test_id("stDataFrame").first.click(position={"x": 18, "y": 52})
        page.get_by_test_id("stMain").locator(".js-plotly-plot").wait_for()
    page.evaluate(COUNT_REFRESHES)
    return page


def soak(pages: Sequence[Page], process: psutil.Process, minutes: float, every_s: float) -> Iterator[Sample]:
    """Samples from the warm-up's end for so many minutes."""
    pages[0].wait_for_timeout(1000 * WARM_UP_S)
    started = time.monotonic()
    while (seconds := time.monotonic() - started) <= 60 * minutes:
        counts = [page.evaluate("() => window.soak") for page in pages]
        refreshes, changes = (tuple(int(count[name]) for count in counts) for name in ("refreshes", "changes"))
        yield Sample(seconds, process.memory_full_info().uss / 1e6, refreshes, changes)
        pages[0].wait_for_timeout(1000 * every_s)


def told(sample: Sample) -> str:
    """A line of the table."""
    refreshes, changes = (" ".join(f"{each:6,}" for each in counts) for counts in (sample.refreshes, sample.changes))
    return f"{sample.seconds / 60:7.1f} {sample.memory_mb:8.1f}   {refreshes}   {changes}"


def measure(minutes: float, every_s: float) -> list[Sample]:
    """Serve, open, watch; a line a minute."""
    samples: list[Sample] = []
    with (
        tempfile.TemporaryDirectory() as temporary,
        watched(Path(temporary)) as (address, run_id),
        chromium() as browser,
    ):
        pages = [open_session(browser, address, name, run_id) for name in PAGES]
        print(f"minutes  USS, MB   refreshes of {', '.join(PAGES)}   changes of their monitors")
        for sample in soak(pages, app_process(), minutes, every_s):
            if not samples or int(sample.seconds // 60) > int(samples[-1].seconds // 60):
                print(told(sample), flush=True)
            samples.append(sample)
        print(told(samples[-1]))
    return samples


def main() -> None:
    """Print the table and the growth; exit with a sentence where there is a fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60, help="after a warm-up of two (default: 60)")
    parser.add_argument("--every", type=float, default=5, metavar="SECONDS", help="between two samples (default: 5)")
    options = parser.parse_args()
    if CHROMIUM is None:
        parser.error(HOW_TO_GET_CHROMIUM)
    if options.minutes < 1:
        parser.error(f"--minutes must be at least 1, got {options.minutes:g}")
    samples = measure(options.minutes, options.every)
    print(f"grown by {growth_mb(samples):.1f} MB in {samples[-1].seconds / 60:.1f} minutes; less than {LIMIT_MB} asked")
    if problems := faults(samples):
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
