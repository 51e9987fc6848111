import pytest

from esr_core.data.tables import number, read_table
from esr_core.errors import DataError


def table(tmp_path, content: str | bytes):
    path = tmp_path / "labels.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        "file,class\na.png,x\nb.png,y\n",
        "\ufefffile,class\r\na.png,x\r\n\r\nb.png,y",  # as Windows saves it, with an empty line and no last break
        "class , file\n x,a.png \ny , b.png\n",
        'file,note,class\na.png,"one, two",x\nb.png,,y\n',
    ],
)
def test_cells_are_read_by_column_without_spaces_around_them(tmp_path, content):
    read = read_table(table(tmp_path, content), ["file", "class"])
    assert read.to_numpy().tolist() == [["a.png", "x"], ["b.png", "y"]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("file,class\na.png,x\nb.png\n", "row 2 must have 2 cells, found 1"),  # cut off
        ("file,class\na, or b.png,x\nb.png,y\n", "row 1 must have 2 cells, found 3"),
        ("file,class\na.png,x,\nb.png,y,\n", "row 1 must have 2 cells, found 3"),
        ('file,class\n"a.png,x\nb.png,y\n', "cannot be read as comma-separated values: unexpected end of data"),
        (
            "file,class\na.png,glücklich\nb.png,traurig\n".encode("latin-1"),
            "line 2 must be UTF-8, found 'glücklich' in another encoding: save it as CSV UTF-8",
        ),
        ("file,class\na.png,x\n".encode("utf-16")[:-1], "cannot be read as UTF-16, as which it begins: truncated data"),
        ("name;class\na.png;x\n", "lacks the column file, found name, class"),
        ("file,class,file\na.png,x,b.png\n", "must have one column file, found 2"),
        ("File,class,FILE\na.png,x,b.png\n", "must have one column file, found 2"),
        ("file,class\n", "must have a row for each picture, found none"),
        ("", "lacks the column file, found nothing"),
    ],
)
def test_damage_is_named_and_no_cell_shifts(tmp_path, content, sentence):
    with pytest.raises(DataError, match=f"labels.csv {sentence}"):
        read_table(table(tmp_path, content), ["file", "class"])


def test_without_a_header_columns_are_named_in_order_and_none_may_be_left_over(tmp_path):
    path = table(tmp_path, "a.png,x\n")
    assert read_table(path, ["file", "class"], has_header=False)["class"].tolist() == ["x"]
    with pytest.raises(DataError, match="row 1 must have 1 cells, found 2"):
        read_table(path, ["file"], has_header=False)


@pytest.mark.parametrize("value", ["nan", "inf", "1e400", "high"])
def test_a_number_is_finite(tmp_path, value):
    with pytest.raises(DataError, match=f"row 3 must have a number as valence, found '{value}'"):
        number(value, tmp_path, 2, "valence")
