"""Names that look the same are the same, whatever wrote them: macOS, a keyboard, a spreadsheet, Windows."""

import os
import shutil
import unicodedata

import pandas as pd
import pytest

from esr_core.data.affectnet import affectnet_source
from esr_core.data.folder import folder_source
from esr_core.data.names import look, printable, spelt_out, twins
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet, damaged_prepared, list_prepared
from esr_core.errors import DataError
from tests.esr_core.data import miniatures
from tests.esr_core.data.miniatures import faces

COMPOSED = unicodedata.normalize("NFC", "fröhlich")  # as keyboards write it
DECOMPOSED = unicodedata.normalize("NFD", "fröhlich")  # as macOS names folders


@pytest.mark.parametrize(
    ("name", "other"),
    [
        (COMPOSED, DECOMPOSED),
        ("Anger", "anger"),
        ("Straße", "STRASSE"),
        ("very happy", "very\u00a0happy"),
        ("very happy", "very  happy"),
        ("happy", "hap\u200bpy"),
        ("happy", "ｈａｐｐｙ"),
    ],
)
def test_twins_look_the_same(name, other):
    assert look(name) == look(other)
    assert set(twins([name, "else", other]) or ()) == {name, other}


@pytest.mark.parametrize("names", [("happy", "happier"), ("007", "7"), ("a b", "ab"), ("e", "é"), ("same", "same")])
def test_what_looks_different_is_different(names):
    assert twins(names) is None


def test_a_name_in_a_message_shows_what_tells_it_from_its_twin():
    assert spelt_out(COMPOSED) == f"{COMPOSED} (fr\\xf6hlich)"
    assert spelt_out(DECOMPOSED) == f"{DECOMPOSED} (fro\\u0308hlich)"
    assert spelt_out("happy") == "happy"
    assert printable(os.fsdecode(b"caf\xe9")) == "caf\\xe9"


def test_a_class_folder_of_macos_has_the_name_that_a_keyboard_writes(tmp_path):
    source = folder_source(faces(tmp_path / "faces", f"{DECOMPOSED}/1.png", "neutral/1.png"))
    assert source.class_names == (COMPOSED, "neutral")
    prepare(source, tmp_path / "set")
    assert PreparedSet.open(tmp_path / "set").labels["id"].tolist() == [f"{COMPOSED}/1.png", "neutral/1.png"]


@pytest.mark.parametrize("twin", [DECOMPOSED, f"{COMPOSED} ", COMPOSED.upper()])
def test_class_folders_that_look_the_same_are_refused_by_name(tmp_path, twin):
    folder = faces(tmp_path, f"{COMPOSED}/1.png", f"{twin}/2.png", "neutral/1.png")
    with pytest.raises(DataError, match="must spell each class in one way, found") as caught:
        folder_source(folder)
    assert all(spelt_out(name) in str(caught.value) for name in (COMPOSED, twin))


def table(tmp_path, text):
    (tmp_path / "labels.csv").write_text(text, encoding="utf-8")
    return tmp_path / "labels.csv"


def test_both_forms_in_a_table_are_one_class_and_one_person(tmp_path):
    folder = faces(tmp_path / "faces", "1.png", "2.png", "3.png")
    rows = f"file,class,subject\n1.png,{COMPOSED},J\u00fcrgen\n2.png,{DECOMPOSED},Ju\u0308rgen\n3.png,neutral,Ann\n"
    source = folder_source(folder, labels=table(tmp_path, rows))
    assert source.class_names == (COMPOSED, "neutral")
    assert [sample.subject for sample in source.samples] == ["J\u00fcrgen", "J\u00fcrgen", "Ann"]


def test_one_person_in_two_spellings_is_refused(tmp_path):
    folder = faces(tmp_path / "faces", "1.png", "2.png")
    source = folder_source(folder, labels=table(tmp_path, "file,class,subject\n1.png,a,Ann\n2.png,b,ann\n"))
    with pytest.raises(DataError, match="must spell each subject in one way, found Ann and ann"):
        prepare(source, tmp_path / "set")


