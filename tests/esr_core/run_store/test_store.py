import dataclasses
import errno
import gzip
import json
import math
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from esr_core.config import DataSetConfig
from esr_core.errors import DamagedRunError, EsrError, RunError, RunNotFoundError, TrainingError
from esr_core.locks import take_lock
from esr_core.networks import ESR, weights_from_stored, weights_to_store
from esr_core.records import Progress
from esr_core.run_store import RunStore, manifest, run_lock
from esr_core.run_store.data_of_run import data_record
from esr_core.run_store.history import best_of, read_best, read_history
from esr_core.run_store.status import read_status
from tests.esr_core.run_store.conftest import CONFIG, record

GHOST_STATUS = {"state": "running", "updated": 0, "pid": 1, "process_started": 1.0, "progress": None, "message": ""}


def test_a_complete_run_is_read_back(store, complete):
    run = store.info(complete)
    assert run.status.state == "finished"
    assert run.status.test_accuracy == 0.75
    assert run.config == CONFIG
    assert run.parameters.total == 93_632 + 2 * 37_576
    assert store.parts(complete)["validation"] == ["b"]
    assert store.environment(complete) == {"python": "3"}
    assert store.predictions(complete, "test").logits.tolist() == [[[0.5, 0.0]]]
    assert store.check(complete) == []


def test_results_are_read_back_intervals_as_pairs(store):
    results = {"accuracy": 0.5, "accuracy_interval": (0.25, 0.75), "valence_rmse": 0.3, "arousal_rmse": 0.4}
    writer = store.create(CONFIG, run_id="affect")
    writer.start({})
    writer.finish(results)
    assert store.info("affect").status.results == results


@pytest.mark.parametrize(
    ("earlier", "results"),
    [
        ({"test_accuracy": 0.5}, {"accuracy": 0.5}),
        (
            {"test_accuracy": 0.5, "test_accuracy_interval": [0.25, 0.75], "test_affect_rmse": [0.3, 0.4]},
            {"accuracy": 0.5, "accuracy_interval": (0.25, 0.75), "valence_rmse": 0.3, "arousal_rmse": 0.4},
        ),
        ({"test_accuracy": None, "test_accuracy_interval": None, "test_affect_rmse": None}, {}),
    ],
)
def test_results_of_earlier_versions_had_fields_of_their_own(store, complete, earlier, results):
    path = store.folder(complete) / "status.json"
    values = json.loads(path.read_text())
    del values["results"]
    path.write_text(json.dumps(values | earlier))
    assert store.info(complete).status.results == results


def test_best_is_the_best_trained_ensemble_of_the_last_phase(store, complete):
    best = store.info(complete).best
    assert (best.branch, best.epoch) == (2, 10)  # not epoch 0, not branch 1, and the lower loss of two equals


def test_a_stored_network_gives_the_same_logits(store):
    writer = store.create(CONFIG)
    writer.start({})
    network = ESR.from_config(CONFIG.network).eval()
    network.set_normalisation([0.3], [0.2])
    writer.save_network(network)
    images = torch.rand(2, 1, 96, 96)
    assert torch.equal(store.load_network(writer.run_id)(images), network(images))


def test_half_precision_rounds_convolution_and_linear_weights_alone(store):
    writer = store.create(CONFIG)
    writer.start({})
    network = ESR.from_config(CONFIG.network).eval()
    network.set_normalisation([0.3], [0.2])
    network.shared[1][1].running_var.fill_(1e6)  # beyond float16
    network.shared[1][1].running_mean.fill_(1e-9)  # below its smallest
    writer.save_network(network, dtype="float16")
    stored = store.load_network(writer.run_id).state_dict()
    for name, value in network.state_dict().items():
        assert stored[name].dtype == value.dtype
        expected = value.half().float() if name.endswith("weight") and value.ndim > 1 else value
        assert torch.equal(stored[name], expected), name
    size = (writer.folder / "checkpoints" / "best.safetensors").stat().st_size
    assert size < 0.52 * 4 * sum(value.numel() for value in network.parameters())


