import pytest

from esr_core.data.ck_plus import ck_plus_source
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet
from esr_core.errors import DataError
from tests.esr_core.data import miniatures


@pytest.mark.parametrize("as_unpacked", [False, True])
def test_the_first_frame_is_neutral_and_the_last_three_show_the_emotion(tmp_path, as_unpacked):
    source = ck_plus_source(miniatures.ck_plus(tmp_path, as_unpacked))
    assert [(sample.subject, sample.frame, sample.emotion) for sample in source.samples] == [
        ("S005", 1, "neutral"),
        ("S005", 9, "happiness"),
        ("S005", 10, "happiness"),
        ("S005", 11, "happiness"),
        ("S010", 1, "neutral"),
        ("S010", 2, "anger"),
        ("S010", 3, "anger"),
        ("S010", 4, "anger"),
    ]
    assert {sample.sequence for sample in source.samples} == {"S005_001", "S010_002"}
    assert source.skipped == {"sequence without an emotion label": 1}


def test_action_units_belong_to_the_apex_and_ungraded_ones_are_told_from_absent_ones(tmp_path):
    first, *_, last = ck_plus_source(miniatures.ck_plus(tmp_path)).samples[:4]
    assert first.action_units is None
    assert last.action_units == {6: 0.1, 12: 0.8}


def test_it_is_prepared_label_for_label(tmp_path):
    prepare(ck_plus_source(miniatures.ck_plus(tmp_path / "ck")), tmp_path / "prepared")
    prepared = PreparedSet.open(tmp_path / "prepared")
    labels = prepared.labels
    assert len(prepared.images) == len(labels) == 8 - prepared.card.num_rejected
    assert prepared.card.num_rejected == 0
    assert labels["emotion"].tolist() == [0, 1, 1, 1, 0, 6, 6, 6]
    assert labels["au12"].isna().tolist() == [True, False, False, False, True, True, True, True]
    assert labels["file"].iloc[0] == "cohn-kanade-images/S005/001/S005_001_00000001.png"
    assert prepared.card.skipped == {"sequence without an emotion label": 1}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("8.0\n", "must hold an emotion from 1 to 7, found 8"),
        ("", "must hold one number, found 0"),
        ("happy\n", "cannot be read as a CK\\+ label"),
        ("1.5\n", "must hold an emotion from 1 to 7, found 1.5"),
    ],
)
def test_a_bad_emotion_is_named(tmp_path, text, sentence):
    miniatures.ck_plus(tmp_path)
    miniatures.write(tmp_path / "Emotion/S005/001/S005_001_00000011_emotion.txt", text)
    with pytest.raises(DataError, match=f"S005_001_00000011_emotion.txt {sentence}"):
        ck_plus_source(tmp_path)


@pytest.mark.parametrize("text", ["12 6\n", "12.5 1\n", "12\n"])
def test_bad_action_units_are_named(tmp_path, text):
    miniatures.ck_plus(tmp_path)
    miniatures.write(tmp_path / "FACS/S005/001/S005_001_00000011_facs.txt", text)
    with pytest.raises(DataError, match=r"_facs\.txt must hold"):
        ck_plus_source(tmp_path)


def test_the_folder_above_is_pointed_out(tmp_path):
    miniatures.ck_plus(tmp_path / "CK+")
    with pytest.raises(DataError, match="closest thing found is CK\\+/cohn-kanade-images: give the folder CK\\+ in it"):
        ck_plus_source(tmp_path)


def test_a_misspelt_folder_is_pointed_out(tmp_path):
    (tmp_path / "cohn-kanade-image").mkdir()
    with pytest.raises(
        DataError, match=r"must hold cohn-kanade-images or .* closest thing found is cohn-kanade-image$"
    ):
        ck_plus_source(tmp_path)
