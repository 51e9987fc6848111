"""FER+ whose pictures are in a zip archive: the same set as the unpacked folder, or one sentence why not."""

import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from esr_core.data.ferplus import ferplus_source
from esr_core.data.preparation import prepare
from esr_core.errors import DataError, PhotoError
from tests.esr_core.data import miniatures
from tests.esr_core.data.test_archive import packed, replaced
from tests.esr_core.data.test_ferplus import REAL

PARTS = tuple(miniatures.FOLDERS.values())


def inside(root: Path) -> Path:
    """An archive with the label files."""
    miniatures.fer_plus_folders(root / "fer")
    return Path(shutil.make_archive(str(root / "all"), "zip", root / "fer"))


def below_one_folder(root: Path) -> Path:
    """As a file manager packs a folder."""
    miniatures.fer_plus_folders(root / "fer")
    return Path(shutil.make_archive(str(root / "packed"), "zip", root, "fer"))


def beside(root: Path) -> Path:
    """An archive of the pictures alone, the label files in folders beside it."""
    miniatures.fer_plus_folders(root / "fer")
    for name in PARTS:
        (root / "fer" / name / "label.csv").unlink()
    shutil.make_archive(str(root / "data" / "pictures"), "zip", root / "fer")
    miniatures.fer_plus_labels(root / "data")
    return root / "data" / "pictures.zip"


def in_a_folder(root: Path) -> Path:
    """The folder that holds an archive and the label files."""
    return beside(root).parent


def fingerprint_of_the_folder(root: Path) -> str:
    return prepare(ferplus_source(miniatures.fer_plus_folders(root / "unpacked")), root / "expected").fingerprint


@pytest.mark.parametrize("build", [inside, below_one_folder, beside, in_a_folder])
def test_the_fingerprint_is_that_of_the_unpacked_folder(tmp_path, build):
    card = prepare(ferplus_source(build(tmp_path)), tmp_path / "prepared")
    assert card.num_rejected == 0
    assert card.fingerprint == fingerprint_of_the_folder(tmp_path)


def test_several_processes_read_one_archive(tmp_path, monkeypatch):
    monkeypatch.setattr("esr_core.data.fetching.CHUNK", 1)
    monkeypatch.setattr("esr_core.data.fetching.CHUNKS_HERE", 1)
    # A worker imports the main module again, which a page that was tested before has replaced by the app.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    card = prepare(ferplus_source(inside(tmp_path)), tmp_path / "prepared", workers=2)
    assert card.fingerprint == fingerprint_of_the_folder(tmp_path)


def test_unpacked_pictures_win_over_an_archive_beside_them(tmp_path):
    folder = miniatures.fer_plus_folders(tmp_path / "fer")
    (folder / "pictures.zip").write_bytes(b"no archive")
    assert ferplus_source(folder).container is None


def test_a_damaged_picture_is_rejected_and_the_others_are_read(tmp_path):
    folder = miniatures.fer_plus_folders(tmp_path / "fer")
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.*"))}
    damaged = "FER2013Train/fer0000002.png"
    path = replaced(packed(tmp_path / "a.zip", files), files[damaged], files[damaged][::-1])
    source = ferplus_source(path)
    by_file = {sample.file: sample for sample in source.samples}
    with pytest.raises(PhotoError, match=f"{damaged} is damaged or encrypted in a.zip"):
        source.picture(by_file.pop(damaged))
    assert by_file
    for sample in by_file.values():
        assert source.picture(sample).shape == (96, 96, 3)


def test_a_label_file_that_names_a_picture_outside_reads_none(tmp_path):
    path = beside(tmp_path)
    shutil.copy(tmp_path / "fer" / PARTS[0] / "fer0000000.png", tmp_path / "data" / "secret.png")
    labels = tmp_path / "data" / PARTS[0] / "label.csv"
    labels.write_text(labels.read_text().replace("fer0000000.png", "../secret.png"))
    source = ferplus_source(path)
    with pytest.raises(PhotoError, match=r"secret.png is missing from pictures.zip"):
        source.picture(source.samples[0])


def test_a_damaged_label_file_in_the_archive_is_named(tmp_path):
    folder = miniatures.fer_plus_folders(tmp_path / "fer")
    (folder / PARTS[1] / "label.csv").write_text("fer0000003.png,cut off")
    path = Path(shutil.make_archive(str(tmp_path / "all"), "zip", folder))
    with pytest.raises(DataError, match=r"all.zip/FER2013Valid/label.csv row 1 must have 12 cells, found 2"):
        ferplus_source(path)


def test_another_archive_of_the_same_name_starts_over(tmp_path):
    """What an earlier attempt has read of the first one is not mixed with the second one's pictures."""

    def stop(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    folder = miniatures.fer_plus_folders(tmp_path / "fer")
    path = shutil.make_archive(str(tmp_path / "all"), "zip", folder)
    with pytest.raises(KeyboardInterrupt):
        prepare(ferplus_source(Path(path)), tmp_path / "prepared", stop)
    miniatures.save_face(folder / PARTS[0] / "fer0000000.png", 5, side_px=48)
    shutil.make_archive(str(tmp_path / "all"), "zip", folder)
    expected = prepare(ferplus_source(folder), tmp_path / "expected")
    assert prepare(ferplus_source(Path(path)), tmp_path / "prepared").fingerprint == expected.fingerprint


def test_a_broken_archive_is_named(tmp_path):
    path = inside(tmp_path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match=r"all.zip is damaged, cut off or no zip archive"):
        ferplus_source(path)


def test_an_archive_without_labels_says_where_they_must_be(tmp_path):
    path = beside(tmp_path)
    (path.parent / PARTS[2] / "label.csv").unlink()
    expected = (
        "must hold FER2013Train/label.csv, FER2013Valid/label.csv, FER2013Test/label.csv, or have them beside it; "
        "found no FER2013Test/label.csv"
    )
    with pytest.raises(DataError, match=f"pictures.zip {expected}$"):
        ferplus_source(path)


@pytest.mark.parametrize(("files", "found"), [({"fer2013.csv": b"", "x/a": b""}, "fer2013.csv, x"), ({}, "nothing")])
def test_an_archive_of_something_else_says_what_it_holds(tmp_path, files, found):
    path = packed(tmp_path / "a.zip", files)
    with pytest.raises(
        DataError, match=rf"a.zip must hold the pictures FER2013Train/\*.png, found {found}; an archive of"
    ):
        ferplus_source(path)


def test_several_archives_in_a_folder_are_refused(tmp_path):
    folder = in_a_folder(tmp_path)
    shutil.copy(folder / "pictures.zip", folder / "again.zip")
    with pytest.raises(DataError, match=r"must hold one zip archive of FER\+, found again.zip and pictures.zip"):
        ferplus_source(folder)


def test_an_archive_linked_from_outside_is_refused(tmp_path):
    folder = in_a_folder(tmp_path)
    (folder / "pictures.zip").rename(tmp_path / "outside.zip")
    (folder / "pictures.zip").symlink_to(tmp_path / "outside.zip")
    with pytest.raises(DataError, match=r"pictures.zip leads out of the data set's folder"):
        ferplus_source(folder)


@pytest.mark.skipif(not (REAL / "pictures.zip").is_file(), reason=f"no pictures of FER+ at {REAL}; set ESR_FERPLUS")
def test_the_real_archive_has_a_picture_of_every_label():
    source = ferplus_source(REAL)
    assert len(source.samples) == 35_710
    assert {sample.file for sample in source.samples} <= source.picture.archive.names