def test_a_weight_beyond_half_precision_is_named(store):
    network = ESR.from_config(CONFIG.network)
    network.branches[1].classifier.weight.data[0, 0] = 1e5
    with pytest.raises(
        TrainingError, match=r"branches\.1\.classifier\.weight must lie within \+-65504 .* found 100000"
    ):
        store.create(CONFIG).save_network(network, dtype="float16")


def test_int8_is_read_back_as_the_weights_that_it_stands_for(store):
    writer = store.create(CONFIG)
    writer.start({})
    network = ESR.from_config(CONFIG.network)
    writer.save_network(network, dtype="int8")
    writer.save_milestone(network, record(1, 5, 0.5), "int8")
    expected = weights_from_stored(weights_to_store(network, "int8"))
    for checkpoint in ("best", "branch1-epoch5"):
        read = store.load_network(writer.run_id, checkpoint).state_dict()
        assert read.keys() == expected.keys()
        assert all(torch.equal(read[name], expected[name]) for name in read)
    size = (writer.folder / "checkpoints" / "best.safetensors").stat().st_size
    assert size < 0.28 * 4 * sum(value.numel() for value in network.parameters())


@pytest.mark.parametrize("dtype", ["float32", "int8"])
def test_an_unfinished_run_loads_with_the_branches_it_has(store, dtype):
    writer = store.create(CONFIG)
    writer.start({})
    writer.save_network(ESR("lab", 4, 1), dtype=dtype)
    assert len(store.load_network(writer.run_id).branches) == 1


def test_names_are_readable_and_unique(store):
    first, second = (store.create(CONFIG, now=1_763_900_000.0).run_id for _ in range(2))
    assert first != second
    assert "lab-level4-frozen" in first


@pytest.mark.parametrize("path", ["complete/", "runs/complete", "./complete"])
def test_a_run_named_by_its_path_as_shells_complete_it_is_told_by_its_name(store, complete, path):
    with pytest.raises(RunNotFoundError, match=f"there is no run '{path}' in .*: name it complete$"):
        store.info(path)


@pytest.mark.parametrize("run_id", ["../runs", "", ".", "..", "a/b", "/etc", "a\x00b", "~", ".hidden", "x" * 200])
def test_a_name_that_is_none_never_reaches_the_file_system(store, complete, run_id):
    with pytest.raises(RunNotFoundError, match="there is no run"):
        store.info(run_id)
    with pytest.raises(EsrError):
        store.delete(run_id)
    with pytest.raises(EsrError):
        store.load_network(complete, checkpoint=run_id)


def test_a_taken_name_is_refused_and_the_run_left_alone(store, complete):
    with pytest.raises(RunError, match="run complete exists already"):
        store.create(CONFIG, run_id="complete")
    assert store.check(complete) == []


def test_a_drawn_name_that_is_taken_is_drawn_again(store, monkeypatch):
    drawn = iter(["7f3a", "7f3a", "0b1c"])
    monkeypatch.setattr("esr_core.run_store.naming.secrets.token_hex", lambda _: next(drawn))
    first, second = (store.create(CONFIG, now=0.0).run_id for _ in range(2))
    assert (first[-4:], second[-4:]) == ("7f3a", "0b1c")
    assert {first, second} <= {run.run_id for run in store.list()}


def test_a_complete_run_is_not_written_again(store, complete):
    with pytest.raises(RunError, match="complete and is not written again"):
        store.writer(complete).start({})


def test_two_writers_never_write_one_run(store):
    writer = store.create(CONFIG, run_id="mine")
    writer.start({})
    with pytest.raises(RunError, match="being written by another process"):
        store.writer("mine").start({})
    writer.cancel()
    store.writer("mine").start({})  # the lock is free again


def test_an_altered_checkpoint_is_refused_and_named(store, complete):
    path = store.root / complete / "checkpoints" / "best.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert store.check(complete) == ["checkpoints/best.safetensors was altered"]
    with pytest.raises(
        DamagedRunError, match=r"best\.safetensors was altered: its sha256 is \w{12}, the manifest says"
    ):
        store.load_network(complete)


def test_missing_files_are_named(store, complete):
    (store.root / complete / "parts.json.gz").unlink()
    assert store.check(complete) == ["parts.json.gz is missing"]


