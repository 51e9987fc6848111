"""Tables as a spreadsheet program gives them back: other separators, numbers for identifiers, decimal commas."""

import pytest

from esr_core.data.affectnet import affectnet_source
from esr_core.data.ferplus import ferplus_source, read_labels
from esr_core.data.folder import folder_source
from esr_core.data.london import london_source
from esr_core.data.names import as_owners_number
from esr_core.data.tables import number, read_table
from esr_core.errors import DataError
from tests.esr_core.data import miniatures

ROWS = [["happiness/1.jpg", "happiness", "s000"], ["neutral/2.jpg", "neutral", "s001"]]
COLUMNS = ["file", "emotion", "subject"]
COMMAS = "\n".join(",".join(row) for row in [COLUMNS, *ROWS])


def table(folder, content: str | bytes):
    path = folder / "labels.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("separator", [";", "\t", "|", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_separator_and_the_form_of_unicode_are_recognised(tmp_path, separator, encoding):
    content = COMMAS.replace(",", separator).replace("\n", "\r\n").encode(encoding)
    assert read_table(table(tmp_path, content), COLUMNS).to_numpy().tolist() == ROWS


@pytest.mark.parametrize(
    "content",
    [
        "sep=;\r\n" + COMMAS.replace(",", ";"),
        COMMAS.replace("file,emotion,subject", "File,EMOTION,Subject "),
        COMMAS + "\n,,\n,,\n",  # rows that were emptied
        "\n".join(f"{line},,," for line in COMMAS.split("\n")),  # columns that were emptied
        COMMAS.replace("file,emotion", "file,note; or more; and more,emotion").replace(".jpg,", ".jpg,a;b;c,"),
    ],
)
def test_what_spreadsheets_add_changes_nothing(tmp_path, content):
    assert read_table(table(tmp_path, content), COLUMNS).to_numpy().tolist() == ROWS


def test_a_column_written_exactly_goes_before_one_in_other_letters(tmp_path):
    assert read_table(table(tmp_path, "File,file\nx,a.png\n"), ["file"])["file"].tolist() == ["a.png"]


@pytest.mark.parametrize(
    ("text", "value"), [("0,5", 0.5), ("-0,125", -0.125), ("1,5", 1.5), ("12,0", 12), ("1e-1", 0.1), ("0,1234", 0.1234)]
)
def test_a_decimal_comma_is_read(tmp_path, text, value):
    assert number(text, tmp_path, 0, "valence") == value


@pytest.mark.parametrize("text", ["1,234", "1,234,567", "0,5,1", "0,5.1", ",5"])
def test_a_comma_that_may_part_thousands_is_refused(tmp_path, text):
    with pytest.raises(DataError, match=f"row 1 must have a number as valence, found '{text}'"):
        number(text, tmp_path, 0, "valence")


