"""What people write about runs: stored beside them, read only when it changed, never held against a manifest."""

import os
import time

import pytest

from esr_core.errors import ConfigError, RunError
from esr_core.records import RunNotes
from esr_core.run_store import RunCatalogue, write_notes

NOTES = RunNotes("the best so far", ("paper", "séance"), "Two lines,\nsecond of them.")


def test_notes_are_read_back_with_the_run_and_touch_none_of_its_files(store, complete):
    before = {path: path.stat().st_mtime_ns for path in store.folder(complete).rglob("*")}
    write_notes(store.root, complete, NOTES)
    assert store.info(complete).notes == NOTES
    assert store.info(complete).label == "the best so far"
    assert store.info(complete).kind == "ESR-2 level 4 frozen"
    assert {path: path.stat().st_mtime_ns for path in store.folder(complete).rglob("*")} == before
    assert store.check(complete) == []


def test_empty_notes_are_removed(store, complete):
    write_notes(store.root, complete, NOTES)
    write_notes(store.root, complete, RunNotes())
    assert list((store.root / ".notes").iterdir()) == []
    assert store.info(complete).label == "ESR-2 level 4 frozen"


def test_a_list_that_was_read_shows_notes_that_are_written_later(store, complete):
    runs = RunCatalogue(store.root)
    first = runs.list()
    assert first[0].notes == RunNotes()
    write_notes(store.root, complete, NOTES)
    assert runs.info(complete).notes == NOTES
    assert runs.list()[0].notes == NOTES
    os.utime(store.root / ".notes", (time.time() - 60, time.time() - 60))
    assert runs.list() is runs.list()  # settled: nothing is read
    write_notes(store.root, complete, RunNotes())
    assert runs.list()[0].notes == RunNotes()


@pytest.mark.parametrize(
    "content",
    ['{"name": "torn', "[]", '{"name": "", "tags": "smile", "text": ""}', '{"name": null, "tags": [], "text": ""}'],
)
def test_notes_that_cannot_be_read_are_said_and_the_run_stands(store, complete, content):
    write_notes(store.root, complete, NOTES)
    (store.root / ".notes" / f"{complete}.json").write_text(content)
    run = store.info(complete)
    assert run.status.state == "finished"
    assert ".notes/complete.json cannot be read" in run.notes.problem


def test_notes_saved_by_an_editor_on_windows_are_read(store, complete):
    path = store.root / ".notes" / f"{complete}.json"
    write_notes(store.root, complete, RunNotes(name="first try"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert store.info(complete).notes == RunNotes(name="first try")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (("two\nlines",), "name must have at most 60 characters in one line"),
        (("x" * 61,), "name must have at most 60 characters"),
        (("", ("a,b",)), "tags must be words without commas, got 'a,b'"),
        (("", (" ",)), "tags must be words without commas"),
    ],
)
def test_names_and_tags_that_no_table_can_show_are_refused(values, sentence):
    with pytest.raises(ConfigError, match=sentence):
        RunNotes(*values)


def test_a_folder_that_cannot_be_written_is_said(store, complete):
    (store.root / ".notes").write_text("in the way")
    with pytest.raises(RunError, match=r"notes of run complete cannot be written to .*: "):
        write_notes(store.root, complete, NOTES)
    assert store.info(complete).notes == RunNotes()
