"""Validation points carried elsewhere: a table, event files in TensorBoard's own reader, the document's examples."""

import importlib.util
import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace

import cv2
import numpy as np
import pandas as pd
import pytest
import torch

from esr_core.commands import main
from esr_core.commands.event_files import remove_event_files
from esr_core.data.prepared import PreparedSet
from esr_core.exchange import EventFile, measures, write_events
from esr_core.explanations import overlay
from esr_core.records import EpochRecord
from esr_core.run_store import RunStore

DOCUMENT = (Path(__file__).parents[3] / "docs" / "exchange.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(import (?:mlflow|wandb)\n.*?)```", DOCUMENT, re.DOTALL)
needs_tensorboard = pytest.mark.skipif(
    importlib.util.find_spec("tensorboard") is None,
    reason="TensorBoard is not installed: pip install -r requirements-tensorboard.txt",
)


def record(branch: int, epoch: int, images_seen: int, accuracy: tuple[float, ...], **settings) -> EpochRecord:
    return EpochRecord(
        branch=branch,
        epoch=epoch,
        training_loss=(None,) * len(accuracy),
        loss=tuple(1 - each for each in accuracy),
        accuracy=accuracy,
        ensemble_accuracy=max(accuracy),
        mean_probability_accuracy=0.5,
        learning_rate=0.1,
        images_seen=images_seen,
        seconds=images_seen / 10,
        **settings,
    )


FIRST = record(1, 1, 70, (0.25,))
SECOND = record(2, 1, 140, (0.25, 0.5), diversity={"label_disagreement": 0.75, "q_statistic": None})
KNOWN = {"ensemble_accuracy", "mean_probability_accuracy", "learning_rate", "accuracy/branch1", "loss/branch1"}


@pytest.fixture
def store(tmp_path, tiny_training) -> RunStore:
    """A store with the run ``two``: two validation points, the second with maps of two faces, and a damaged run."""
    store = RunStore(tmp_path / "runs")
    writer = store.create(tiny_training, run_id="two", now=1000.0)
    prepared = PreparedSet.open(tiny_training.data)
    writer.start({"data_fingerprint": prepared.card.fingerprint})
    writer.save_parts({"probes": prepared.labels["id"].iloc[:2].tolist()})
    for each in (FIRST, SECOND):
        writer.append(each)
    evidence = torch.zeros(2, 2, 8, 7, 7)
    evidence[0, 1, 3, 2, 2] = 1.0  # of the first face, what the second branch answers
    logits = torch.nn.functional.one_hot(torch.tensor([[0, 3], [0, 0]]), 8).float()
    writer.save_probe_maps({"logits": logits, "evidence": evidence}, SECOND)
    writer.save_probe_maps({"logits": logits[:, :1].contiguous(), "evidence": evidence[:, :1].contiguous()}, FIRST)
    (store.folder("two") / "checkpoints").mkdir()
    (store.folder("two") / "checkpoints" / "branch2-epoch1.safetensors").write_bytes(b"")  # that there is a milestone
    (store.root / "torn").mkdir()
    (store.root / "torn" / "config.json").write_text("{")
    return store


def export(store: RunStore, *options: str | Path) -> int:
    return main(["runs", *map(str, options), "--runs", str(store.root)])


def test_numbers_of_a_validation_point_have_names_and_unknown_ones_are_left_out():
    assert measures(FIRST).keys() == KNOWN
    assert measures(SECOND).keys() == KNOWN | {"accuracy/branch2", "loss/branch2", "diversity/label_disagreement"}
    assert measures(SECOND)["loss/branch1"] == 0.75
    affect = record(1, 1, 70, (0.25,), affect_rmse=(0.3, 0.4))
    assert (measures(affect)["affect_rmse/valence"], measures(affect)["affect_rmse/arousal"]) == (0.3, 0.4)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_all_validation_points_are_one_table(store, tmp_path, suffix, capsys):
    path = tmp_path / f"points.{suffix}"
    assert export(store, "--export", path) == 0
    assert capsys.readouterr().err.startswith("torn is left out: torn/config.json cannot be read")
    table = pd.read_csv(path) if suffix == "csv" else pd.read_parquet(path)
    assert table[["run", "branch", "epoch", "images_seen"]].to_numpy().tolist() == [
        ["two", 1, 1, 70],
        ["two", 2, 1, 140],
    ]
    assert table["accuracy/branch2"].tolist()[1] == 0.5
    assert np.isnan(table["accuracy/branch2"].iloc[0])
    assert table["seconds"].tolist() == [7.0, 14.0]


