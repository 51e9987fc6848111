"""A run in parts: they are small, and what is joined is what was split."""

import hashlib

import pytest
import torch

from bench.gpu.run_parts import MAX_PARTS, join, split
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.errors import DamagedRunError, RunError
from esr_core.networks import ESR
from esr_core.run_store import RunStore

CONFIG = TrainingConfig(data="ferplus", network=NetworkConfig(branching_level=5, num_branches=1))
PART_BYTES = 200_000


def store_run(store: RunStore, state_bytes: int | None = None) -> None:
    """A finished run, or one that was cancelled with a state of so many bytes."""
    writer = store.create(CONFIG, run_id="some")
    writer.start({"device": "cuda:0"})
    writer.save_network(ESR.from_config(CONFIG.network))
    if state_bytes is None:
        writer.finish({"accuracy": 0.5})
    else:
        writer.save_state({"weights": torch.rand(state_bytes // 4)})
        writer.cancel()


def contents(folder):
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_finished_run_is_joined_as_it_was(tmp_path):
    store = RunStore(tmp_path / "there")
    store_run(store)
    assert split(store.folder("some"), tmp_path / "parts", PART_BYTES) == []
    parts = sorted((tmp_path / "parts").glob("*.tar.*"))
    assert 1 < len(parts) <= MAX_PARTS
    assert all(path.stat().st_size <= PART_BYTES for path in parts)
    assert join(tmp_path / "parts", tmp_path / "here") == "some"
    assert contents(tmp_path / "here" / "some") == contents(store.folder("some"))
    assert RunStore(tmp_path / "here").info("some").status.state == "finished"
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["some"], "nothing is left beside the run"


def test_the_list_of_parts_is_what_sha256sum_reads(tmp_path):
    store = RunStore(tmp_path / "there")
    store_run(store)
    split(store.folder("some"), tmp_path / "parts", PART_BYTES)
    for line in (tmp_path / "parts" / "some.sha256").read_text().splitlines():
        digest, name = line.split("  ")
        assert digest == hashlib.sha256((tmp_path / "parts" / name).read_bytes()).hexdigest()


def test_a_training_that_did_not_finish_comes_with_its_state_where_that_fits(tmp_path):
    store = RunStore(tmp_path / "there")
    store_run(store, state_bytes=100_000)
    assert split(store.folder("some"), tmp_path / "parts", PART_BYTES) == []
    join(tmp_path / "parts", tmp_path / "here")
    joined = RunStore(tmp_path / "here")
    assert joined.info("some").status.state == "cancelled"
    assert torch.equal(joined.training_state("some")["weights"], store.training_state("some")["weights"])


def test_a_state_that_does_not_fit_is_left_out_and_said(tmp_path):
    store = RunStore(tmp_path / "there")
    store_run(store, state_bytes=MAX_PARTS * PART_BYTES)
    assert split(store.folder("some"), tmp_path / "parts", PART_BYTES) == ["resume.pt"]
    assert sum(path.stat().st_size for path in (tmp_path / "parts").iterdir()) < MAX_PARTS * PART_BYTES
    join(tmp_path / "parts", tmp_path / "here")
    assert RunStore(tmp_path / "here").training_state("some") is None
    assert contents(tmp_path / "here" / "some").keys() == contents(store.folder("some")).keys() - {"resume.pt"}


def test_a_run_that_does_not_fit_is_refused_before_anything_is_written(tmp_path):
    store = RunStore(tmp_path / "there")
    store_run(store)
    with pytest.raises(RunError, match=r"some must fit into 0\.0 MB, found 0\.\d MB"):
        split(store.folder("some"), tmp_path / "parts", part_bytes=10_000)
    assert not (tmp_path / "parts").exists()


def test_a_part_that_was_altered_or_lost_is_named_and_nothing_is_added(tmp_path):
    store = RunStore(tmp_path / "there")
    store_run(store)
    split(store.folder("some"), tmp_path / "parts", PART_BYTES)
    second = tmp_path / "parts" / "some.tar.1"
    second.write_bytes(second.read_bytes()[:-1] + b"x")
    with pytest.raises(DamagedRunError, match=r"some\.tar\.1 was altered: its sha256 is .*, some\.sha256 says"):
        join(tmp_path / "parts", tmp_path / "here")
    second.unlink()
    with pytest.raises(DamagedRunError, match=r"parts must hold some\.tar\.1, which some\.sha256 names"):
        join(tmp_path / "parts", tmp_path / "here")
    assert list((tmp_path / "here").iterdir()) == []


def test_a_finished_run_that_was_altered_before_it_was_split_is_refused(tmp_path):
    store = RunStore(tmp_path / "there")
    store_run(store)
    (store.folder("some") / "environment.json").write_text("{}")
    split(store.folder("some"), tmp_path / "parts", PART_BYTES)
    with pytest.raises(DamagedRunError, match=r"run some is not what it was: environment\.json was altered"):
        join(tmp_path / "parts", tmp_path / "here")
    assert list((tmp_path / "here").iterdir()) == []


def test_a_run_that_is_there_already_is_left_alone(tmp_path):
    store = RunStore(tmp_path / "there")
    store_run(store)
    split(store.folder("some"), tmp_path / "parts", PART_BYTES)
    with pytest.raises(RunError, match=r"run some exists already in .*there; move it away first"):
        join(tmp_path / "parts", store.root)


def test_a_folder_without_parts_and_one_without_a_run_are_refused(tmp_path):
    with pytest.raises(RunError, match=r"must hold the parts of one run, found 0 files \*\.sha256"):
        join(tmp_path, tmp_path / "here")
    with pytest.raises(RunError, match=r"must be the folder of a run, found no config\.json in it"):
        split(tmp_path, tmp_path / "parts")
