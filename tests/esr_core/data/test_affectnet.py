import io
import pickle
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from esr_core.data.affectnet import affectnet_source
from esr_core.data.faces import crop_face
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet
from esr_core.errors import DataError
from esr_core.records import FaceBox
from tests.esr_core.data import miniatures

LEFT_OUT = {"no emotion": 2, "no face": 2, "valence or arousal not rated": 2}


def npy(value: np.ndarray) -> bytes:
    """The content of a .npy file, pickled where the value is an object."""
    buffer = io.BytesIO()
    np.save(buffer, value, allow_pickle=True)
    return buffer.getvalue()


def change(folder: Path, row: int = 0, **values: object) -> None:
    """Change cells in a row of the list of training pictures."""
    path = folder / "Manually_training.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column, value in values.items():
        table.loc[row, column] = str(value)
    table.to_csv(path, index=False)


def without_first_line(path: Path) -> None:
    """Take away the line that names the columns."""
    path.write_text(path.read_text().partition("\n")[2])


@pytest.mark.parametrize("layout", [miniatures.affectnet_first, miniatures.affectnet_later])
def test_either_release_is_prepared_label_for_label(tmp_path, layout):
    card = prepare(affectnet_source(layout(tmp_path / "affectnet")), tmp_path / "prepared")
    labels = PreparedSet.open(tmp_path / "prepared").labels
    assert labels["split"].tolist() == ["train"] * 3 + ["validation"] * 3
    assert labels["emotion"].tolist() == [1, 0, 7] * 2
    np.testing.assert_allclose(labels["valence"], [0.8, 0.0, -0.5] * 2, rtol=1e-6)
    np.testing.assert_allclose(labels["arousal"], [0.3, 0.0, 0.2] * 2, rtol=1e-6)
    assert card.skipped == LEFT_OUT


def test_the_crop_takes_x_y_width_height_in_that_order(tmp_path):
    source = affectnet_source(miniatures.affectnet_first(tmp_path))
    photograph = np.asarray(Image.open(tmp_path / source.samples[0].file))
    np.testing.assert_array_equal(source.picture(source.samples[0]), crop_face(photograph, FaceBox(40, 30, 80, 60)))


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("expression", 11, "row 1 must have an expression from 0 to 10, found 11"),
        ("valence", 1.5, r"row 1 must have valence and arousal in \[-1, 1\] or -2, found 1.5 and 0.3"),
        ("face_width", "wide", "row 1 must have a number as face_width, found 'wide'"),
        ("face_x", "NULL", "row 1 must have a number as face_x, found 'NULL'"),
        ("face_y", "nan", "row 1 must have a number as face_y, found 'nan'"),
        ("subDirectory_filePath", "", "row 1 must name a picture as subDirectory_filePath, found nothing"),
    ],
)
def test_labels_out_of_range_name_file_and_row(tmp_path, column, value, sentence):
    change(miniatures.affectnet_first(tmp_path), **{column: value})
    with pytest.raises(DataError, match=f"Manually_training.csv {sentence}"):
        affectnet_source(tmp_path)


def test_what_is_left_out_needs_no_box(tmp_path):
    change(miniatures.affectnet_first(tmp_path), row=5, face_x="NULL", face_width="NULL")
    assert affectnet_source(tmp_path).skipped == LEFT_OUT


@pytest.mark.parametrize("values", [{"face_width": -1}, {"face_height": 0}])
def test_a_rated_picture_without_a_box_is_counted(tmp_path, values):
    change(miniatures.affectnet_first(tmp_path), **values)
    source = affectnet_source(tmp_path)
    assert len(source.samples) == 5
    assert source.skipped == LEFT_OUT | {"no box of the face": 1}


@pytest.mark.parametrize("values", [{"face_x": 160}, {"face_y": 5000}, {"face_x": -80}, {"face_y": -60}])
def test_a_box_outside_the_picture_rejects_it_instead_of_giving_its_edge(tmp_path, values):
    change(miniatures.affectnet_first(tmp_path / "affectnet"), **values)
    card = prepare(affectnet_source(tmp_path / "affectnet"), tmp_path / "prepared")
    assert card.rejected_reasons == {"has its face given outside the picture of 160 x 160 pixels: expected inside": 1}


def test_a_missing_picture_is_rejected(tmp_path):
    (miniatures.affectnet_later(tmp_path / "affectnet") / "val_set" / "images" / "0.jpg").unlink()
    card = prepare(affectnet_source(tmp_path / "affectnet"), tmp_path / "prepared")
    assert card.rejected_reasons == {"cannot be read: No such file or directory": 1}


