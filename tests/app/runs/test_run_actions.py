"""What page Runs changes: notes, and what is deleted and comes back."""

import pytest

from app.shell import clicks
from esr_core.jobs import JobQueue
from esr_core.records import RunNotes
from esr_core.run_store import empty_trash, list_trash, write_notes
from tests.app.conftest import open_page, sentences, store_run


def click(app, label: str):
    next(button for button in app.button if button.label == label).click()
    return app.run()


def test_a_run_is_named_found_by_its_name_deleted_and_brought_back(store):
    for name in ("a", "b"):
        store_run(store, name)
    app = open_page("runs", runs="a")
    app.selectbox(key="card_of").set_value("a").run()
    app.text_input(key="notes-a-name").set_value("the [chosen](x) one")
    app.multiselect(key="notes-a-tags").set_value(["paper"])
    app.text_area(key="notes-a-text").set_value("why")
    app = click(app, "Save")
    assert store.info("a").notes == RunNotes("the [chosen](x) one", ("paper",), "why")
    app.text_input(key="runs_search").set_value("CHOSEN").run()
    assert app.dataframe[0].value["id"].tolist() == ["a"]
    app = click(app, "Move to the trash")
    assert not app.exception
    assert [run.run_id for run in store.list()] == ["b"]
    assert app.sidebar.multiselect[0].value == []
    assert "1 run is in the trash" in sentences(app)
    app = click(app, "Undo")
    assert store.info("a").notes.name == "the [chosen](x) one"
    assert "in the trash" not in sentences(app)
    app.sidebar.multiselect[0].set_value(["a"]).run()
    app = click(app, "Move to the trash")
    empty_trash(store.root, ["a"])  # by another user
    assert "in the trash" not in sentences(app.run())


def test_the_trash_is_shown_restored_from_and_emptied(store):
    for name in ("a", "gallery-b", "c"):
        store_run(store, name)
    store.delete("a")
    store.delete("gallery-b")
    app = open_page("runs")
    (sentence,) = [caption.value for caption in app.main.caption if "git checkout" in caption.value]
    assert "gallery-b" in sentence.replace("\\", "")
    assert "runs/a" not in sentence
    next(box for box in app.multiselect if box.label == "Runs in the trash").set_value(["a"]).run()
    app = click(app, "Restore")
    assert sorted(run.run_id for run in store.list()) == ["a", "c"]
    app = click(app, "Empty the trash for good")
    assert list_trash(store.root) == []
    assert "Runs in the trash" not in [box.label for box in app.multiselect]


def test_a_filter_by_a_setting_that_differs_no_more_filters_nothing(store):
    store_run(store, "a", level=3)
    store_run(store, "b", level=0)
    app = open_page("runs")
    app.multiselect(key="runs_filtered_by").set_value(["network.branching_level"]).run()
    app.multiselect(key="runs_in_network.branching_level").set_value(["0"]).run()
    assert app.dataframe[0].value["id"].tolist() == ["b"]
    store.delete("b")
    app.run()
    assert not app.exception
    assert app.dataframe[0].value["id"].tolist() == ["a"]


def test_boxes_of_several_choices_grow_with_their_tags(store):
    """Tags in one row move when their box loses the focus, so that a click on the first one misses it."""
    store_run(store, "a")
    app = open_page("runs")
    app.multiselect(key="runs_filtered_by").set_value(["state"])
    app.selectbox(key="card_of").set_value("a").run()
    assert {box.key: box.proto.wrap for box in app.main.multiselect} == {
        "runs_filtered_by": True,
        "runs_in_state": True,
        "notes-a-tags": True,
    }


def test_a_viewer_reads_notes_and_changes_nothing(store, monkeypatch):
    store_run(store, "a")
    write_notes(store.root, "a", RunNotes(text="read me"))
    monkeypatch.setenv("ESR_VIEWER", "1")
    app = open_page("runs")
    app.selectbox(key="card_of").set_value("a").run()
    assert app.text_area(key="notes-a-text").value == "read me"
    assert [button.disabled for button in app.button if button.label == "Save"] == [True]
    assert not {"Move to the trash", "Resume"} & {button.label for button in app.button}


