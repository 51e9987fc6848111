"""A run has one colour on all pages, whatever is drawn beside it."""

import pytest
from streamlit.testing.v1 import AppTest

from esr_core.jobs import JobQueue
from tests.app.conftest import PAGES, charts, html, open_page, store_run
from tests.one_colour import runs_of_one_colour


@pytest.fixture
def alike(store) -> tuple[str, str]:
    """Two runs whose names stand for the same colour."""
    first, second = runs_of_one_colour(2)
    for run_id in (first, second):
        store_run(store, run_id)
    return first, second


def drawn_colours(app: AppTest) -> dict[str, str]:
    """The colour of each run's curves in the last chart of a page, by what the legend calls it."""
    return {line["name"]: line["line"]["color"] for line in charts(app)[-1]["data"]}


def colour_of(app: AppTest, run_id: str) -> str:
    (colour,) = (colour for name, colour in drawn_colours(app).items() if f"({run_id})" in name)
    return colour


def test_a_run_keeps_its_colour_when_another_is_picked_no_more(alike):
    first, second = alike
    app = open_page("convergence", runs=f"{first},{second}")
    before = colour_of(app, second)
    assert before != colour_of(app, first)
    app.multiselect[0].unselect(first).run()
    assert colour_of(app, second) == before


def test_a_run_has_one_colour_on_every_page(alike):
    first, second = alike
    app = open_page("convergence", runs=f"{first},{second}", face="sample-0")
    colour = colour_of(app, second)
    app.multiselect[0].unselect(first).run()
    app.switch_page(PAGES["faces"]).run()
    assert not app.exception
    assert f"background:{colour}" in html(app)


def test_a_run_of_the_queue_that_is_not_picked_has_none_of_the_picked_runs_colours(store, alike, monkeypatch):
    monkeypatch.setattr("app.shell.clicks.ensure_worker", lambda store: None)
    picked, other = alike
    queue = JobQueue(store.root)
    queue.submit({other: "cpu"})
    app = open_page("convergence", runs=picked)
    taken = colour_of(app, picked)
    app.switch_page(PAGES["jobs"]).run()
    app.session_state["jobs_picked"] = [job.job_id for job in queue.jobs()]
    app.session_state["jobs_order"] = None  # the table begins with the rows of these jobs
    app.run()
    (unlike,) = set(drawn_colours(app).values())
    assert unlike != taken
    next(button for button in app.main.button if button.label == "Compare it").click().run()
    assert set(drawn_colours(app).values()) == {unlike}