def test_a_face_without_its_expression_file_is_counted(tmp_path):
    miniatures.affectnet_later(tmp_path)
    (tmp_path / "train_set" / "annotations" / "0_exp.npy").unlink()
    (tmp_path / "val_set" / "images" / "._0.jpg").touch()
    source = affectnet_source(tmp_path)
    assert len(source.samples) == 5
    assert source.skipped == LEFT_OUT | {"face without its expression file": 1}


def test_a_missing_column_is_named(tmp_path):
    miniatures.affectnet_first(tmp_path)
    path = tmp_path / "Manually_training.csv"
    pd.read_csv(path).drop(columns="arousal").to_csv(path, index=False)
    with pytest.raises(
        DataError, match=r"Manually_training\.csv lacks the column arousal, found subDirectory_filePath,"
    ):
        affectnet_source(tmp_path)


@pytest.mark.parametrize("name", ["Manually_training.csv", "Manually_validation.csv"])
def test_a_list_without_a_line_of_names_loses_no_picture(tmp_path, name):
    miniatures.affectnet_first(tmp_path)
    named = affectnet_source(tmp_path)
    without_first_line(tmp_path / name)
    assert affectnet_source(tmp_path).samples == named.samples


@pytest.mark.parametrize(
    ("change_to", "sentence"),
    [
        (lambda line: line.replace("1;2;3,", ""), "lacks the column subDirectory_filePath, found 1/0.jpg"),
        (lambda line: line.replace("40,30", "40,high"), "row 1 must have a number as face_y, found 'high'"),
    ],
)
def test_a_list_without_names_is_refused_where_its_cells_are_others(tmp_path, change_to, sentence):
    path = miniatures.affectnet_first(tmp_path) / "Manually_training.csv"
    without_first_line(path)
    path.write_text(change_to(path.read_text()))
    with pytest.raises(DataError, match=rf"Manually_training\.csv {sentence}"):
        affectnet_source(tmp_path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "No data left in file"),
        (npy(np.array(0.5))[:40], "EOF: reading array header"),
        (pickle.dumps(0.5), "pickled"),
        (b"PK\3\4 and nothing more", "not a zip file"),
        (npy(np.array(0.5, dtype=object)), "Object arrays cannot be loaded when allow_pickle=False"),
        (npy(np.array([0.5, 0.6])), "only 0-dimensional arrays"),
        (npy(np.array("0,5")), "could not convert string to float"),
    ],
)
def test_a_damaged_label_file_is_named_and_never_unpickled(tmp_path, content, sentence):
    miniatures.affectnet_later(tmp_path)
    (tmp_path / "train_set" / "annotations" / "0_val.npy").write_bytes(content)
    with pytest.raises(DataError, match=rf"0_val\.npy cannot be read as a label of AffectNet: .*{sentence}"):
        affectnet_source(tmp_path)


@pytest.mark.parametrize("value", [np.array("0.8"), np.float32(0.8), np.array(b"0.8"), np.array(0.8)])
def test_labels_may_be_text_or_numbers(tmp_path, value):
    np.save(miniatures.affectnet_later(tmp_path) / "train_set" / "annotations" / "0_val.npy", value)
    assert affectnet_source(tmp_path).samples[0].valence == pytest.approx(0.8)


def test_a_missing_label_file_is_named(tmp_path):
    (miniatures.affectnet_later(tmp_path) / "train_set" / "annotations" / "0_val.npy").unlink()
    with pytest.raises(DataError, match=r"0_val\.npy cannot be read as a label of AffectNet: .*No such file"):
        affectnet_source(tmp_path)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("val_set", "must hold val_set/annotations, .*; the closest thing found is train_set"),
        ("train_set/annotations", "must hold train_set/annotations, the labels of the train part"),
        ("val_set/images", "must hold val_set/images, the faces of the validation part"),
    ],
)
def test_a_missing_folder_is_named(tmp_path, missing, sentence):
    shutil.rmtree(miniatures.affectnet_later(tmp_path) / missing)
    with pytest.raises(DataError, match=sentence):
        affectnet_source(tmp_path)


def test_another_folder_says_what_was_looked_for(tmp_path):
    (tmp_path / "holiday").mkdir()
    with pytest.raises(
        DataError, match=r"must hold Manually_training\.csv or .* or train_set or val_set, .*; found holiday$"
    ):
        affectnet_source(tmp_path)
