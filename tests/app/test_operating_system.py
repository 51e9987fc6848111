"""Whatever the operating system refuses is one sentence: on every page, after a click, and where a part refreshes."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.shell import uploads
from esr_core.data.builtin import sample_face
from esr_core.errors import PhotoError, RunError
from esr_core.jobs import JobQueue
from esr_core.run_store import empty_trash
from tests.app.conftest import PAGES, open_page, sentences, store_run
from tests.picture_files import encoded


@pytest.fixture
def in_the_way(tmp_path) -> dict[str, str]:
    """Places that no folder can be at, by why."""
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    return {"below": str(tmp_path / "file" / "x"), "long": str(tmp_path / ("a" * 300)), "loop": str(tmp_path / "loop")}


@pytest.mark.parametrize("page", PAGES)
def test_folders_that_cannot_be_used_are_no_traceback(store, in_the_way, monkeypatch, page):
    """Each folder in one way; the test below tries every way."""
    store_run(store, "one")
    for variable, place in zip(("ESR_PREPARED", "ESR_UPLOADS", "ESR_CACHE"), in_the_way.values(), strict=True):
        monkeypatch.setenv(variable, place)
    assert not open_page(page, runs="one", face="sample-0").exception
    monkeypatch.setenv("ESR_RUNS", in_the_way["below"])
    assert not open_page(page, runs="one", face="sample-0").exception


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("variable", ["ESR_RUNS", "ESR_PREPARED", "ESR_UPLOADS", "ESR_CACHE"])
def test_a_folder_that_cannot_be_used_is_no_traceback(store, in_the_way, monkeypatch, page, variable):
    for kind in ("below", "long", "loop"):
        monkeypatch.setenv(variable, in_the_way[kind])
        app = open_page(page, face="sample-0")
        assert not app.exception, kind


@pytest.mark.parametrize("page", ["runs", "jobs"])
def test_a_queue_that_is_none_is_said_where_a_part_refreshes(store, page):
    store_run(store, "one")
    (store.root / "queue.sqlite3").write_bytes(b"nothing like a database" * 500)
    app = open_page(page)
    assert not app.exception
    assert "is damaged: file is not a database" in sentences(app)


def test_a_run_that_cannot_be_deleted_is_said(store, monkeypatch):
    store_run(store, "one")

    def refuse(folder: Path) -> None:
        raise PermissionError(13, "Permission denied", str(folder / "log.txt"))

    store.delete("one")
    monkeypatch.setattr("esr_core.run_store.trash.shutil.rmtree", refuse)
    with pytest.raises(RunError, match=r"run one cannot be deleted for good: .*log.txt cannot be used: Permission"):
        empty_trash(store.root)


@pytest.mark.parametrize("kind", ["below", "long", "loop"])
def test_uploads_that_cannot_be_stored_are_refused_with_the_reason(in_the_way, monkeypatch, kind):
    monkeypatch.setenv("ESR_UPLOADS", in_the_way[kind])
    with pytest.raises(PhotoError, match=r"^uploads cannot be stored in .*: "):
        uploads.keep(encoded(sample_face(0)), "face.png")


def test_a_database_of_uploads_that_is_torn_is_refused_with_the_reason(store, tmp_path):
    (tmp_path / "esr_uploads").mkdir()
    (tmp_path / "esr_uploads" / "cache.db").write_bytes(b"nothing like a database" * 500)
    with pytest.raises(PhotoError, match=r"^uploads cannot be stored in .*: file is not a database"):
        uploads.keep(encoded(sample_face(0)), "face.png")


@pytest.mark.parametrize("page", PAGES)
def test_a_queue_of_a_later_version_leaves_every_other_part_of_a_page(store, page):
    store_run(store, "one")
    JobQueue(store.root).submit({"one": "cpu"})
    with closing(sqlite3.connect(store.root / "queue.sqlite3")) as database:
        database.execute("PRAGMA user_version = 7")
    app = open_page(page, runs="one", face="sample-0")
    assert not app.exception
    assert "is of a later version of ESR Lab" in sentences(app)
    assert app.title[0].value.endswith("?")


@pytest.mark.parametrize("page", PAGES)
def test_looking_at_a_folder_that_may_only_be_read_changes_nothing_in_it(store, monkeypatch, page):
    store_run(store, "one")
    JobQueue(store.root).submit({"one": "cpu"})
    monkeypatch.setattr("esr_core.jobs.queue_database.os.access", lambda path, mode: path.name == "queue.sqlite3")
    os.utime(store.root, (1000.0, 1000.0))
    before = {path: path.stat().st_mtime_ns for path in [store.root, *store.root.rglob("*")]}
    app = open_page(page, runs="one", face="sample-0")
    assert not app.exception
    assert not app.error
    assert {path: path.stat().st_mtime_ns for path in [store.root, *store.root.rglob("*")]} == before
