import pandas as pd
import pytest

from esr_core.data.folder import folder_source
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet
from esr_core.errors import DataError, PhotoError
from tests.esr_core.data import miniatures

LISTED = """file,emotion,subject,split,valence,arousal
a/1.png,happiness,ann,train,0.5,0.25
a/2.png,anger,ben,validation,-1,1
b 3.png,,ann,,,
"""


@pytest.fixture
def pictures(tmp_path):
    """Three photographs with a table of labels beside them."""
    for index, name in enumerate(("a/1.png", "a/2.png", "b 3.png")):
        miniatures.save_face(tmp_path / "faces" / name, index)
    (tmp_path / "labels.csv").write_text(LISTED)
    return tmp_path / "faces", tmp_path / "labels.csv"


def test_a_listed_folder_is_prepared_label_for_label(tmp_path, pictures):
    card = prepare(folder_source(*pictures[:1], labels=pictures[1]), tmp_path / "set")
    assert card.options == {"whole_image": False, "detector": "haar", "labels": "labels.csv"}
    prepared = PreparedSet.open(tmp_path / "set")
    labels = prepared.labels
    assert prepared.card.class_names == ("happiness", "anger")
    assert labels["id"].tolist() == ["a/1.png", "a/2.png", "b 3.png"]
    assert labels["emotion"].fillna(-1).tolist() == [0, 1, -1]
    assert labels["subject"].tolist() == ["ann", "ben", "ann"]
    assert labels["split"].fillna("none").tolist() == ["train", "validation", "none"]
    assert labels["valence"].fillna(9).tolist() == [0.5, -1, 9]
    assert prepared.card.split_counts == {"train": (1, 0), "validation": (0, 1)}


def test_own_classes_may_be_called_class(pictures):
    folder, table = pictures
    table.write_text("class,file\nyawn,a/1.png\nblink,a/2.png\n")
    assert folder_source(folder, labels=table).class_names == ("blink", "yawn")


def test_a_listed_file_that_is_missing_is_rejected_and_one_outside_refused(tmp_path, pictures):
    folder, table = pictures
    (tmp_path / "secret.png").touch()
    table.write_text("file,class\na/1.png,x\na/2.png,y\ngone.png,y\n../secret.png,y\n")
    source = folder_source(folder, labels=table)
    prepare(source, tmp_path / "set")
    rejected = pd.read_csv(tmp_path / "set" / "rejected.csv").set_index("file")["reason"]
    assert rejected["gone.png"] == "cannot be read: No such file or directory"
    with pytest.raises(PhotoError, match="expected a file inside it"):
        source.picture(source.samples[3])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name,class\na/1.png,x\n", r"labels\.csv lacks the column file, found name, class"),
        ("file\na/1.png\n", r"labels\.csv lacks the column class, found file"),
        ("file,class,split\na/1.png,x,dev\n", "row 1 must have split train or validation or test, found 'dev'"),
        ("file,class,valence\na/1.png,x,high\n", "row 1 must have a number as valence, found 'high'"),
        ("file,class\n,x\n", "row 1 must name a picture as file, found nothing"),
        ("file,class\na/1.png,x\n", r"labels\.csv must name at least two classes, found \['x'\]"),
        ("", r"labels\.csv lacks the column file, found nothing"),
        ("file,class,subject\na/1.png,x,ann\na/2.png,y", r"labels\.csv row 2 must have 3 cells, found 2"),
    ],
)
def test_bad_tables_are_named(pictures, text, sentence):
    folder, table = pictures
    table.write_text(text)
    with pytest.raises(DataError, match=sentence):
        folder_source(folder, labels=table)


@pytest.mark.parametrize("again", ["a/1.png", "./a/1.png", "a//1.png", "a/../a/1.png", "{folder}/a/1.png"])
def test_a_picture_listed_twice_is_refused_however_its_path_is_written(tmp_path, pictures, again):
    folder, table = pictures
    table.write_text(f"file,class\na/1.png,x\na/2.png,y\n{again.format(folder=folder)},y\n")
    with pytest.raises(DataError, match=r"has the id a/1\.png twice"):
        prepare(folder_source(folder, labels=table), tmp_path / "set")


def test_one_class_spelt_in_two_ways_is_refused(pictures):
    folder, table = pictures
    table.write_text("file,emotion\na/1.png,happiness\na/2.png,Happiness\nb 3.png,anger\n")
    with pytest.raises(DataError, match=r"labels\.csv must spell each class in one way, found Happiness and happiness"):
        folder_source(folder, labels=table)


def test_spaces_around_a_class_make_no_other_class_and_zeros_before_a_subject_stay(pictures):
    folder, table = pictures
    table.write_text("file,emotion,subject\na/1.png, happiness ,007\na/2.png,happiness,7\nb 3.png,anger,07\n")
    source = folder_source(folder, labels=table)
    assert source.class_names == ("happiness", "anger")
    assert [sample.subject for sample in source.samples] == ["007", "7", "07"]


def test_what_is_not_read_of_a_class_folder_is_counted_or_rejected(tmp_path):
    for name in ("awake/1.png", "tired/1.png", "tired/ann/2.png", "tired/ben/3.png"):
        miniatures.save_face(tmp_path / "faces" / name)
    (tmp_path / "faces/tired/gone.png").symlink_to("nowhere.png")
    card = prepare(folder_source(tmp_path / "faces"), tmp_path / "set")
    assert card.skipped == {"folder inside a class's folder": 2}
    assert card.rejected_reasons == {"cannot be read: No such file or directory": 1}


def test_folders_of_folders_are_not_taken_for_classes(tmp_path):
    for name in ("monday/happiness/1.png", "tuesday/anger/1.png"):
        miniatures.save_face(tmp_path / name)
    with pytest.raises(DataError, match="found none; left out: 2 x folder inside a class's folder"):
        folder_source(tmp_path)


def test_a_destination_in_the_data_sets_folder_is_refused(tmp_path):
    for name in ("awake/1.png", "tired/1.png"):
        miniatures.save_face(tmp_path / "faces" / name)
    (tmp_path / "also").symlink_to("faces")
    for destination in (tmp_path / "faces/set", tmp_path / "faces/tired/set", tmp_path / "also/set"):
        with pytest.raises(DataError, match=r"set must lie outside .*faces, whose files are the data set"):
            prepare(folder_source(tmp_path / "faces"), destination)
    assert sorted(path.name for path in (tmp_path / "faces").iterdir()) == ["awake", "tired"]


def test_a_table_in_a_folder_without_classes_is_pointed_out(pictures):
    folder, _ = pictures
    (folder / "labels.csv").write_text(LISTED)
    for path in (folder / "a").iterdir():
        path.rename(folder / path.name)
    with pytest.raises(DataError, match=r"found none; if labels\.csv has the labels, name it with --labels"):
        folder_source(folder)