@needs_tensorboard
def test_tensorboard_reads_curves_and_maps_at_milestones(store, tmp_path, tiny_training):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    assert export(store, "two", "--tensorboard", tmp_path / "events") == 0
    events = EventAccumulator(str(tmp_path / "events" / "two"))
    events.Reload()
    assert set(events.Tags()["scalars"]) == measures(SECOND).keys()
    points = [(each.step, each.value, each.wall_time) for each in events.Scalars("ensemble_accuracy")]
    assert points == [(70, 0.25, 1007.0), (140, 0.5, 1014.0)]
    (image,) = events.Images("probe faces")
    assert (image.step, image.width, image.height) == (140, 2 * 96, 2 * 96)
    drawn = cv2.imdecode(np.frombuffer(image.encoded_image_string, np.uint8), cv2.IMREAD_COLOR_RGB)
    prepared = PreparedSet.open(tiny_training.data)
    evidence = np.zeros((7, 7))
    np.testing.assert_array_equal(drawn[96:, 96:], prepared.images[1])  # nothing speaks for it
    evidence[2, 2] = 1
    np.testing.assert_array_equal(drawn[:96, 96:], overlay(prepared.images[0], evidence, size_px=96))


@needs_tensorboard
def test_an_event_file_grows_with_a_run_and_has_each_point_once(store, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    with EventFile(store, "two", tmp_path) as events:
        events.update()
        read = EventAccumulator(str(tmp_path)).Reload()
        assert [each.step for each in read.Scalars("ensemble_accuracy")] == [70, 140], "while it is open"
        with (store.folder("two") / "epochs.jsonl").open("a") as file:
            file.write(json.dumps(replace(SECOND, epoch=2, images_seen=210).to_dict()) + "\n")
        events.update()
        events.update()
    read.Reload()
    assert [each.step for each in read.Scalars("ensemble_accuracy")] == [70, 140, 210]
    assert [each.step for each in read.Images("probe faces")] == [140]


@needs_tensorboard
def test_event_files_of_another_program_stay(store, tmp_path):
    theirs = tmp_path / "events" / "events.out.tfevents.1700000000.host.1.0"
    theirs.parent.mkdir()
    theirs.write_bytes(b"theirs")
    write_events(store, "two", theirs.parent)
    assert len(list(theirs.parent.iterdir())) == 2
    remove_event_files(theirs.parent)
    assert list(theirs.parent.iterdir()) == [theirs]


@needs_tensorboard
@pytest.mark.slow
def test_a_training_writes_its_events_and_a_resumed_one_anew(tmp_path, tiny_training):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    folder, runs = tmp_path / "events", ["--runs", str(tmp_path / "runs"), "--tensorboard", str(tmp_path / "events")]
    quick = ["--epochs", "1", "--branches", "1", "--training-folds", "1", "--batch-size", "14", "--device", "cpu"]
    assert main(["train", "--data", tiny_training.data, "--run-id", "new", *quick, *runs]) == 0
    (earlier,) = (folder / "new").iterdir()
    read = EventAccumulator(str(folder / "new")).Reload()
    seen = [each.images_seen for each in RunStore(tmp_path / "runs").history("new")]
    assert [each.step for each in read.Scalars("ensemble_accuracy")] == seen == [0, seen[-1]]
    status = tmp_path / "runs" / "new" / "status.json"
    (tmp_path / "runs" / "new" / "manifest.json").unlink()
    status.write_text(status.read_text().replace('"finished"', '"cancelled"'))
    assert main(["train", "--resume", "new", *runs]) == 0
    assert earlier not in (folder / "new").iterdir()
    read = EventAccumulator(str(folder / "new")).Reload()
    assert [each.step for each in read.Scalars("ensemble_accuracy")] == seen


def test_training_with_events_needs_the_extra_and_one_training(tmp_path, tiny_training, monkeypatch, capsys):
    command = ["train", "--data", tiny_training.data, "--runs", str(tmp_path / "runs"), "--tensorboard", str(tmp_path)]
    monkeypatch.setattr("esr_core.exchange.extras.find_spec", lambda _: object())
    assert main([*command, "--levels", "1,2"]) == 2
    sentence = "--tensorboard is not used with several trainings: `runs --tensorboard` writes any of them"
    assert sentence in capsys.readouterr().err
    monkeypatch.setattr("esr_core.exchange.extras.find_spec", lambda _: None)
    assert main(command) == 2
    sentence = "--tensorboard needs tensorboard, which is not installed: pip install 'esr-lab[tensorboard]'"
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


@needs_tensorboard
def test_faces_of_a_set_that_is_not_here_are_grey(store, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    config = store.config("two")
    (store.folder("two") / "config.json").write_text(config.replace(data=str(tmp_path / "gone")).to_json())
    assert export(store, "two", "--tensorboard", tmp_path / "events") == 0
    events = EventAccumulator(str(tmp_path / "events" / "two"))
    events.Reload()
    drawn = cv2.imdecode(
        np.frombuffer(events.Images("probe faces")[0].encoded_image_string, np.uint8), cv2.IMREAD_COLOR
    )
    assert (drawn[96:] == 128).all()


@needs_tensorboard
def test_events_that_are_there_are_replaced_by_force_alone(store, tmp_path, capsys):
    folder = tmp_path / "events" / "two"
    assert export(store, "two", "--tensorboard", tmp_path / "events") == 0
    before = list(folder.iterdir())
    assert export(store, "two", "--tensorboard", tmp_path / "events") == 2
    assert "exists already: name another place, or give --force" in capsys.readouterr().err
    assert list(folder.iterdir()) == before
    assert export(store, "two", "--tensorboard", tmp_path / "events", "--force") == 0
    after = list(folder.iterdir())
    assert len(after) == 1
    assert after != before


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--export", "points.xlsx"), "--export must end in .csv or .parquet, got points.xlsx"),
        (("queued", "--export", "points.csv"), "--export must be given runs with validation points, found none"),
        (("queued", "--tensorboard", "events"), "--tensorboard must be given runs with validation points, found none"),
        (("--export", "points.csv", "--check"), "--check is not used with --export"),
    ],
    ids=["ending", "no points", "no curves", "check"],
)
def test_what_cannot_be_written_is_named(store, tmp_path, monkeypatch, capsys, options, sentence):
    monkeypatch.chdir(tmp_path)
    store.create(store.config("two"), run_id="queued")
    assert export(store, *options) == 2
    assert capsys.readouterr().err.endswith(f"error: {sentence}\n")
    assert not list(tmp_path.glob("points*"))


def test_the_examples_for_mlflow_and_wandb_log_every_record(store, monkeypatch):
    logged: list[dict[str, float]] = []
    run = SimpleNamespace(log=logged.append)

    class Within:
        def __enter__(self):
            return run

        def __exit__(self, *error):
            return None

    mlflow, wandb = ModuleType("mlflow"), ModuleType("wandb")
    mlflow.start_run = lambda run_name: Within()
    mlflow.log_params = lambda params: logged.append({"strategy": params["strategy"]})
    mlflow.log_metrics = lambda metrics, step: logged.append(metrics | {"images_seen": step})
    wandb.init = lambda project, name, config: Within()
    for module in (mlflow, wandb):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.chdir(store.root.parent)
    expected = [measures(each) | {"images_seen": each.images_seen} for each in (FIRST, SECOND)]
    of_mlflow, of_wandb = (example.replace("gallery-single", "two") for example in EXAMPLES)
    exec(of_mlflow, {})  # noqa: S102 - the project's own document
    assert logged == [{"strategy": "frozen"}, *expected]
    logged.clear()
    exec(of_wandb, {})  # noqa: S102
    assert logged == expected