def test_notes_that_two_users_write_at_once_are_lost_to_neither(store):
    store_run(store, "a")
    app = open_page("runs")
    app.selectbox(key="card_of").set_value("a").run()
    theirs = RunNotes("theirs", text="a page of findings")
    write_notes(store.root, "a", theirs)
    app.text_area(key="notes-a-text").set_value("mine")
    app = click(app, "Save")
    assert store.info("a").notes == theirs
    assert "were changed meanwhile, to: theirs; a page of findings" in sentences(app)
    assert app.text_area(key="notes-a-text").value == "mine"
    app = click(app, "Save")
    assert store.info("a").notes == RunNotes(text="mine")
    assert "meanwhile" not in sentences(app)
    write_notes(store.root, "a", theirs)
    app.run()
    assert app.text_area(key="notes-a-text").value == "a page of findings", "nothing was typed"


def test_notes_that_cannot_be_stored_are_said(store, monkeypatch):
    store_run(store, "a")
    (store.root / ".notes").write_text("in the way")
    problems = []
    monkeypatch.setattr("app.shell.session.set_problem", problems.append)
    clicks.write_run_notes("a", RunNotes(), lambda: RunNotes("x"))
    clicks.write_run_notes("a", RunNotes(), lambda: RunNotes("x" * 61))
    assert problems[0].startswith("notes of run a cannot be written to")
    assert problems[1].startswith("name must have at most 60 characters")


def test_a_deleted_run_leaves_the_queue_and_can_be_resumed_once_it_is_back(store, monkeypatch):
    monkeypatch.setattr("esr_core.jobs.launching.ensure_worker", lambda store: None)
    store_run(store, "a", trained=1)
    store.writer("a").cancel()
    JobQueue(store.root).submit({"a": "cpu"})
    JobQueue(store.root).set_state(1, "cancelled")
    clicks.delete_runs(["a"])
    assert not JobQueue(store.root).jobs()
    clicks.restore_runs(["a"])
    clicks.resume_runs(["a"])
    assert store.info("a").status.state == "queued"


@pytest.fixture
def problems(monkeypatch) -> list[str]:
    """What the sidebar would say."""
    sentences: list[str] = []
    monkeypatch.setattr("app.shell.session.set_problem", sentences.append)
    return sentences


def test_the_second_click_of_two_finds_it_done(store, monkeypatch, problems):
    monkeypatch.setattr("esr_core.jobs.launching.ensure_worker", lambda store: None)
    deleted: list[list[str]] = []
    monkeypatch.setattr("app.shell.session.set_deleted_runs", deleted.append)
    store_run(store, "a", trained=1)
    store.writer("a").cancel()
    clicks.resume_runs(["a"])
    clicks.resume_runs(["a"])
    assert [job.state for job in JobQueue(store.root).jobs()] == ["queued"]
    clicks.stop_runs(["a"])
    clicks.stop_runs(["a"])
    assert store.info("a").status.state == "cancelled"
    clicks.delete_runs(["a"])
    clicks.delete_runs(["a"])
    assert deleted == [["a"]], "what can be undone is remembered"
    clicks.restore_runs(["a"])
    clicks.restore_runs(["a"])
    assert [run.run_id for run in store.list()] == ["a"]
    store.delete("a")
    clicks.throw_away(["a"])
    clicks.throw_away(["a"])
    assert problems == list_trash(store.root) == []


def test_what_another_user_deletes_meanwhile_stays_when_the_trash_is_emptied(store, problems):
    for name in ("a", "b"):
        store_run(store, name)
        store.delete(name)
    clicks.throw_away(["a"])
    assert [run.run_id for run in list_trash(store.root)] == ["b"]
    assert problems == []
