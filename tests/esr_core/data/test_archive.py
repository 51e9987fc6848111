"""Files in a zip archive: found by name alone, bounded, and damage named."""

import pickle
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from esr_core.data.archive import Archive, is_archive
from esr_core.data.photographs import MAX_BYTES
from esr_core.errors import DataError, PhotoError
from tests.picture_files import encoded


def png(grey: int) -> bytes:
    """A picture of one grey."""
    return encoded(Image.new("L", (8, 8), grey))


def packed(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def replaced(path: Path, old: bytes, new: bytes) -> Path:
    """The archive with some of its bytes changed."""
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))
    return path


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_picture_is_read_from_an_archive_and_from_its_copy_in_another_process(tmp_path, method):
    archive = Archive(packed(tmp_path / "a.zip", {"one/a.png": png(7), "two/b.png": png(9)}, method))
    for opened in (archive, pickle.loads(pickle.dumps(archive))):  # noqa: S301 - our own
        assert set(opened.names) == {"one/a.png", "two/b.png"}
        np.testing.assert_array_equal(opened.photograph("two/b.png"), np.full((8, 8, 3), 9))


def test_one_folder_around_everything_and_hidden_entries_are_not_part_of_names(tmp_path):
    files = {
        "set/": b"",
        "set/one/a.png": b"a",
        "set/b.csv": b"b",
        "__MACOSX/set/one/._a.png": b"",
        "set/.DS_Store": b"",
    }
    assert set(Archive(packed(tmp_path / "a.zip", files)).names) == {"one/a.png", "b.csv"}


def test_a_file_beside_a_folder_keeps_the_folder_in_names(tmp_path):
    files = {"set/a.png": b"a", "b.csv": b"b"}
    assert set(Archive(packed(tmp_path / "a.zip", files)).names) == set(files)


def test_an_entry_that_would_lead_out_is_not_read_from_the_disk(tmp_path):
    (tmp_path / "secret.png").write_bytes(png(1))
    (tmp_path / "in").mkdir()
    archive = Archive(packed(tmp_path / "in" / "a.zip", {"one/a.png": png(7), "../secret.png": png(2), "b.csv": b""}))
    assert set(archive.names) == {"one/a.png", "b.csv"}
    for name in ("../secret.png", "one/../../secret.png", str(tmp_path / "secret.png")):
        with pytest.raises(DataError, match=r"secret.png is missing from a.zip"):
            archive.read(name)


def test_a_changed_byte_is_damage(tmp_path):
    path = packed(tmp_path / "a.zip", {"one/a.png": png(7), "b.csv": b"abcdefgh"})
    with pytest.raises(DataError, match=r"b.csv is damaged or encrypted in a.zip: Bad CRC-32"):
        Archive(replaced(path, b"abcdefgh", b"abcdefgX")).read("b.csv")


def test_a_damaged_picture_is_a_photo_error_so_that_the_rest_goes_on(tmp_path):
    path = replaced(packed(tmp_path / "a.zip", {"one/a.png": png(7), "b.csv": b""}), png(7), png(7)[::-1])
    with pytest.raises(PhotoError, match=r"one/a.png is damaged or encrypted in a.zip"):
        Archive(path).photograph("one/a.png")


@pytest.mark.parametrize("cut", [30, 500])
def test_an_archive_cut_off_is_named(tmp_path, cut):
    path = packed(tmp_path / "a.zip", {"one/a.png": bytes(1000), "b.csv": b""})
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(DataError, match=r"a.zip is damaged, cut off or no zip archive: File is not a zip file"):
        Archive(path)


def test_an_encrypted_entry_is_named(tmp_path):
    path = packed(tmp_path / "a.zip", {"one/a.png": png(7), "b.csv": b""})
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # of the local header and of the list: flag bits
        content = bytearray(path.read_bytes())
        content[content.index(mark) + offset] |= 1
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"one/a.png is damaged or encrypted in a.zip: .*password"):
        Archive(path).read("one/a.png")


def test_more_than_a_photograph_may_have_is_refused_by_the_list_alone(tmp_path):
    path = packed(tmp_path / "a.zip", {"a.png": bytes(MAX_BYTES + 1)}, zipfile.ZIP_DEFLATED)
    with pytest.raises(DataError, match=r"a.png is too large: expected at most 80,000,000 bytes, found 80,000,001"):
        Archive(path).read("a.png")


def test_a_size_that_is_not_true_unpacks_no_more_than_it_promises(tmp_path):
    size = MAX_BYTES + 1
    path = packed(tmp_path / "a.zip", {"a.png": bytes(size)}, zipfile.ZIP_DEFLATED)
    archive = Archive(replaced(path, size.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=r"a.png is damaged or encrypted in a.zip: Bad CRC-32"):
            archive.read("a.png")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_an_unusual_method_is_named(tmp_path):
    path = packed(tmp_path / "a.zip", {"a.png": png(7)}, zipfile.ZIP_BZIP2)
    with pytest.raises(DataError, match=r"a.png must be stored or deflated in a.zip, found method 12"):
        Archive(path).read("a.png")


@pytest.mark.parametrize(("name", "is_one"), [("a.zip", True), ("a.ZIP", True), ("a.png", False), ("none.zip", False)])
def test_what_is_called_an_archive_is_taken_for_one(tmp_path, name, is_one):
    if name != "none.zip":
        (tmp_path / name).write_bytes(b"no archive")
    assert is_archive(tmp_path / name) is is_one


def test_an_archive_of_another_name_is_one(tmp_path):
    assert is_archive(packed(tmp_path / "pictures", {"a": b""}))
