"""Picking runs: in the sidebar, also among many, and in the table of page Runs."""

import shutil

import pytest
from streamlit.testing.v1 import AppTest

from app.runs import one_run
from tests.app.conftest import PAGES, open_page, sentences, store_run


@pytest.fixture
def many(store):
    """120 runs besides one that is the oldest of all."""
    store_run(store, "oldest")
    for number in range(120):
        shutil.copytree(store.root / "oldest", store.root / f"copy-{number:03d}")
    return store


def captions(app) -> str:
    return " ".join(caption.value for caption in app.sidebar.caption)


def test_picks_outlive_a_folder_that_is_out_of_reach_for_a_while(store):
    for run_id in ("one", "two"):
        store_run(store, run_id)
    app = open_page("runs", runs="one,two")
    away = store.root.rename(store.root.with_name("unplugged"))
    app.run()
    assert not app.exception
    assert f"There is no folder {store.root}, which ESR_RUNS names: is its disk there?" in sentences(app)
    assert app.session_state["runs"] == []
    away.rename(store.root)
    app.run()
    assert app.session_state["runs"] == ["one", "two"]
    assert "There is no folder" not in sentences(app)


def test_among_many_runs_the_newest_are_listed_and_the_others_searched(many):
    app = open_page(runs="oldest,copy-000")
    assert len(app.sidebar.multiselect[0].options) in (101, 102)  # the newest hundred, and what is picked besides
    assert app.sidebar.multiselect[0].value == ["oldest", "copy-000"]
    assert "The newest 100 of 121 are listed" in captions(app)
    app.text_input(key="searched_runs").set_value("COPY-00 esr-2").run()
    assert app.sidebar.multiselect[0].value == ["oldest", "copy-000"]  # what is picked stays, whatever is searched
    assert len(app.sidebar.multiselect[0].options) == 11
    app.text_input(key="searched_runs").set_value("no such run").run()
    assert "No run has all of these words" in captions(app)


def test_a_run_that_page_frontier_opened_is_among_those_listed_however_old_it_is(store, monkeypatch):
    monkeypatch.setattr(one_run, "MOST_LISTED", 1)
    for run_id in ("old", "new"):
        store_run(store, run_id)
    app = AppTest.from_string("from app import answers; from app.runs import one_run; one_run.show_one(answers.runs())")
    app.session_state[one_run.CHOSEN] = "old"
    app.run()
    assert app.selectbox(key=one_run.CHOSEN).value == "old"


def test_a_few_runs_are_listed_without_a_search(store):
    store_run(store, "one")
    app = open_page()
    assert not [box for box in app.text_input if box.key == "searched_runs"]


class Table:
    """Tables by their keys, as a browser keeps them."""

    def __init__(self) -> None:
        self.first: dict[str, list[int]] = {}  # rows that a table began with
        self.rows: list[int] | None = None  # picked by the user now; None leaves those at first

    def draw(self, _runs, key, picked) -> list[int]:
        self.first.setdefault(key, list(picked))
        return self.first[key] if self.rows is None else self.rows


@pytest.fixture
def table(monkeypatch):
    """What stands for the table in the browser."""
    browser = Table()
    monkeypatch.setattr("app.runs.pick_in_table.run_table", browser.draw)
    return browser


def test_what_is_picked_in_the_table_is_picked_everywhere_and_the_reverse(store, table):
    for name in ("a", "b", "c"):
        store_run(store, name)
    order = [run.run_id for run in store.list()]
    app = open_page("runs", runs="b")
    assert table.first["runs-1"] == [order.index("b")]
    table.rows = [order.index("b"), order.index("c")]
    app.run()
    assert app.sidebar.multiselect[0].value == ["b", "c"]
    table.rows = None
    app.sidebar.multiselect[0].set_value(["a"]).run()
    assert table.first["runs-2"] == [order.index("a")]  # another table, with the run picked elsewhere
    app.switch_page(PAGES["parameters"]).run()
    assert app.sidebar.multiselect[0].value == ["a"]


def test_a_run_that_is_added_does_not_move_what_is_picked(store, table):
    store_run(store, "a")
    app = open_page("runs", runs="a")
    store_run(store, "newer")
    app.run()
    order = [run.run_id for run in store.list()]
    assert order == ["newer", "a"]
    assert table.first["runs-2"] == [1]
    assert app.sidebar.multiselect[0].value == ["a"]


def test_a_damaged_run_cannot_be_picked(store, table):
    store_run(store, "a")
    (store.root / "torn").mkdir()
    rows = [run.run_id for run in store.list()]
    app = open_page("runs", runs="a")
    table.rows = [rows.index("a"), rows.index("torn")]
    app.run()
    assert app.sidebar.multiselect[0].value == ["a"]
    assert "torn" not in sentences(app)


def test_shared_layers_alone_are_listed_and_cannot_be_picked(store, table):
    store_run(store, "a")
    config = store.config("a")
    writer = store.create(config.replace(network=config.network.replace(num_branches=0)), run_id="layers")
    writer.start({"imported": {"origin": "elsewhere", "licence": "none", "channels": "grey", "sha256": {}}})
    writer.finish({})
    rows = [run.run_id for run in store.list()]
    app = open_page(runs="a,layers")
    reason = "run layers has shared layers alone: a training that goes on from them by --start adds branches"
    assert f"There is no readable run layers: {reason}." in sentences(app).replace("`", "")
    app.switch_page(PAGES["runs"]).run()
    table.rows = [rows.index("a"), rows.index("layers")]
    app.selectbox(key="card_of").set_value("layers").run()
    assert app.sidebar.multiselect[0].value == ["a"]
    assert "has shared layers alone" in " ".join(text.value for text in app.markdown)
    assert not app.exception
