"""Deleting with undo: what is deleted comes back as it was, until the trash is emptied."""

import shutil

import pytest

from esr_core.config import StartConfig
from esr_core.errors import RunError, RunNotFoundError
from esr_core.records import RunNotes
from esr_core.run_store import (
    deletion_refusal,
    deletion_warning,
    empty_trash,
    list_trash,
    restore_from_trash,
    write_notes,
)
from tests.esr_core.run_store.conftest import CONFIG


def test_a_deleted_run_is_gone_and_comes_back_as_it_was(store, complete):
    write_notes(store.root, complete, RunNotes("mine"))
    before = store.info(complete)
    store.delete(complete)
    assert store.list() == []
    (trashed,) = list_trash(store.root)
    assert trashed.run_id == complete
    assert trashed.size_bytes == sum(path.stat().st_size for path in trashed.folder.rglob("*") if path.is_file()) > 0
    restore_from_trash(store.root, complete)
    assert store.info(complete) == before
    assert store.check(complete) == []
    assert list_trash(store.root) == []


def test_the_latest_of_a_name_comes_back_first_and_never_over_another(store, complete):
    shutil.copytree(store.root / complete, store.root / "copy")
    store.delete(complete)
    (store.root / "copy").rename(store.root / complete)
    (store.root / complete / "log.txt").write_text("the second")
    store.delete(complete)
    restore_from_trash(store.root, complete)
    assert (store.root / complete / "log.txt").read_text() == "the second"
    with pytest.raises(RunError, match="there is another run of this name"):
        restore_from_trash(store.root, complete)


def test_emptying_takes_the_notes_too_but_not_of_a_run_that_has_the_name_now(store, complete):
    write_notes(store.root, complete, RunNotes("mine"))
    store.delete(complete)
    store.create(CONFIG, run_id=complete).cancel()
    empty_trash(store.root)
    assert store.info(complete).notes.name == "mine"
    store.delete(complete)
    empty_trash(store.root, [complete])
    assert list_trash(store.root) == []
    assert not list((store.root / ".notes").iterdir())
    for act in (restore_from_trash, lambda root, run_id: empty_trash(root, [run_id])):
        with pytest.raises(RunNotFoundError, match="there is no run 'complete' in the trash"):
            act(store.root, complete)


def test_what_waits_or_is_to_be_gone_on_from_is_not_deleted(store, complete):
    store.create(CONFIG, run_id="waiting")
    with pytest.raises(RunError, match="run waiting is queued; stop it before deleting it"):
        store.delete("waiting")
    start = StartConfig(run_id=complete, sha256="0" * 64, num_branches=2)
    writer = store.create(CONFIG.replace(start=start), run_id="later")
    refusal = deletion_refusal(store.info(complete), store.list())
    assert refusal == "run complete is the start of later, not finished yet; stop that before deleting it"
    writer.cancel()
    assert deletion_refusal(store.info(complete), store.list()) is None
    assert deletion_warning([complete], store.list()).startswith("complete is the start of later: they keep")
    assert deletion_warning([complete, "later"], store.list()) == ""


def test_a_run_that_cannot_be_moved_is_said_and_left(store, complete):
    (store.root / ".trash").write_text("in the way")
    with pytest.raises(RunError, match=r"run complete cannot be deleted: .*cannot be used"):
        store.delete(complete)
    assert store.check(complete) == []
