"""A saved comparison: its figures are in the archive as the browser drew them, and its HTML file needs no network."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from esr_core.run_store import RunStore
from tests.app.deciding import prepare_faces, store_ensemble
from tests.browser.conftest import rest
from tests.browser.serving import CHROMIUM, HOW_TO_GET_CHROMIUM

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET_CHROMIUM),
]


def saved(page, label: str, path: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name=label, exact=True).click()
    download.value.save_as(path)
    return path


def test_a_comparison_is_saved_with_its_figures_and_opens_without_a_network(app, page, tmp_path):
    faces = prepare_faces(tmp_path / "prepared-faces", "own", has_votes=False)
    store_ensemble(RunStore(tmp_path / "runs"), faces, "decided")
    page.goto(f"{app}/?runs=decided")
    rest(page)
    accuracy = page.locator("[aria-label='Test accuracy'] .cell").inner_text().splitlines()[0]
    page.get_by_text("Figures as they are printed").click()
    archive = saved(page, "Save as ZIP with SVG and PNG", tmp_path / "comparison.zip")
    with ZipFile(archive) as file:
        for name in ("accuracy", "disagreement", "convergence"):
            assert file.read(f"figures/{name}.svg").startswith(b"<svg")
            assert file.read(f"figures/{name}.png").startswith(b"\x89PNG")
        file.extract("report.html", tmp_path)
    reader = page.context.browser.new_context(offline=True).new_page()
    problems, asked = [], []
    reader.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    reader.on("pageerror", lambda error: problems.append(str(error)))
    reader.on("request", lambda request: asked.append(request.url))
    reader.goto((tmp_path / "report.html").as_uri(), timeout=120_000)
    expect(reader.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=60_000)
    assert reader.locator(".js-plotly-plot").count() == 3
    assert reader.locator("[aria-label='Test accuracy'] .cell").inner_text().startswith(accuracy)
    assert not problems
    assert all(url.startswith(("file:", "data:", "blob:")) for url in asked)
