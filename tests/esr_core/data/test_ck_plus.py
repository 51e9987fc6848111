import shutil

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
        ("5,0\n", "cannot be read as a CK\\+ label"),
        ("nan\n", "must hold an emotion from 1 to 7, found nan"),
        ("5\n5\n", "must hold one number, found 2"),
    ],
)
def test_a_bad_emotion_is_named(tmp_path, text, sentence):
    miniatures.ck_plus(tmp_path)
    miniatures.write(tmp_path / "Emotion/S005/001/S005_001_00000011_emotion.txt", text)
    with pytest.raises(DataError, match=f"S005_001_00000011_emotion.txt {sentence}"):
        ck_plus_source(tmp_path)


@pytest.mark.parametrize("text", ["12 6\n", "12.5 1\n", "12\n", "nan 1\n", "inf 1\n", "0 1\n", "12 -1\n", "12 nan\n"])
def test_bad_action_units_are_named(tmp_path, text):
    miniatures.ck_plus(tmp_path)
    miniatures.write(tmp_path / "FACS/S005/001/S005_001_00000011_facs.txt", text)
    with pytest.raises(DataError, match=r"_facs\.txt must hold"):
        ck_plus_source(tmp_path)


def test_the_owners_327_labelled_sequences_give_1308_pictures(tmp_path):
    """593 sequences of 123 people, as the owners have; the pictures need not be read to be counted."""
    for number in range(593):
        sequence = f"S{number % 123:03d}/{number // 123 + 1:03d}"
        for frame in range(1, 5 + number % 3):
            path = tmp_path / "cohn-kanade-images" / sequence / f"{sequence.replace('/', '_')}_{frame:08d}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        if number < 327:
            miniatures.write(tmp_path / "Emotion" / sequence / "x_emotion.txt", f"   {number % 7 + 1}.0000000e+00\n")
    source = ck_plus_source(tmp_path)
    assert len(source.samples) == 1_308
    assert [sample.emotion for sample in source.samples].count("neutral") == 327
    assert source.skipped == {"sequence without an emotion label": 593 - 327}


@pytest.mark.parametrize("frames", [2, 3])
def test_a_short_sequence_gives_what_it_has_and_no_frame_twice(tmp_path, frames):
    miniatures.ck_plus(tmp_path)
    for number in range(frames + 1, 12):
        (tmp_path / f"cohn-kanade-images/S005/001/S005_001_{number:08d}.png").unlink()
    first = [sample for sample in ck_plus_source(tmp_path).samples if sample.sequence == "S005_001"]
    assert [sample.frame for sample in first] == list(range(1, frames + 1))
    assert [sample.emotion for sample in first] == ["neutral"] + ["happiness"] * (frames - 1)


@pytest.mark.parametrize("frames", [0, 1])
def test_a_labelled_sequence_without_an_apex_is_named(tmp_path, frames):
    miniatures.ck_plus(tmp_path)
    for number in range(frames + 1, 12):
        (tmp_path / f"cohn-kanade-images/S005/001/S005_001_{number:08d}.png").unlink()
    with pytest.raises(DataError, match=f"S005/001 must hold a neutral frame and an apex, found {frames} pictures"):
        ck_plus_source(tmp_path)


def test_labels_without_pictures_are_counted(tmp_path):
    miniatures.ck_plus(tmp_path)
    shutil.rmtree(tmp_path / "cohn-kanade-images" / "S005")
    source = ck_plus_source(tmp_path)
    assert len(source.samples) == 4
    assert source.skipped == {"labelled sequence without pictures": 1, "sequence without an emotion label": 1}


@pytest.mark.parametrize("kind", ["emotion", "facs"])
def test_two_labels_of_one_sequence_are_refused(tmp_path, kind):
    miniatures.ck_plus(tmp_path)
    for number in (10, 11):
        miniatures.write(
            tmp_path / {"emotion": "Emotion", "facs": "FACS"}[kind] / f"S005/001/{number}_{kind}.txt", "3 1"
        )
    with pytest.raises(DataError, match=rf"S005/001 must hold one \*_{kind}\.txt, found 10_{kind}\.txt and 11_"):
        ck_plus_source(tmp_path)


def test_what_macos_leaves_in_archives_is_no_data(tmp_path):
    clean = ck_plus_source(miniatures.ck_plus(tmp_path, as_unpacked=True))
    for path in [path for path in tmp_path.rglob("S0*") if path.is_file()]:
        path.with_name(f"._{path.name}").write_bytes(b"\0\5\x16\7\xff")
    (tmp_path / "__MACOSX" / "cohn-kanade-images").mkdir(parents=True)
    (tmp_path / "Emotion_labels" / ".DS_Store").touch()
    found = ck_plus_source(tmp_path)
    assert (found.samples, found.skipped) == (clean.samples, clean.skipped)


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
