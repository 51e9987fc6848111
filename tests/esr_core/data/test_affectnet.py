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
        ("face_height", 0, "row 1 must have a face of at least 1 pixel, found 80 x 0"),
    ],
)
def test_labels_out_of_range_name_file_and_row(tmp_path, column, value, sentence):
    miniatures.affectnet_first(tmp_path)
    path = tmp_path / "Manually_training.csv"
    table = pd.read_csv(path, dtype=str)
    table.loc[0, column] = str(value)
    table.to_csv(path, index=False)
    with pytest.raises(DataError, match=f"Manually_training.csv {sentence}"):
        affectnet_source(tmp_path)


def test_a_missing_column_is_named(tmp_path):
    miniatures.affectnet_first(tmp_path)
    path = tmp_path / "Manually_training.csv"
    pd.read_csv(path).drop(columns="arousal").to_csv(path, index=False)
    with pytest.raises(
        DataError, match=r"Manually_training\.csv lacks the column arousal, found subDirectory_filePath,"
    ):
        affectnet_source(tmp_path)


def test_a_label_file_cut_off_is_named(tmp_path):
    miniatures.affectnet_later(tmp_path)
    path = tmp_path / "train_set" / "annotations" / "0_val.npy"
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(DataError, match=r"0_val\.npy cannot be read as a label of AffectNet"):
        affectnet_source(tmp_path)


def test_another_folder_says_what_was_looked_for(tmp_path):
    (tmp_path / "holiday").mkdir()
    with pytest.raises(DataError, match=r"must hold Manually_training\.csv or .*; found holiday$"):
        affectnet_source(tmp_path)