@pytest.mark.parametrize("listed", [f"{COMPOSED}/1.PNG", f"{COMPOSED}\\1.png", f".\\{DECOMPOSED}\\1.png"])
def test_a_table_names_files_in_any_form_that_looks_like_theirs(tmp_path, listed):
    folder = faces(tmp_path / "faces", f"{DECOMPOSED}/1.png", "neutral/1.png")
    source = folder_source(folder, labels=table(tmp_path, f"file,class\n{listed},a\nneutral/1.png,b\n"))
    assert source.samples[0].file == f"{DECOMPOSED}/1.png"
    assert prepare(source, tmp_path / "set").num_rejected == 0
    assert source.skipped == {}


def test_a_picture_named_in_two_forms_is_refused(tmp_path):
    folder = faces(tmp_path / "faces", f"{DECOMPOSED}/1.png", "neutral/1.png")
    rows = f"file,class\n{COMPOSED}/1.png,a\n{DECOMPOSED}/1.png,a\nneutral/1.png,b\n"
    with pytest.raises(DataError, match=f"has the id {COMPOSED}/1.png twice"):
        prepare(folder_source(folder, labels=table(tmp_path, rows)), tmp_path / "set")


def test_a_name_that_looks_like_two_files_or_leads_outside_stands_for_itself(tmp_path):
    folder = faces(tmp_path / "faces", "A.png", "B.png", "b.png", "c/1.png")
    rows = "file,class\na.png,x\nB.PNG,y\n../OUTSIDE.png,y\nc/1.png,y\n"
    files = [sample.file for sample in folder_source(folder, labels=table(tmp_path, rows)).samples]
    assert files == ["A.png", "B.PNG", "../OUTSIDE.png", "c/1.png"]


def test_affectnets_list_names_files_in_any_case(tmp_path):
    folder = miniatures.affectnet_first(tmp_path / "set")
    for path in list((folder / "Manually_Annotated_Images").rglob("*.jpg")):
        path.rename(path.with_suffix(".JPG"))
    assert prepare(affectnet_source(folder), tmp_path / "prepared").num_rejected == 0


@pytest.fixture
def not_utf_8(tmp_path):
    """A folder of two classes with a file and a class whose names are bytes of another encoding."""
    folder = faces(tmp_path / "faces", "awake/1.png", "tired/1.png")
    try:
        miniatures.save_face(folder / "tired" / os.fsdecode(b"\xe9.png"))
        miniatures.save_face(folder / os.fsdecode(b"\xe9") / "2.png")
    except OSError:
        pytest.skip("this file system takes UTF-8 alone")
    return folder


def test_a_file_name_that_is_not_utf_8_rejects_that_file_alone(tmp_path, not_utf_8):
    source = folder_source(not_utf_8)
    assert source.class_names == ("awake", "tired")
    card = prepare(source, tmp_path / "set")
    assert (card.num_pictures, card.num_rejected) == (2, 2)
    rejected = pd.read_csv(tmp_path / "set" / "rejected.csv").set_index("file")["reason"].to_dict()
    reason = "is not named in UTF-8: rename it"
    assert rejected == {"tired/\\xe9.png": reason, "\\xe9/2.png": reason}


def test_where_it_leaves_too_little_the_file_is_named_in_words_that_any_terminal_shows(tmp_path, not_utf_8):
    (not_utf_8 / "tired" / "1.png").unlink()
    with pytest.raises(DataError, match=r"2 were rejected, the first: tired/\\xe9\.png is not named in UTF-8"):
        prepare(folder_source(not_utf_8), tmp_path / "set")


def test_a_prepared_set_whose_folder_is_not_named_in_utf_8_is_named_and_the_others_listed(tmp_path):
    folder = faces(tmp_path / "faces", "awake/1.png", "tired/1.png")
    prepare(folder_source(folder), tmp_path / "sets" / "good")
    try:
        shutil.copytree(tmp_path / "sets/good", tmp_path / "sets" / os.fsdecode(b"caf\xe9"))
    except OSError:
        pytest.skip("this file system takes UTF-8 alone")
    assert list(list_prepared(tmp_path / "sets")) == ["good"]
    assert damaged_prepared(tmp_path / "sets") == ["caf\\xe9 must be named in UTF-8 to be used: rename the folder"]