NO_LOSS = (
    b'{"branch": 1, "epoch": 1, "training_loss": [null], "loss": [], "accuracy": [], "ensemble_accuracy": 0.5, '
    b'"mean_probability_accuracy": 0.5, "learning_rate": 0.1, "images_seen": 1, "seconds": 1.0}\n'
)


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("config.json", None, "damaged has no config.json, so it is not a run"),
        ("config.json", b'{"data": "x", "colour": 1}', "config.json cannot be read: colour is not a known setting"),
        ("config.json", b'{"data": "x", "network": {"branching_level": 6}}', "branching_level must be 0-5 for the lab"),
        ("config.json", b"\xff\xfe", "config.json cannot be read"),
        ("status.json", None, "damaged has no status.json"),
        ("status.json", b"{", "status.json cannot be read"),
        ("status.json", b"[1]", "status.json cannot be read"),
        ("status.json", b'{"updated": 1790000000000}', "updated must be seconds since 1970, found 1790000000000"),
        ("status.json", b'{"state": ["running"], "updated": 1}', "status.json cannot be read: state: input should be"),
        ("status.json", b'{"state": "paused", "updated": 1}', "status.json cannot be read: state: input should be"),
        ("status.json", b'{"state": "queued", "updated": 1, "progress": {"branch": 1}}', "num_branches is missing"),
        ("epochs.jsonl", b"{}\n{}\n", "epochs.jsonl cannot be read in line 1"),
        ("epochs.jsonl", 2 * NO_LOSS, "loss must hold a value for each branch, found none"),
        ("manifest.json", b'{"schema_version": 0, "sha256": {}}', "has schema_version 0, expected 1"),
        ("manifest.json", b"x", "manifest.json cannot be read"),
    ],
)
def test_damaged_runs_are_listed_with_the_reason_beside_the_whole_ones(store, complete, file, content, sentence):
    store.create(CONFIG, run_id="damaged")
    path = store.root / "damaged" / file
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content)
    runs = {run.run_id: run.status for run in store.list()}
    assert runs["complete"].state == "finished"
    assert runs["damaged"].state == "damaged"
    assert sentence in runs["damaged"].message


@pytest.mark.parametrize("name", ["epochs.jsonl", "checkpoints/loop"])
def test_a_run_with_a_file_that_the_system_does_not_read_is_listed_as_damaged(store, complete, name):
    folder = store.create(CONFIG, run_id="gallery-x").folder
    manifest.write(folder)
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(path)
    runs = {run.run_id: run.status for run in store.list()}
    assert (runs["complete"].state, runs["gallery-x"].state) == ("finished", "damaged")
    assert "Too many levels of symbolic links" in runs["gallery-x"].message


@pytest.mark.parametrize("content", [b"null", b"[]", b"{torn"])
def test_a_damaged_environment_is_named_whoever_reads_it(store, content):
    writer = store.create(CONFIG, run_id="damaged")
    (writer.folder / "environment.json").write_bytes(content)
    for read in (lambda: data_record(store, "damaged"), lambda: writer.start({})):
        with pytest.raises(DamagedRunError, match=r"damaged/environment\.json (cannot be read|must hold)"):
            read()


def test_files_and_hidden_folders_beside_the_runs_are_no_runs(store, complete):
    (store.root / "README.md").write_text("about")
    (store.root / ".cache").mkdir()
    (store.root / "foreign").mkdir()
    assert {run.run_id: run.status.state for run in store.list()} == {"complete": "finished", "foreign": "damaged"}


@pytest.mark.parametrize("content", [b"", b"\x08\0\0\0\0\0\0\0{}      ", b"not tensors at all"])
def test_a_checkpoint_that_holds_no_network_is_named(store, content):
    writer = store.create(CONFIG, run_id="torn")
    writer.start({})
    writer.save_network(ESR.from_config(CONFIG.network))
    (store.root / "torn" / "checkpoints" / "best.safetensors").write_bytes(content)
    with pytest.raises(DamagedRunError, match=r"torn/checkpoints/best\.safetensors does not hold the network"):
        store.load_network("torn")


