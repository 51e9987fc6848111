import argparse
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image

from esr_core.commands import build_parser, main
from esr_core.commands.configuration import read_config
from esr_core.commands.precision_note import note_precision
from esr_core.commands.settings import SETTINGS
from esr_core.config import TrainingConfig
from esr_core.data.builtin import sample_face
from esr_core.data.prepared import PreparedSet
from esr_core.run_store import RunStore
from esr_core.sweeps import Sweep
from esr_core.trainer import train_run
from tests.planted import WARNING, planted_set, planted_training


@pytest.fixture(scope="module")
def trained(tmp_path_factory, tiny_training) -> tuple[RunStore, str]:
    """A store with one run, trained once for all tests here."""
    store = RunStore(tmp_path_factory.mktemp("trained") / "runs")
    run_id = store.create(tiny_training, run_id="tiny-run").run_id
    train_run(store, run_id)
    return store, run_id


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "face.png"
    Image.fromarray(sample_face(0)).save(path)
    return path


def every_parser(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """A parser and those of its commands."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from every_parser(inner)


def test_no_value_is_refused_by_the_name_of_a_function_of_ours():
    """As argparse does where a type raises ValueError: "invalid _positive value"."""
    actions = [action for parser in every_parser(build_parser()) for action in parser._actions]
    kinds = {action.type for action in actions if action.type} - {int, float, str}
    assert len(kinds) > 3
    for kind in kinds:
        with suppress(argparse.ArgumentTypeError):
            kind("x,-")


def test_a_list_that_is_none_is_refused_in_words(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["train", "--milestones", "a,b"])
    assert "argument --milestones: must be numbers as 0,1,50 or none, got 'a,b'" in capsys.readouterr().err


def test_train_stores_a_run_with_the_options_given(tmp_path, prepared_faces, capsys):
    options = ["--data", prepared_faces / "tiny", "--runs", tmp_path, "--run-id", "mine", "--network", "lab"]
    options += ["--level", 5, "--branches", 2, "--strategy", "frozen", "--epochs", 1, "--later-epochs", 1]
    options += ["--training-folds", 1, "--batch-size", 14, "--seed", 3, "--device", "cpu"]
    assert main(["train", *map(str, options)]) == 0
    run = RunStore(tmp_path).info("mine")
    assert run.status.state == "finished"
    assert (run.config.network.branching_level, run.config.strategy, run.config.seed) == (5, "frozen", 3)
    assert "mine: finished, test accuracy" in capsys.readouterr().out


def test_explain_writes_a_sheet_and_the_raw_maps(tmp_path, trained, photo):
    store, run_id = trained
    assert (
        main(["explain", str(photo), "--run", run_id, "--runs", str(store.root), "--out", str(tmp_path / "out")]) == 0
    )
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert [re.sub(r"-[0-9a-f]{8}", "-#", name) for name in names] == [f"face-#-{run_id}.npz", "face-#.png"]
    with Image.open(tmp_path / "out" / names[1]) as sheet:
        assert sheet.width > sheet.height
    with np.load(tmp_path / "out" / names[0], allow_pickle=False) as maps:
        assert maps["logits"].shape == (2, 8)
        assert maps["maps"].shape == (2, 7, 7)
        assert maps["ensemble_map"].shape == (7, 7)
        assert maps["class_names"].tolist()[:2] == ["neutral", "happiness"]


def test_explain_takes_another_method_or_block_and_signed_colours(tmp_path, trained, photo):
    store, run_id = trained
    command = ["explain", str(photo), "--run", run_id, "--runs", str(store.root), "--colour-map", "blue-red"]
    shapes = {}
    for name, options in {"saliency": ["--method", "saliency"], "block": ["--block", "2", "--class", "fear"]}.items():
        assert main([*command, "--out", str(tmp_path / name), *options]) == 0
        (file,) = (tmp_path / name).glob("*.npz")
        with np.load(file, allow_pickle=False) as maps:
            shapes[name] = maps["maps"].shape
    assert shapes == {"saliency": (2, 96, 96), "block": (2, 45, 45)}


def test_a_photo_without_a_face_offers_the_whole_image(tmp_path, trained, capsys):
    store, run_id = trained
    wall = tmp_path / "wall.png"
    Image.new("RGB", (200, 200), "grey").save(wall)
    command = ["explain", str(wall), "--run", run_id, "--runs", str(store.root), "--out", str(tmp_path / "out")]
    assert main(command) == 2
    sentence = "wall.png shows no face that the detector haar finds; another detector or the whole image can be asked"
    assert sentence in capsys.readouterr().err
    assert main([*command, "--whole-image"]) == 0


def test_explain_finds_a_tilted_face_where_it_is_asked_to(tmp_path, trained, capsys):
    store, run_id = trained
    tilted = tmp_path / "tilted.png"
    Image.fromarray(sample_face(1)).rotate(30).save(tilted)
    command = ["explain", str(tilted), "--run", run_id, "--runs", str(store.root), "--out", str(tmp_path / "out")]
    assert main(command) == 2
    assert main([*command, "--detector", "haar-turned"]) == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (["--face", "2"], "face must be 1-1 for"),
        (["--run", "../x"], r"there is no run '\.\./x'"),
        (["--class", "boredom"], "class must be one of neutral, .*, got 'boredom'"),
        (["--block", "6"], r"block must be in 1-5 for the lab network, got 6"),
        (["--block", "2", "--method", "occlusion"], "block must be None for occlusion, got 2"),
    ],
)
def test_explain_names_what_is_wrong(tmp_path, trained, photo, changes, sentence, capsys):
    store, run_id = trained
    command = ["explain", str(photo), "--run", run_id, "--runs", str(store.root), "--out", str(tmp_path)]
    assert main([*command, *changes]) == 2
    assert re.search(sentence, capsys.readouterr().err)


def test_runs_lists_compares_and_checks(trained, tiny_training, capsys):
    store, run_id = trained
    store.create(tiny_training.replace(seed=7), run_id="other")
    assert main(["runs", "--runs", str(store.root)]) == 0
    listing = capsys.readouterr().out
    assert "tiny-run" in listing
    assert "168,784" in listing
    assert main(["runs", run_id, "other", "--runs", str(store.root)]) == 0
    comparison = capsys.readouterr().out
    assert "seed" in comparison
    assert "momentum" not in comparison  # it does not differ
    assert main(["runs", run_id, "--check", "--runs", str(store.root)]) == 0
    assert "all files as they were stored" in capsys.readouterr().out


def test_prepare_builtin_and_folder(tmp_path, capsys):
    assert main(["prepare", "builtin", str(tmp_path / "drawn"), "--subjects", "2", "--sequences", "1"]) == 0
    assert "8 pictures, 0 rejected" in capsys.readouterr().out
    prepared = PreparedSet.open(tmp_path / "drawn")
    for name, index in (("neutral", 0), ("smile", 1)):
        (tmp_path / "own" / name).mkdir(parents=True)
        Image.fromarray(prepared.images[index]).save(tmp_path / "own" / name / "a.png")
    assert main(["prepare", "folder", str(tmp_path / "own"), str(tmp_path / "own-set"), "--whole-image"]) == 0
    assert PreparedSet.open(tmp_path / "own-set").card.class_names == ("neutral", "smile")


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("train --runs {tmp}", "--data must name a prepared set, got none"),
        ("train --data {tmp} --runs {tmp}", "is not a prepared set"),
        ("train --data {tiny} --runs {tmp} --level 6", "branching_level must be 0-5 for the lab network, got 6"),
        ("train --data {tiny} --runs {tmp} --batch-size 1", "batch_size: input should be greater than or equal to 2"),
        ("train --data {tiny} --runs {tmp} --targets votes", "targets votes needs a data set whose annotators voted"),
        ("train --data {tiny} --runs {tmp} --device cuda:99", "device 'cuda:99' is not on this machine"),
        ("prepare london {tmp} {tmp}/x", "must hold neutral_front"),
        ("prepare builtin {tmp}/x --subjects 0", "num_subjects"),
    ],
)
def test_bad_input_is_one_sentence_on_standard_error(command, sentence, tmp_path, prepared_faces, capsys):
    filled = command.format(tmp=tmp_path, tiny=prepared_faces / "tiny")
    assert main(filled.split()) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("error: ")
    assert sentence in error
    assert not [path for path in tmp_path.iterdir() if (path / "config.json").exists()]


@pytest.fixture
def advice(monkeypatch):
    """A processor that computes bfloat16, and the configurations that it was asked about."""
    asked = []
    monkeypatch.setattr(
        "esr_core.commands.precision_note.precision_advice", lambda config: asked.append(config) or "bfloat16 is faster"
    )
    return asked


@pytest.mark.parametrize("lists", [(), ("--seeds", "0")])
def test_train_notes_that_bfloat16_would_be_faster_and_changes_nothing(lists, tmp_path, prepared_faces, capsys, advice):
    options = ["--data", prepared_faces / "tiny", "--runs", tmp_path, "--branches", 1, "--epochs", 1, *lists]
    options += ["--training-folds", 1, "--device", "cpu"]
    assert main(["train", *map(str, options)]) == 0
    assert "note: bfloat16 is faster\n" in capsys.readouterr().err
    assert [run.config.precision for run in RunStore(tmp_path).list()] == ["float32"]
    assert len(advice) == 1


def test_nothing_is_noted_where_a_precision_was_chosen(prepared_faces, capsys, advice):
    command = ["train", "--data", str(prepared_faces / "tiny")]
    for precision in ("float32", "bfloat16"):
        options = build_parser().parse_args([*command, "--precision", precision])
        note_precision(read_config(options), options)
    assert capsys.readouterr().err == ""
    assert advice == []


def configured(*arguments) -> TrainingConfig:
    return read_config(build_parser().parse_args(["train", *map(str, arguments)]))


def test_without_options_the_settings_are_the_configurations_own(prepared_faces):
    prepared = PreparedSet.open(prepared_faces / "tiny")
    plain = TrainingConfig(data=str(prepared.folder), data_set=prepared.card.identity)
    assert configured("--data", prepared.folder) == plain


def test_a_set_is_the_same_however_its_folder_is_typed_and_wherever_it_is(prepared_faces, tmp_path, monkeypatch):
    monkeypatch.chdir(prepared_faces)
    by_name, by_path = configured("--data", "tiny"), configured("--data", prepared_faces / "tiny")
    assert by_name == by_path
    assert by_name.data == str(prepared_faces / "tiny")
    shutil.copytree(prepared_faces / "tiny", tmp_path / "moved")
    moved = configured("--data", tmp_path / "moved")
    assert moved != by_name
    assert moved.anywhere() == by_name.anywhere()
    assert Sweep(seeds=(1,)).expand(moved).keys() == Sweep(seeds=(1,)).expand(by_name).keys()


def test_a_preset_gives_the_settings_that_no_option_gives(prepared_faces):
    config = configured("--data", prepared_faces / "tiny", "--preset", "ck+", "--epochs", 7, "--level", 5)
    assert (config.epochs_first_branch, config.epochs_later_branch) == (7, 1000)
    assert (config.network.branching_level, config.network.num_branches) == (5, 4)


def test_a_switch_can_be_turned_on_and_off(prepared_faces):
    assert configured("--data", prepared_faces / "tiny", "--compile").compile
    assert not configured("--data", prepared_faces / "tiny", "--no-compile").compile


def test_every_setting_of_the_configuration_has_an_option_with_its_default():
    nested = {"network", "protocol", "augmentation"}
    fields = {name for name in TrainingConfig.model_fields if name not in nested}
    for group in nested:
        fields |= {f"{group}.{name}" for name in type(TrainingConfig.model_fields[group].default).model_fields}
    own_option = {"data", "data_set", "group", "start"}  # of the set, of a sweep, of another run
    own_option |= {"network.class_names", "network.affect_head"}  # of the set, of the task
    assert {setting.field for setting in SETTINGS} == fields - own_option


@pytest.mark.parametrize("command", ["train", "explain", "runs", "prepare builtin", "prepare folder"])
def test_help_shows_every_option_with_its_default(command, capsys):
    with pytest.raises(SystemExit, match="0"):
        build_parser().parse_args([*command.split(), "--help"])
    text = capsys.readouterr().out
    assert "default:" in text


def test_help_of_an_action_keeps_the_names_in_it(capsys):
    with pytest.raises(SystemExit, match="0"):
        build_parser().parse_args(["jobs", "worker", "--help"])
    assert "Start jobs as slots become free, until Ctrl-C." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lists", "where"), [([], ""), (["--seeds", "0,1", "--group", "mine"], "in 2 of 2 runs, as in mine-level3")]
)
def test_a_training_that_is_tested_on_what_it_learns_from_warns(tmp_path, capsys, lists, where):
    config = planted_training(planted_set(tmp_path / "set").folder)
    command = f"train --data {config.data} --runs {tmp_path}/runs --branches 1 --epochs 1 --batch-size 2 --device cpu"
    assert main([*command.split(), "--training-folds", "1", *lists]) == 0
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning: ")]
    assert line.startswith(f"warning: {where}")
    assert line.endswith(WARNING)
