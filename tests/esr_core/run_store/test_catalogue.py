"""The list of runs that is asked for again and again: as the store gives it, and read only where something changed."""

import json
import os
import shutil
import time

import pytest

from esr_core.errors import RunNotFoundError
from esr_core.networks import ESR
from esr_core.run_store import RunCatalogue, RunStore, catalogue, run_index
from tests.esr_core.run_store.conftest import CONFIG, record


@pytest.fixture
def reads(monkeypatch):
    """Ids of the runs that are read from their files, in order."""
    ids: list[str] = []
    info = RunStore.info
    monkeypatch.setattr(RunStore, "info", lambda store, run_id: ids.append(run_id) or info(store, run_id))
    return ids


def copy_of(store, run_id, name):
    shutil.copytree(store.root / run_id, store.root / name)


def settle(root):
    """Let the folder be changed long ago, so that its time says whether something was added or removed since."""
    os.utime(root, (time.time() - 60, time.time() - 60))


def test_it_lists_what_the_store_lists(store, complete):
    copy_of(store, complete, "another")
    store.create(CONFIG, run_id="waiting")
    (store.root / "torn").mkdir()
    assert list(RunCatalogue(store.root).list()) == list(store.list())
    assert RunCatalogue(store.root / "nowhere").list() == ()


def test_finished_runs_are_read_once(store, complete, reads):
    copy_of(store, complete, "another")
    settle(store.root)
    runs = RunCatalogue(store.root)
    first = runs.list()
    assert sorted(reads) == ["another", complete]
    assert runs.list() is first
    assert runs.info(complete) in first
    assert len(reads) == 2


def test_runs_that_come_and_go_are_seen_also_where_the_folder_bears_the_same_time(store, complete):
    runs = RunCatalogue(store.root)
    runs.list()
    before = store.root.stat()
    copy_of(store, complete, "another")
    os.utime(store.root, ns=(before.st_atime_ns, before.st_mtime_ns))  # a change within one tick of its clock
    assert {run.run_id for run in runs.list()} == {complete, "another"}
    settle(store.root)
    assert len(runs.list()) == 2
    store.delete("another")
    assert [run.run_id for run in runs.list()] == [complete]
    with pytest.raises(RunNotFoundError, match="there is no run 'another'"):
        runs.info("another")


def test_a_run_that_waits_is_read_again_when_its_files_change(store, reads):
    writer = store.create(CONFIG, run_id="one")
    settle(store.root)
    runs = RunCatalogue(store.root)
    assert runs.list()[0].status.state == "queued"
    runs.list()
    assert reads == ["one"]
    writer.start({})
    writer.append(record(1, 5, 0.8))
    assert runs.list()[0].status.state == "running"
    assert runs.list()[0].best.ensemble_accuracy == 0.8


def test_a_run_whose_process_goes_is_interrupted_though_no_file_changes(store, monkeypatch):
    store.create(CONFIG, run_id="one").start({})
    runs = RunCatalogue(store.root)
    assert runs.list()[0].status.state == "running"
    monkeypatch.setattr("esr_core.run_store.status.is_alive", lambda *_: False)
    assert runs.list()[0].status.state == "interrupted"


def test_a_run_that_was_replaced_by_another_of_its_name_is_another(store, complete):
    settle(store.root)
    runs = RunCatalogue(store.root)
    runs.list()
    store.delete(complete)
    runs.list()
    store.create(CONFIG, run_id=complete)
    assert runs.list()[0].status.state == "queued"


def test_a_finished_run_in_whose_place_a_backup_was_restored_is_read_again(store, complete, tmp_path):
    settle(store.root)
    runs = RunCatalogue(store.root)
    assert runs.list()[0].status.test_accuracy == 0.75
    shutil.copytree(store.root / complete, tmp_path / "backup")
    status = tmp_path / "backup" / "status.json"
    status.write_text(status.read_text().replace("0.75", "0.25"))
    (tmp_path / "backup" / "manifest.json").touch()
    shutil.rmtree(store.root / complete)
    (tmp_path / "backup").rename(store.root / complete)
    assert runs.list()[0].status.test_accuracy == 0.25


def test_an_altered_run_that_came_with_the_project_is_seen_at_once(store, complete):
    (store.root / complete).rename(store.root / "gallery-one")
    runs = RunCatalogue(store.root)
    assert runs.list()[0].status.state == "finished"
    (store.root / "gallery-one" / "environment.json").write_text("{}")
    assert runs.list()[0].status.state == "damaged"


@pytest.fixture
def kept(store, complete, tmp_path, monkeypatch):
    """Path of an index, written by a catalogue that listed two runs."""
    monkeypatch.setattr(catalogue, "WORTH_KEEPING", 2)
    copy_of(store, complete, "another")
    path = tmp_path / "cache" / "runs.json"
    RunCatalogue(store.root, path).list()
    return path


def test_another_process_reads_finished_runs_from_the_index(store, kept, reads):
    listed = RunCatalogue(store.root, kept).list()
    assert not reads
    assert list(listed) == list(store.list())


def test_the_index_knows_nothing_of_a_run_whose_manifest_is_another(store, kept, reads):
    os.utime(store.root / "another" / "manifest.json", (1, 1))
    RunCatalogue(store.root, kept).list()
    assert reads == ["another"]


LINE = {"run_id": "another", "stamp": [1], "status": {"state": "finished", "updated": 1}, "config": None}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"version": 0}',
        b'{"version": 1, "runs": [{}]}',
        json.dumps({"version": 1, "runs": [LINE]}).encode(),
    ],
)
def test_a_torn_index_or_one_of_another_version_is_as_good_as_none(store, kept, reads, content):
    kept.write_bytes(content)
    assert len(RunCatalogue(store.root, kept).list()) == 2
    assert len(reads) == 2


def test_where_no_index_can_be_written_runs_are_listed_all_the_same(store, complete, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(catalogue, "WORTH_KEEPING", 1)
    (tmp_path / "file").write_text("")
    assert len(RunCatalogue(store.root, tmp_path / "file" / "runs.json").list()) == 1
    assert "runs.json cannot be used, its runs are read anew: Not a directory" in caplog.text


def test_an_index_holds_plain_json_of_this_version(kept):
    content = json.loads(kept.read_text())
    assert content["version"] == run_index.VERSION
    assert {line["run_id"] for line in content["runs"]} == {"complete", "another"}


@pytest.mark.parametrize("is_finished", [True, False])
def test_what_one_reader_saw_of_a_run_is_in_the_list_of_the_next(store, is_finished):
    writer = store.create(CONFIG, run_id="one")
    settle(store.root)
    runs = RunCatalogue(store.root)
    assert runs.list()[0].status.state == "queued"
    writer.start({})
    if is_finished:
        writer.save_network(ESR.from_config(CONFIG.network))
        writer.finish({"accuracy": 0.5})
    settle(store.root)
    state = runs.info("one").status.state  # as a page about this run alone asks, between two lists
    assert state == ("finished" if is_finished else "running")
    assert runs.list()[0].status.state == state