SCALES = "branches.0.classifier.weight_scale"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({SCALES: None}, f"must have its scales in {SCALES}, found none"),
        ({SCALES: torch.ones(3)}, r"must hold a float32 scale for each output channel .* of shape \(3,\)"),
        ({SCALES: torch.full((8,), math.inf)}, "must hold finite scales above 0, found inf to inf"),
        ({SCALES.removesuffix("_scale"): None}, r"Error\(s\) in loading state_dict for ESR"),
    ],
    ids=["no scales", "shape", "infinite", "scales alone"],
)
def test_int8_without_its_scales_is_named(store, change, reason):
    writer = store.create(CONFIG, run_id="torn")
    writer.start({})
    stored = weights_to_store(ESR.from_config(CONFIG.network), "int8") | change
    (writer.folder / "checkpoints").mkdir(exist_ok=True)
    tensors = {name: value for name, value in stored.items() if value is not None}
    save_file(tensors, writer.folder / "checkpoints" / "best.safetensors")
    with pytest.raises(DamagedRunError, match=rf"torn/checkpoints/best\.safetensors does not hold .*{reason}"):
        store.load_network("torn")


def test_the_best_point_read_from_the_last_phase_alone_is_the_best_of_the_whole_history(store, complete):
    folder = store.folder(complete)
    assert read_best(folder) == best_of(read_history(folder)) == record(2, 10, 0.6, loss=1.0)
    (folder / "epochs.jsonl").write_text("".join((folder / "epochs.jsonl").read_text().splitlines(True)[:3]))
    best = record(1, 5, 0.8)
    assert read_best(folder) == best_of(read_history(folder)) == best  # nothing of the second branch is trained yet
    (folder / "epochs.jsonl").write_text("{")
    with pytest.raises(DamagedRunError, match=r"complete/epochs\.jsonl cannot be read"):
        read_best(folder)


@pytest.mark.parametrize("changes", [{}, {"diversity": {"kappa": None, "entropy": 0.5}}, {"loss": (math.inf,)}])
def test_a_history_is_read_as_it_was_written(store, changes):
    writer = store.create(CONFIG, run_id="whole")
    points = [dataclasses.replace(record(1, epoch, 0.5), **changes) for epoch in range(3)]
    for point in points:
        writer.append(point)
    assert list(store.history("whole")) == points


def test_a_history_of_several_versions_is_read_line_by_line(store):
    writer = store.create(CONFIG, run_id="mixed")
    writer.append(record(1, 0, 0.5))
    path = store.root / "mixed" / "epochs.jsonl"
    older = {**record(1, 1, 0.6).to_dict(), "label_disagreement": 0.25, "oracle_disagreement": 0.125}
    del older["diversity"]
    path.write_text(path.read_text() + json.dumps(older) + "\n")
    newest = store.history("mixed")[1]
    assert (newest.accuracy, newest.diversity) == ((0.6,), {"label_disagreement": 0.25, "oracle_disagreement": 0.125})


def test_a_torn_last_line_is_left_out(store):
    writer = store.create(CONFIG, run_id="torn")
    writer.append(record(1, 0, 0.5))
    writer.append(record(1, 1, 0.6))
    path = store.root / "torn" / "epochs.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    assert [each.epoch for each in store.history("torn")] == [0]


def test_a_failing_write_leaves_the_old_status(store, monkeypatch):
    writer = store.create(CONFIG, run_id="full")
    writer.start({})

    def disk_full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", disk_full)
    with pytest.raises(RunError, match=r"full/status\.json cannot be written: No space left on device"):
        writer.progress(Progress(1, 2, 1, 5, 1, 10))
    monkeypatch.undo()
    assert store.info("full").status.state == "running"
    assert store.info("full").status.progress is None
    assert not list((store.root / "full").glob(".status*"))


