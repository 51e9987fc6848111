"""Runs that came with the project are used as they were shipped, or not at all."""

import os
import time

import pytest

from esr_core.errors import DamagedRunError
from esr_core.networks import ESR
from esr_core.run_store import RunStore, manifest
from tests.esr_core.run_store.conftest import CONFIG, record


def finished(store: RunStore, run_id: str) -> str:
    writer = store.create(CONFIG, run_id=run_id)
    writer.start({})
    writer.append(record(1, 5, 0.8))
    writer.save_parts({"training": ["a"], "test": ["b"]})
    writer.save_network(ESR.from_config(CONFIG.network))
    writer.finish({"accuracy": 0.5})
    return run_id


@pytest.fixture
def shipped(store) -> str:
    return finished(store, "gallery-one")


def alter(store: RunStore, run_id: str, name: str) -> None:
    """Change the last byte of a file and keep its size and the time of its content."""
    path = store.folder(run_id) / name
    before, content = path.stat(), bytearray(path.read_bytes())
    content[-1] ^= 1
    time.sleep(0.01)  # so that the time of the change differs on a file system with coarse clocks
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_whole_shipped_run_is_like_any_other(store, shipped):
    assert store.info(shipped).is_shipped
    assert store.info(shipped).status.state == "finished"


@pytest.mark.parametrize("name", ["checkpoints/best.safetensors", "epochs.jsonl", "parts.json.gz"])
def test_an_altered_file_of_a_shipped_run_is_named_and_the_run_not_used(store, shipped, name):
    assert store.info(shipped).status.state == "finished"  # seen whole before
    alter(store, shipped, name)
    if name == "epochs.jsonl":
        (store.folder(shipped) / name).write_text("")  # a history that can be read
    (run,) = store.list()
    assert (run.status.state, run.config, run.is_shipped) == ("damaged", None, True)
    assert f"gallery-one is not as it was shipped: {name} was altered; `git checkout -- " in run.status.message


def test_a_missing_file_of_a_shipped_run_is_named(store, shipped):
    (store.folder(shipped) / "parts.json.gz").unlink()
    assert "gallery-one is not as it was shipped: parts.json.gz is missing" in store.info(shipped).status.message


def test_restored_files_are_used_again(store, shipped):
    path = store.folder(shipped) / "parts.json.gz"
    content = path.read_bytes()
    path.write_bytes(b"x")
    assert store.info(shipped).status.state == "damaged"
    path.write_bytes(content)
    assert store.info(shipped).status.state == "finished"


def test_the_log_may_be_missing_and_a_card_may_be_added(store, shipped):
    (store.folder(shipped) / "card.md").write_text("# Card")
    assert store.info(shipped).status.state == "finished"


def test_files_are_hashed_once(store, shipped, monkeypatch):
    store.list()
    monkeypatch.setattr(manifest, "sha256", lambda path: pytest.fail(f"{path} is hashed again"))
    assert [run.status.state for run in store.list()] == ["finished"]


def test_own_runs_are_not_hashed_to_be_listed(store, monkeypatch):
    finished(store, "own")
    alter(store, "own", "parts.json.gz")
    monkeypatch.setattr(manifest, "sha256", lambda path: pytest.fail(f"{path} is hashed"))
    assert store.info("own").status.state == "finished"


def test_a_run_of_the_gallery_that_still_trains_is_held_against_nothing(store):
    store.create(CONFIG, run_id="gallery-new").start({})
    assert store.info("gallery-new").status.state == "running"


def test_altered_predictions_are_refused_whoever_asks(store, complete):
    alter(store, complete, "predictions/test.parquet")
    with pytest.raises(DamagedRunError, match=r"complete/predictions/test\.parquet was altered: its sha256 is"):
        store.predictions(complete, "test")
