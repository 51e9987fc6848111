import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from esr_core.data.ferplus import CHOICES, ferplus_source, majority, read_labels
from esr_core.data.labels import LABEL_COLUMNS
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet
from esr_core.emotions import EMOTIONS
from esr_core.errors import DataError
from tests.esr_core.data import miniatures

REAL = Path(os.environ.get("ESR_FERPLUS", Path(__file__).parents[4] / "shared" / "data" / "ferplus"))
FIGURE_7 = (10_996, 9_038, 3_752, 3_941, 682, 157, 2_656, 151)


@pytest.mark.parametrize(
    ("votes", "emotion"),
    [
        ({"neutral": 8, "fear": 1, "anger": 1}, "neutral"),
        ({"neutral": 5, "happiness": 5}, None),
        ({"neutral": 4, "sadness": 2, "fear": 2, "anger": 1, "disgust": 1}, None),  # 4 of the 8 that count
        ({"neutral": 3, "sadness": 2, "fear": 1, "anger": 1, "disgust": 1, "contempt": 1}, "neutral"),  # 3 of 5
        ({"unknown": 9}, None),
        ({"not_a_face": 10}, None),
        ({"neutral": 1, "happiness": 1}, None),
        ({}, None),
    ],
)
def test_the_majority_by_hand(votes, emotion):
    assert majority(votes) == emotion


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no FER+ labels at {REAL}; set ESR_FERPLUS to their folder")
def test_the_real_labels_give_the_counts_of_figure_7():
    labels = read_labels(REAL)
    assert tuple(labels["emotion"].value_counts().sort_index()) == FIGURE_7
    assert labels["split"].value_counts().to_dict() == {"train": 28_558, "validation": 3_579, "test": 3_573}
    assert (labels.filter(like="votes_").sum(axis=1) <= 10).all()


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no FER+ labels at {REAL}; set ESR_FERPLUS to their folder")
def test_both_real_label_files_name_the_same_pictures_and_differ_in_1601_of_them(tmp_path):
    (tmp_path / "fer2013new.csv").write_bytes((REAL / "fer2013new.csv").read_bytes())
    folders, table = (read_labels(folder).set_index("id").sort_index() for folder in (REAL, tmp_path))
    assert folders.index.equals(table.index)
    assert folders["split"].equals(table["split"])
    assert (folders.filter(like="votes_") != table.filter(like="votes_")).any(axis=1).sum() == 1_601


@pytest.mark.parametrize("layout", [miniatures.fer_plus_folders, miniatures.fer_plus_csv])
def test_either_layout_is_prepared_label_for_label(tmp_path, layout):
    card = prepare(ferplus_source(layout(tmp_path / "fer")), tmp_path / "prepared")
    labels = PreparedSet.open(tmp_path / "prepared").labels
    assert labels["id"].tolist() == [name.removesuffix(".png") for name in miniatures.VOTES]
    assert labels["split"].tolist() == list(miniatures.SPLITS)
    assert labels["emotion"].astype("Int16").fillna(-1).tolist() == [0, 1, -1, -1]
    assert labels["votes_unknown"].tolist() == [1, 0, 0, 8]
    assert labels["votes_not_a_face"].tolist() == [0, 1, 0, 0]
    assert (card.num_unlabelled, card.counts) == (2, (1, 1, 0, 0, 0, 0, 0, 0))
    assert card.split_counts["train"] == (1, 1, 0, 0, 0, 0, 0, 0)
    assert len(EMOTIONS) == len(card.counts)


def test_labels_alone_are_those_of_the_prepared_set(tmp_path):
    prepare(ferplus_source(miniatures.fer_plus_folders(tmp_path / "fer")), tmp_path / "prepared")
    alone = read_labels(miniatures.fer_plus_labels(tmp_path / "labels"))
    assert alone.columns.tolist() == [*LABEL_COLUMNS, *(f"votes_{choice}" for choice in CHOICES)]
    labels = PreparedSet.open(tmp_path / "prepared").labels
    pd.testing.assert_frame_equal(alone, labels.drop(columns="duplicate_of"))  # which takes pictures to know


def test_pixels_are_enlarged_from_the_row_of_their_name(tmp_path):
    """A picture that FER+ leaves unnamed stands between the first and the second labelled one."""
    source = ferplus_source(miniatures.fer_plus_csv(tmp_path))
    for sample, row in zip(source.samples, (0, 2, 3, 4), strict=True):
        picture = source.picture(sample)
        assert picture.shape == (96, 96, 3)
        expected = miniatures.grey_face(row).mean()
        assert abs(picture.mean() - expected) < 1.5
    assert source.skipped == {"picture without a face, left unnamed by FER+": 1}