def test_a_running_process_is_running_and_a_killed_one_interrupted(store):
    code = (
        "import sys, time; from esr_core.run_store import RunStore;"
        "RunStore(sys.argv[1]).writer('child').start({}); print('ready', flush=True); time.sleep(60)"
    )
    store.create(CONFIG, run_id="child")
    process = subprocess.Popen([sys.executable, "-c", code, str(store.root)], stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"ready\n"
        assert store.info("child").status.state == "running"
        with pytest.raises(RunError, match="is running; stop it before deleting"):
            store.delete("child")
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # a zombie has a living pid and runs no more
        assert store.info("child").status.state == "interrupted"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert store.info("child").status.message == "its process is gone"


def test_a_pid_that_was_given_to_another_process_is_no_ghost(store):
    folder = store.create(CONFIG, run_id="old").folder
    (folder / "status.json").write_text(json.dumps(GHOST_STATUS | {"host": os.uname().nodename}))
    assert store.info("old").status.state == "interrupted"


def test_progress_that_counts_no_pictures_yet_is_read(store):
    folder = store.create(CONFIG, run_id="old").folder
    older = {"branch": 1, "num_branches": 2, "epoch": 3, "num_epochs": 4, "epochs_done": 3, "epochs_total": 6}
    older |= {"images_per_second": 40.0, "seconds_left": 9.0}
    (folder / "status.json").write_text(json.dumps(GHOST_STATUS | {"host": "elsewhere", "progress": older}))
    progress = read_status(folder, now=0.0).progress
    assert (progress.share, progress.images_done, progress.seconds_left) == (0.5, None, 9.0)


def test_a_process_on_another_host_is_judged_by_its_silence(store):
    folder = store.create(CONFIG, run_id="far").folder
    (folder / "status.json").write_text(json.dumps(GHOST_STATUS | {"host": "elsewhere", "updated": 1000.0}))
    assert read_status(folder, now=1060.0).state == "running"
    assert read_status(folder, now=1200.0).state == "interrupted"


def test_a_process_on_another_host_lives_through_an_epoch_longer_than_its_silence_may_be(store, monkeypatch):
    monkeypatch.setattr(run_lock, "BEAT_EVERY_S", 0.05)
    writer = store.create(CONFIG, run_id="far")
    writer.start({})
    told = json.loads((writer.folder / "status.json").read_text())
    (writer.folder / "status.json").write_text(json.dumps(told | {"host": "elsewhere", "updated": 1000.0}))
    os.utime(writer.folder / ".lock", (1000.0, 1000.0))
    deadline = time.monotonic() + 10
    while store.info("far").status.state != "running":  # it has not said a word for decades
        assert time.monotonic() < deadline
        time.sleep(0.02)
    writer._release()  # as when its process ends
    time.sleep(0.2)
    os.utime(writer.folder / ".lock", (1000.0, 1000.0))
    time.sleep(0.2)
    assert store.info("far").status.state == "interrupted"


def test_a_run_may_wait_for_days(store):
    folder = store.create(CONFIG, run_id="new", now=1000.0).folder
    assert read_status(folder, now=1000.0 + 3 * 86_400).state == "queued"


def test_deleting_removes_a_run_and_nothing_else(store, complete):
    store.create(CONFIG, run_id="kept")
    store.delete(complete)
    assert [run.run_id for run in store.list()] == ["kept"]


def test_an_older_run_that_was_checked_out_is_as_old_as_its_last_word(store, complete):
    path = store.folder(complete) / "status.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"created": None}))
    status = store.info(complete).status
    os.utime(store.folder(complete) / "config.json", (status.updated + 1000, status.updated + 1000))
    assert store.info(complete).created == status.updated
    os.utime(store.folder(complete) / "config.json", (status.updated - 1000, status.updated - 1000))
    assert store.info(complete).created == status.updated - 1000


def test_an_empty_or_absent_folder_has_no_runs(tmp_path):
    assert RunStore(tmp_path).list() == []
    assert RunStore(tmp_path / "nowhere").list() == []


def test_a_run_killed_while_it_was_sealed_is_not_finished(store):
    writer = store.create(CONFIG, run_id="unsealed")
    writer.start({})
    writer.save_state({"records": 0})
    writer.finish({"accuracy": 0.5})
    assert store.info("unsealed").status.state == "finished"
    assert store.training_state("unsealed") is None
    (store.folder("unsealed") / "manifest.json").unlink()
    lock = take_lock(store.folder("unsealed"))
    assert store.info("unsealed").status.state == "running"  # this process lives: it may be just sealing
    os.close(lock)
    assert store.info("unsealed").status.state == "interrupted"


@pytest.mark.parametrize("file", ["parts.json.gz", "environment.json"])
@pytest.mark.parametrize(
    "content", [None, b'{"torn', gzip.compress(b"{}", mtime=0)[:-4], b"\x1f\x8b\x08\0\0\0\0\0\0\3torn"]
)
def test_a_file_about_a_run_that_is_missing_or_torn_is_named(store, complete, file, content):
    path = store.root / complete / file
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(DamagedRunError, match=rf"complete/{re.escape(file)} cannot be read"):
        getattr(store, file.partition(".")[0])(complete)


def test_parts_that_are_equal_are_stored_once_and_older_runs_have_each_in_full(store, complete):
    parts = {"training": ["a", "b"], "test": ["c"], "training of branch 1": ["a", "b"], "training of branch 2": ["b"]}
    folder = store.create(CONFIG, run_id="new").folder
    store.writer("new").save_parts(parts)
    assert store.parts("new") == parts
    stored = json.loads(gzip.decompress((folder / "parts.json.gz").read_bytes()))
    assert stored == parts | {"training of branch 1": "training"}
    older = store.create(CONFIG, run_id="old").folder
    (older / "parts.json").write_text(json.dumps(parts, indent=2), encoding="utf-8")
    assert store.parts("old") == parts


def test_a_run_deleted_while_all_are_listed_is_not_there_and_ends_nothing(store, complete, monkeypatch):
    store.create(CONFIG, run_id="goes")
    seen = RunStore.config

    def deleted_meanwhile(asked, run_id):
        found = seen(asked, run_id)
        shutil.rmtree(asked.root / "goes", ignore_errors=True)  # between two files of one run, or between two runs
        return found

    monkeypatch.setattr(RunStore, "config", deleted_meanwhile)
    assert [run.run_id for run in store.list()] == [complete]
    with pytest.raises(RunNotFoundError):
        store.info("goes")


def test_a_run_of_before_its_set_was_stored_with_its_settings_has_it_from_its_environment(store):
    writer = store.create(CONFIG, run_id="older")
    assert store.config("older").data_set is None  # it has not begun
    card = {"name": "ferplus", "fingerprint": "85ad", "title": "FER+"}
    writer.start({"data": card, "data_fingerprint": "85ad"})
    assert store.config("older") == CONFIG.replace(data_set=DataSetConfig(name="ferplus", fingerprint="85ad"))
    assert store.config("older").anywhere() == CONFIG.replace(data="85ad")


@pytest.mark.parametrize("environment", [{}, {"data": "ferplus"}, {"data": {"name": 1, "fingerprint": None}}])
def test_a_run_whose_environment_does_not_tell_its_set_has_its_folder_alone(store, environment):
    store.create(CONFIG, run_id="older").start(environment)
    assert store.config("older") == CONFIG
    assert store.config("older").anywhere() == CONFIG


def test_the_set_of_a_run_that_is_shipped_is_known_wherever_it_lies():
    config = RunStore(Path(__file__).parents[3] / "runs").config("gallery-single")
    assert config.data == "prepared/ferplus"
    assert config.data_set.name == "ferplus"
    assert config.data_key.startswith("85ad6861")


def test_what_a_killed_process_left_half_written_goes_when_the_run_goes_on(store):
    folder = store.create(CONFIG, run_id="killed").folder
    (folder / "checkpoints").mkdir()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = [folder / f".resume.pt.{ended.pid}", folder / "checkpoints" / f".best.safetensors.{ended.pid}"]
    under_way = folder / f".status.json.{os.getppid()}"  # of a process that lets the run wait, or cancels it
    for path in (*left, under_way):
        path.write_bytes(b"half")
    store.writer("killed").start({})
    assert [path.exists() for path in (*left, under_way)] == [False, False, True]


@pytest.mark.parametrize("name", ["config.json", "status.json"])
def test_a_run_that_cannot_be_stored_leaves_nothing(store, monkeypatch, name):
    replace = Path.replace

    def replace_until_full(path: Path, target: Path) -> None:
        if target.name == name:
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(path, target)

    monkeypatch.setattr(Path, "replace", replace_until_full)
    with pytest.raises(RunError, match=r"run one cannot be written to .*: No space left on device"):
        store.create(CONFIG, run_id="one")
    assert list(store.root.iterdir()) == []
