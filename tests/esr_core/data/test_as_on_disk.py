"""Data sets as people have them on disk: divided into parts, renamed, converted, in upper case."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from esr_core.config import ProtocolConfig
from esr_core.data.affectnet import affectnet_source
from esr_core.data.ck_plus import ck_plus_source
from esr_core.data.ferplus import ferplus_source
from esr_core.data.folder import folder_source
from esr_core.data.london import london_source
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet
from esr_core.data.protocols import choose_parts
from esr_core.data.source import Source
from esr_core.errors import DataError
from tests.esr_core.data import miniatures
from tests.esr_core.data.miniatures import faces


def splits(source: Source) -> dict[str, str | None]:
    return {sample.id: sample.split for sample in source.samples}


KAGGLE = ("train/happy/1.jpg", "train/neutral/2.jpg", "test/happy/3.jpg", "test/neutral/4.jpg")


def test_kaggles_fer_2013_keeps_its_split_to_the_end(tmp_path):
    training = [f"train/{name}/{index}.png" for name in ("happy", "neutral") for index in range(10)]
    folder = faces(tmp_path / "fer2013", *KAGGLE[2:], *training)
    card = prepare(folder_source(folder, whole_image=True), tmp_path / "set")
    assert card.class_names == ("happy", "neutral")
    assert card.split_counts == {"train": (10, 10), "test": (1, 1)}
    prepared = PreparedSet.open(tmp_path / "set")
    parts = choose_parts(prepared.labels, ProtocolConfig(), card.class_names)
    assert prepared.labels["id"].iloc[parts.test].tolist() == list(KAGGLE[2:])
    assert len(parts.validation) == 2


@pytest.mark.parametrize(
    ("names", "parts"),
    [
        (("Train", "TEST"), ("train", "test")),
        (("training", "testing", "validation"), ("train", "test", "validation")),
        (("train", "val"), ("train", "validation")),
        (("train", "valid", "test"), ("train", "validation", "test")),
        (("Training", "PublicTest", "PrivateTest"), ("train", "validation", "test")),
    ],
)
def test_parts_are_known_by_what_people_call_them(tmp_path, names, parts):
    folder = faces(tmp_path, *(f"{name}/{label}/1.png" for name in names for label in ("a", "b")))
    source = folder_source(folder)
    assert source.class_names == ("a", "b")
    expected = dict(zip(names, parts, strict=True))
    assert splits(source) == {f"{name}/{label}/1.png": expected[name] for name in names for label in ("a", "b")}


def test_what_stands_beside_the_parts_or_deeper_is_counted_and_what_macos_leaves_is_not(tmp_path):
    folder = faces(tmp_path, *KAGGLE, "extra/1.png", "train/happy/more/1.png", "__MACOSX/train/happy/1.png")
    for name in ("train/.DS_Store", "train/desktop.ini", "test/README.txt"):
        (folder / name).touch()
    assert folder_source(folder).class_names == ("happy", "neutral")
    assert folder_source(folder).skipped == {"folder beside the parts": 1, "folder inside a class's folder": 1}


@pytest.mark.parametrize("name", ["__MACOSX", "@eaDir", "lost+found", "$RECYCLE.BIN", "System Volume Information"])
def test_folders_of_archives_and_disks_are_no_classes(tmp_path, name):
    assert folder_source(faces(tmp_path, "a/1.png", "b/1.png", f"{name}/1.png")).class_names == ("a", "b")


def test_a_folder_around_the_set_is_pointed_out(tmp_path):
    faces(tmp_path / "archive", *KAGGLE)
    with pytest.raises(DataError, match=r"found none; .*; if archive in it holds the classes, give that folder"):
        folder_source(tmp_path)


def test_classes_that_happen_to_be_called_like_parts_stay_classes(tmp_path):
    assert folder_source(faces(tmp_path, "train/1.png", "test/1.png", "car/1.png")).class_names == (
        "car",
        "test",
        "train",
    )


def test_a_part_under_two_names_is_refused(tmp_path):
    folder = faces(tmp_path, *KAGGLE, "val/happy/5.jpg", "valid/happy/6.jpg")
    with pytest.raises(DataError, match="must hold the validation part once, found val and valid"):
        folder_source(folder)


def test_one_class_in_two_spellings_is_refused_across_parts(tmp_path):
    folder = faces(tmp_path, "train/happy/1.jpg", "train/sad/2.jpg", "test/Happy/3.jpg")
    with pytest.raises(DataError, match="must spell each class in one way, found Happy and happy"):
        folder_source(folder)


def uppercase(folder: Path) -> Path:
    """Every file and folder below in upper case, as old file systems and some archives have them."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if not path.name.startswith("."):
            path.rename(path.with_name(path.name.upper()))
    return folder


