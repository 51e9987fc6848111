"""Preparation that is stopped and started again, and shared between processes."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from esr_core.data.builtin import builtin_source
from esr_core.data.partial import PartialSet
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet
from esr_core.data.source import Sample, Source
from esr_core.errors import DataError, PhotoError
from tests.esr_core.data import miniatures

SAMPLES = tuple(Sample(f"{k}", f"{k}.png", ("happiness", "anger")[k % 2]) for k in range(100))
PROJECT = Path(__file__).parents[3]


def picture(sample: Sample) -> np.ndarray:
    if int(sample.id) % 10 == 3:
        raise PhotoError(f"{sample.file} shows no face")
    return np.full((96, 96, 3), int(sample.id), dtype=np.uint8)


def source(samples=SAMPLES, fetch=picture) -> Source:
    return Source("toy", "Toy", "none", ("happiness", "anger"), samples, fetch)


def stop_after(count: int):
    def progress(done: int, _total: int) -> None:
        if done >= count:
            raise KeyboardInterrupt

    return progress


def test_what_was_done_is_not_done_again_and_the_set_is_the_same(tmp_path):
    expected = prepare(source(), tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        prepare(source(), tmp_path / "toy", stop_after(60))
    fetched: list[str] = []

    def watched(sample: Sample) -> np.ndarray:
        fetched.append(sample.id)
        return picture(sample)

    assert prepare(source(fetch=watched), tmp_path / "toy") == expected
    assert fetched == [sample.id for sample in SAMPLES[64:]]  # two chunks of 32 were done
    assert sorted(path.name for path in tmp_path.iterdir()) == ["toy", "whole"]
    for name in ("images.npy", "rejected.csv", "card.json"):
        assert (tmp_path / "toy" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "toy").iterdir()) == [
        "card.json",
        "images.npy",
        "labels.parquet",
        "rejected.csv",
    ]


@pytest.mark.parametrize("torn", ["journal", "images", "journal line", "key"])
def test_a_torn_end_is_made_again(tmp_path, torn):
    expected = prepare(source(), tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        prepare(source(), tmp_path / "toy", stop_after(96))
    partial = tmp_path / ".toy.preparing"
    name = {"images": "images.npy", "key": "key"}.get(torn, "outcomes.jsonl")
    content = (partial / name).read_bytes()
    cut = {"journal": len(content) - 5, "images": len(content) - 50_000, "journal line": 0, "key": 10}[torn]
    (partial / name).write_bytes(content[:cut])
    assert prepare(source(), tmp_path / "toy") == expected


def test_another_source_starts_over(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        prepare(source(), tmp_path / "toy", stop_after(60))
    other = source(SAMPLES[:40])
    prepare(other, tmp_path / "fresh")
    assert prepare(other, tmp_path / "toy").fingerprint == PreparedSet.open(tmp_path / "fresh").card.fingerprint


def test_other_options_start_over(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        prepare(source(), tmp_path / "toy", stop_after(60))
    white = replace(source(fetch=lambda _: np.full((96, 96, 3), 255, dtype=np.uint8)), options={"whole_image": True})
    assert prepare(white, tmp_path / "toy").mean == (1, 1, 1)


def test_two_processes_cannot_prepare_the_same_destination(tmp_path):
    with (
        PartialSet(tmp_path / "toy", "key"),
        pytest.raises(DataError, match="toy is being prepared by another process"),
    ):
        prepare(source(), tmp_path / "toy")


def test_many_rejected_pictures_end_with_the_commonest_reason(tmp_path):
    def picky(sample: Sample) -> np.ndarray:
        if int(sample.id) < 30:
            raise PhotoError(f"{sample.file} shows no face" if int(sample.id) < 20 else f"{sample.file} is empty")
        return picture(Sample("50", "50.png"))

    card = prepare(source(fetch=picky), tmp_path / "toy")
    assert card.warning == (
        "30 of 100 pictures were rejected, 20 of them because the file shows no face; rejected.csv names them all"
    )
    assert prepare(source(), tmp_path / "few").warning is None  # a tenth


def test_reasons_that_differ_in_numbers_alone_are_one(tmp_path):
    def cut_off(sample: Sample) -> np.ndarray:
        number = int(sample.id)
        if number < 30:
            raise PhotoError(
                f"{sample.file} is cut off after {number:,} bytes" if number % 3 else f"{sample.file} is empty"
            )
        return picture(Sample("50", "50.png"))

    card = prepare(source(fetch=cut_off), tmp_path / "toy")
    assert card.rejected_reasons == {"is cut off after 1 bytes": 20, "is empty": 10}
    assert "20 of them because the file is cut off after 1 bytes" in card.warning


def test_a_full_disk_keeps_what_is_done(tmp_path, monkeypatch):
    expected = prepare(source(), tmp_path / "whole")
    add = PartialSet.add

    def full(self, outcomes):
        if self.done:
            raise OSError(28, "No space left on device")
        add(self, outcomes)

    monkeypatch.setattr(PartialSet, "add", full)
    with pytest.raises(
        DataError, match="No space left on device; what is done is kept, the same command goes on with it"
    ):
        prepare(source(), tmp_path / "toy")
    monkeypatch.undo()
    assert prepare(source(), tmp_path / "toy") == expected


def test_a_disk_still_full_when_files_are_closed_keeps_nobody_out(tmp_path, monkeypatch):
    """What a file could not write it tries again when it is closed; the lock must be given back all the same."""

    def full(images) -> None:
        images.close()
        raise OSError(28, "No space left on device")

    def add(self, outcomes) -> None:
        images = self._images
        monkeypatch.setattr(self, "_images", SimpleNamespace(close=lambda: full(images)))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PartialSet, "add", add)
    with pytest.raises(DataError, match="No space left on device"):
        prepare(source(), tmp_path / "toy")
    monkeypatch.undo()
    assert prepare(source(), tmp_path / "toy").num_pictures == 90


def kill_worker(sample: Sample) -> np.ndarray:
    if multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return picture(sample)  # the process that the test runs in fetches the first ones while workers start


def test_a_killed_worker_is_not_called_a_fault_of_the_destination(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    with pytest.raises(DataError, match=r"toy is not finished: a process that fetches pictures was killed.*goes on"):
        prepare(source(fetch=kill_worker), tmp_path / "toy", workers=2)


def test_a_picture_repaired_in_between_is_read_again(tmp_path):
    for sample in SAMPLES:
        miniatures.write(tmp_path / "pictures" / sample.file, "broken" if sample.id == "5" else "whole")

    def read(sample: Sample) -> np.ndarray:
        if (tmp_path / "pictures" / sample.file).read_text() == "broken":
            raise PhotoError(f"{sample.file} is broken")
        return picture(Sample("50", "50.png"))

    broken = replace(source(fetch=read), folder=tmp_path / "pictures")
    with pytest.raises(KeyboardInterrupt):
        prepare(broken, tmp_path / "toy", stop_after(60))
    miniatures.write(tmp_path / "pictures" / "5.png", "whole")
    assert prepare(broken, tmp_path / "toy").num_rejected == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(DataError, match=r"toy cannot be written: .*Permission denied"):
        prepare(source(), tmp_path / "toy")


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="toy cannot be written"):
        prepare(source(), tmp_path / "file" / "toy")


def test_several_processes_give_the_same_set_as_one(tmp_path, monkeypatch):
    # Tests of the app leave it behind as the main module, which a spawned process would run.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    faces = builtin_source(5, 3)
    assert prepare(faces, tmp_path / "one") == prepare(faces, tmp_path / "two", workers=2)


COMMAND = [sys.executable, "-m", "esr_core", "prepare", "builtin"]
OPTIONS = ["--subjects", "25", "--sequences", "8", "--workers", "2"]


def kill_after(chunks: int, destination: Path) -> int:
    """Start ``prepare``, kill it once the journal has so many lines, return the samples that are safe."""
    victim = subprocess.Popen([*COMMAND, str(destination), *OPTIONS], cwd=PROJECT, stderr=subprocess.DEVNULL)
    journal = destination.with_name(f".{destination.name}.preparing") / "outcomes.jsonl"
    deadline = time.monotonic() + 60
    while not (journal.exists() and journal.read_bytes().count(b"\n") >= chunks):
        assert victim.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline, "it did not begin"
        time.sleep(0.005)
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    assert not destination.exists()
    return sum(len(json.loads(line)) for line in journal.read_bytes().splitlines(keepends=True) if line[-1:] == b"\n")


def finish(destination: Path) -> PreparedSet:
    subprocess.run([*COMMAND, str(destination), *OPTIONS], cwd=PROJECT, check=True, capture_output=True)
    return PreparedSet.open(destination)


@pytest.mark.slow
def test_a_killed_preparation_goes_on_to_the_same_fingerprint(tmp_path):
    """The real thing: two workers, SIGKILL in the middle, the same command again."""
    assert 0 < kill_after(3, tmp_path / "set") < 800
    assert finish(tmp_path / "set").card == prepare(builtin_source(25, 8), tmp_path / "fresh")


@pytest.mark.slow
def test_killed_again_and_again_it_goes_on_to_the_same_fingerprint(tmp_path):
    done = [kill_after(chunks, tmp_path / "set") for chunks in (1, 4, 7, 10, 14, 18)]
    assert done == sorted(done)
    assert finish(tmp_path / "set").card == prepare(builtin_source(25, 8), tmp_path / "fresh")
