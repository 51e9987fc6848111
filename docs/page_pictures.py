"""The pictures of pages Data and Jobs in data.md and jobs.md, taken in headless Chromium.

Usage: python -m docs.page_pictures

Faces are drawn, and a demonstration is trained as far as its second branch: a minute or two.
"""

import tempfile
import time
from pathlib import Path

from docs.walk import PATIENCE_MS, SIZE, take_picture
from esr_core.errors import RunError
from esr_core.jobs.launching import launch_demonstration, stop
from esr_core.run_store import RunStore
from tests.browser.serving import chromium, end_jobs, serving

PICTURES = Path(__file__).with_name("screenshots")
CHECKBOX = {"x": 18, "y": 52}  # of the first row of a table, which is drawn on a canvas


def train_until_second_branch(root: Path) -> None:
    """Launch three demonstrations: one at work, one that waits and one that was stopped."""
    store = RunStore(root / "runs")
    first, _, last = (launch_demonstration(store, root / "prepared") for _ in range(3))
    stop(store, last)
    while _branches(store, first) < 2:
        time.sleep(1)


def _branches(store: RunStore, run_id: str) -> int:
    """How many branches a run has begun with; none before its first validation point."""
    if (status := store.info(run_id).status).state not in ("queued", "running"):
        raise RunError(f"the demonstration is {status.state}: {status.message}")
    return max((record.branch for record in store.history(run_id)), default=0)


def main() -> None:
    """Train, and take both pictures."""
    with tempfile.TemporaryDirectory() as temporary, chromium() as browser:
        root = Path(temporary)
        try:
            with serving(root) as address:
                page = browser.new_page(viewport=SIZE)
                page.set_default_timeout(PATIENCE_MS)
                train_until_second_branch(root)
                page.goto(f"{address}/jobs")
                page.get_by_test_id("stMain").get_by_test_id("stDataFrame").first.click(position=CHECKBOX)
                page.locator(".js-plotly-plot").first.wait_for()
                take_picture(page, PICTURES / "jobs.webp")
                page.goto(f"{address}/data")
                page.get_by_role("heading", name="How many pictures has each class?").wait_for()
                take_picture(page, PICTURES / "data.webp")
        finally:
            end_jobs(root / "runs")


if __name__ == "__main__":
    main()