@pytest.mark.parametrize("start", [b"PK\3\4\x14\0", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_workbook_is_named_with_the_way_out(tmp_path, start):
    with pytest.raises(DataError, match=r"labels\.csv is a workbook, not a table of text: save it as CSV UTF-8"):
        read_table(table(tmp_path, start + bytes(64)), COLUMNS)


@pytest.fixture
def pictures(tmp_path):
    for file, *_ in ROWS:
        (tmp_path / "faces" / file).parent.mkdir(parents=True)
        (tmp_path / "faces" / file).touch()
    return tmp_path / "faces"


def test_optional_columns_are_not_lost_for_their_case(pictures, tmp_path):
    content = (
        "File;Class;Subject;SPLIT;Valence;Arousal\nhappiness/1.jpg;a;ann;Training;0,5;-1\nneutral/2.jpg;b;ben;Val;;\n"
    )
    samples = folder_source(pictures, labels=table(tmp_path, content)).samples
    assert [(each.subject, each.split, each.valence) for each in samples] == [
        ("ann", "train", 0.5),
        ("ben", "validation", None),
    ]


def test_pictures_that_the_table_does_not_name_are_counted(pictures, tmp_path):
    for name in ("happiness/3.JPG", "neutral/4.png", "neutral/notes.txt", "neutral/.5.png"):
        (pictures / name).touch()
    assert folder_source(pictures, labels=table(tmp_path, COMMAS)).skipped == {
        "picture that labels.csv does not name": 2
    }


@pytest.mark.parametrize(
    ("listed", "owners", "meant"),
    [
        ("1", "001", "001"),
        ("1.0", "001", "001"),
        ("10", "010", "010"),
        ("0", "000", "000"),
        ("S005", "s005", "s005"),
        ("x", "001", None),
        ("1.5", "001", None),
    ],
)
def test_identifiers_stand_for_what_the_owners_numbered(listed, owners, meant):
    expected = {} if meant is None else {listed: meant}
    assert as_owners_number([listed], [owners, "other"]) == expected


def test_an_identifier_that_may_stand_for_two_stands_for_none_but_an_exact_one_for_itself():
    assert as_owners_number(["1", "01"], ["01", "001"]) == {"01": "01"}


def london(folder, rows: str):
    for name in ("neutral_front/001_03.jpg", "smiling_front/001_08.jpg", "smiling_front/002_08.jpg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (folder / "subjects.csv").write_text(f"face_id;face_age;face_gender;face_eth\n{rows}\n")
    return london_source(folder)


def test_people_of_london_are_known_after_zeros_went(tmp_path):
    source = london(tmp_path, "1;24,5;female;white\n2;40;male;black")
    assert source.samples[0].attributes == {"gender": "female", "age": "24 or younger", "ethnicity": "white"}
    assert source.samples[2].attributes == {"gender": "male", "age": "35 or older", "ethnicity": "black"}
    assert source.skipped == {}


def test_people_and_rows_that_remain_unmatched_are_counted(tmp_path):
    assert london(tmp_path, "1;24;female;white\n77;30;male;white\n78;30;male;white").skipped == {
        "row of subjects.csv whose face_id no photograph has": 2,
        "gender, age and ethnicity of a person without a row in subjects.csv": 1,
    }


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("1;24;female;white\n1;30;male;white", "row 2 must have a person of its own as face_id, found 1 a second time"),
        ("1;24;female;white\n001;30;male;white", "must have one row for person 001, found 001 as well"),
        (";24;female;white", "row 1 must have a person of its own as face_id, found nothing"),
    ],
)
def test_two_rows_for_one_person_are_refused(tmp_path, rows, sentence):
    with pytest.raises(DataError, match=rf"subjects\.csv {sentence}"):
        london(tmp_path, rows)


def semicolons(path) -> None:
    """Save a table as a spreadsheet does where the comma is the decimal point."""
    cells = read_table(path, path.read_text().split("\n")[0].split(","))
    cells.to_csv(path, sep=";", decimal=",", index=False)


def test_affectnet_and_fer_plus_are_the_same_after_a_spreadsheet(tmp_path):
    affectnet = miniatures.affectnet_first(tmp_path / "affectnet")
    expected = affectnet_source(affectnet).samples
    ferplus = miniatures.fer_plus_csv(tmp_path / "ferplus")
    labels = read_labels(ferplus)
    for path in (*affectnet.glob("*.csv"), *ferplus.glob("*.csv")):
        semicolons(path)
    assert affectnet_source(affectnet).samples == expected
    assert read_labels(ferplus).equals(labels)
    source = ferplus_source(ferplus)
    assert source.picture(source.samples[0]).shape == (96, 96, 3)


def test_label_files_without_names_of_columns_may_have_semicolons(tmp_path):
    ferplus = miniatures.fer_plus_folders(tmp_path)
    labels = read_labels(ferplus)
    for path in ferplus.glob("*/label.csv"):
        rows = [line.replace('"(0, 0, 48, 48)"', "BOX").replace(",", ";") for line in path.read_text().splitlines()]
        path.write_text("\n".join(rows).replace("BOX", "(0, 0, 48, 48)"))
    assert read_labels(ferplus).equals(labels)