def converted(folder: Path, ending: str) -> Path:
    """Every picture written again with another ending."""
    for path in [*folder.rglob("*.png"), *folder.rglob("*.jpg")]:
        Image.open(path).save(path.with_suffix(ending))
        path.unlink()
    return folder


def london(root: Path) -> Path:
    faces(root, "neutral_front/001_03.jpg", "smiling_front/001_08.jpg")
    (root / "subjects.csv").write_text("face_id,face_age,face_gender,face_eth\n001,24,female,white\n")
    return root


SETS = {
    "ck+": (miniatures.ck_plus, ck_plus_source),
    "ck+ as unpacked": (lambda root: miniatures.ck_plus(root, as_unpacked=True), ck_plus_source),
    "affectnet's first release": (miniatures.affectnet_first, affectnet_source),
    "affectnet's later release": (miniatures.affectnet_later, affectnet_source),
    "london": (london, london_source),
    "fer+ as folders": (miniatures.fer_plus_folders, ferplus_source),
    "fer+ as tables": (miniatures.fer_plus_csv, ferplus_source),
}
Known = list[tuple[object, ...]]


def known(source: Source) -> Known:
    """What must not depend on spelling, and that every picture is there."""
    for sample in source.samples:
        assert source.picture(sample).shape == (96, 96, 3)
    return [
        (
            *(each.id.upper(), each.emotion, (each.subject or "").upper(), each.frame, each.split),
            *(each.valence, each.votes, each.action_units, each.attributes),
        )
        for each in source.samples
    ]


@pytest.mark.parametrize("name", SETS)
def test_a_set_in_upper_case_is_the_same_set(tmp_path, name):
    make, adapter = SETS[name]
    expected = known(adapter(make(tmp_path / "set")))
    assert known(adapter(uppercase(tmp_path / "set"))) == expected


@pytest.mark.parametrize("name", [name for name in SETS if name != "fer+ as tables"])
@pytest.mark.parametrize("ending", [".bmp", ".TIF"])
def test_a_set_whose_pictures_were_converted_is_the_same_set(tmp_path, name, ending):
    make, adapter = SETS[name]
    expected = known(adapter(make(tmp_path / "set")))
    assert known(adapter(converted(tmp_path / "set", ending))) == expected


def test_a_picture_converted_to_two_endings_is_not_guessed(tmp_path):
    source = affectnet_source(miniatures.affectnet_first(tmp_path / "set"))
    picture = tmp_path / "set" / source.samples[0].file
    for ending in (".png", ".bmp"):
        Image.fromarray(np.zeros((9, 9, 3), np.uint8)).save(picture.with_suffix(ending))
    picture.unlink()
    card = prepare(affectnet_source(tmp_path / "set"), tmp_path / "prepared")
    assert card.rejected_reasons == {"cannot be read: No such file or directory": 1}


def test_labels_of_ck_plus_are_matched_whatever_the_case_of_their_folders(tmp_path):
    expected = known(ck_plus_source(miniatures.ck_plus(tmp_path)))
    uppercase(tmp_path / "Emotion")
    for path in (tmp_path / "FACS").iterdir():
        path.rename(path.with_name(path.name.lower()))
    assert known(ck_plus_source(tmp_path)) == expected


def test_londons_people_are_known_by_the_owners_own_file(tmp_path):
    london(tmp_path)
    (tmp_path / "subjects.csv").rename(tmp_path / "london_faces_info.csv")
    assert london_source(tmp_path).samples[0].attributes["gender"] == "female"