def test_votes_of_the_folders_win_over_those_of_the_table(tmp_path):
    miniatures.fer_plus_csv(tmp_path)
    miniatures.fer_plus_labels(tmp_path)
    source = ferplus_source(tmp_path)
    assert [sample.file for sample in source.samples] == [f"fer2013.csv row {row}" for row in (1, 3, 4, 5)]
    assert source.picture(source.samples[1]).dtype == np.uint8


def test_tables_of_different_length_are_refused(tmp_path):
    miniatures.fer_plus_csv(tmp_path)
    path = tmp_path / "fer2013.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:-1]))
    with pytest.raises(DataError, match="must have the same rows, found 4 and 5"):
        ferplus_source(tmp_path)


@pytest.mark.parametrize("name", ["fer2013.csv", "fer2013new.csv"])
def test_a_table_cut_off_in_a_row_is_named(tmp_path, name):
    miniatures.fer_plus_csv(tmp_path)
    path = tmp_path / name
    path.write_text(path.read_text()[:-15])
    with pytest.raises(DataError, match=f"{name} row 5 must have .* cells, found"):
        ferplus_source(tmp_path)


@pytest.mark.parametrize("votes", ["", "-8", "80000", "8.5", "inf", "many"])
def test_votes_that_ten_annotators_cannot_give_are_named(tmp_path, votes):
    miniatures.fer_plus_csv(tmp_path)
    path = tmp_path / "fer2013new.csv"
    path.write_text(path.read_text().replace("fer0000000.png,8", f"fer0000000.png,{votes}"))
    expected = rf"fer2013new\.csv row 1 must have 0 to 10 votes for neutral, found {votes or 'nothing'}$"
    with pytest.raises(DataError, match=expected):
        ferplus_source(tmp_path)


def test_rows_in_another_order_are_refused(tmp_path):
    miniatures.fer_plus_csv(tmp_path)
    path = tmp_path / "fer2013.csv"
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([header, *rows[::-1]]))
    with pytest.raises(DataError, match="must have the same Usage in row 1, found PrivateTest and Training"):
        ferplus_source(tmp_path)


@pytest.mark.parametrize(("usage", "found"), [("", "nothing"), ("Test", "Test")])
def test_a_row_without_a_part_of_the_owners_is_refused(tmp_path, usage, found):
    path = miniatures.fer_plus_csv(tmp_path) / "fer2013new.csv"
    path.write_text(path.read_text().replace("\nTraining,", f"\n{usage},", 1))
    with pytest.raises(DataError, match=f"row 1 must have Usage Training or PublicTest or PrivateTest, found {found}$"):
        read_labels(tmp_path)


def test_a_row_of_the_folders_without_a_name_is_named(tmp_path):
    miniatures.fer_plus_folders(tmp_path)
    path = tmp_path / "FER2013Train" / "label.csv"
    path.write_text(path.read_text().replace("fer0000002.png", ""))
    with pytest.raises(DataError, match=r"FER2013Train/label\.csv row 2 must name a picture as file, found nothing"):
        ferplus_source(tmp_path)


def test_a_picture_of_too_few_pixels_is_rejected_and_the_rest_prepared(tmp_path):
    miniatures.fer_plus_csv(tmp_path / "fer")
    path = tmp_path / "fer" / "fer2013.csv"
    path.write_text(path.read_text() + "0,1 2 3,PublicTest\n")
    labels = path.with_name("fer2013new.csv")
    labels.write_text(labels.read_text() + "PublicTest,fer0000005.png,8,0,0,0,0,0,0,0,0,0\n")
    card = prepare(ferplus_source(tmp_path / "fer"), tmp_path / "prepared")
    assert card.rejected_reasons == {"must have 2304 pixels from 0 to 255, found 3": 1}


def test_labels_without_pictures_say_what_is_missing(tmp_path):
    miniatures.fer_plus_labels(tmp_path)
    with pytest.raises(DataError, match=r"must hold the pictures of FER-2013, fer2013\.csv beside fer2013new\.csv or"):
        ferplus_source(tmp_path)


def test_a_name_twice_in_the_folders_is_refused(tmp_path):
    miniatures.fer_plus_folders(tmp_path)
    path = tmp_path / "FER2013Train" / "label.csv"
    path.write_text(path.read_text() + path.read_text().splitlines()[0])
    with pytest.raises(DataError, match="has the id fer0000000 twice"):
        prepare(ferplus_source(tmp_path), tmp_path / "prepared")
