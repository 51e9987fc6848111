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
    prepare(folder_source(*pictures[:1], labels=pictures[1]), tmp_path / "set")
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


def test_a_table_in_a_folder_without_classes_is_pointed_out(pictures):
    folder, _ = pictures
    (folder / "labels.csv").write_text(LISTED)
    for path in (folder / "a").iterdir():
        path.rename(folder / path.name)
    with pytest.raises(DataError, match=r"found none; if labels\.csv has the labels, name it with --labels"):
        folder_source(folder)
