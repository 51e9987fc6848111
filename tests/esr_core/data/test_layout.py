"""What every adapter says of a folder that is not what it should be."""

from collections.abc import Callable
from pathlib import Path

import pytest

from esr_core.data.affectnet import affectnet_source
from esr_core.data.ck_plus import ck_plus_source
from esr_core.data.ferplus import ferplus_source
from esr_core.data.folder import folder_source
from esr_core.data.london import london_source
from esr_core.data.photographs import read_photograph_in
from esr_core.errors import DataError, PhotoError
from tests.esr_core.data import miniatures

ADAPTERS = (ck_plus_source, ferplus_source, affectnet_source, london_source, folder_source)


def london(root: Path) -> Path:
    miniatures.save_face(root / "neutral_front" / "001_03.jpg")
    miniatures.save_face(root / "smiling_front" / "001_08.jpg", 1)
    return root


LINKED = (
    (miniatures.ck_plus, ck_plus_source, "cohn-kanade-images"),
    (miniatures.ck_plus, ck_plus_source, "Emotion"),
    (miniatures.ck_plus, ck_plus_source, "FACS"),
    (miniatures.fer_plus_csv, ferplus_source, "fer2013.csv"),
    (miniatures.fer_plus_csv, ferplus_source, "fer2013new.csv"),
    (miniatures.fer_plus_folders, ferplus_source, "FER2013Valid"),
    (miniatures.affectnet_first, affectnet_source, "Manually_validation.csv"),
    (miniatures.affectnet_first, affectnet_source, "Manually_Annotated_Images"),
    (miniatures.affectnet_later, affectnet_source, "val_set/annotations"),
    (london, london_source, "smiling_front"),
)


@pytest.mark.parametrize(("build", "adapter", "name"), LINKED)
def test_a_link_out_of_the_folder_is_refused_and_one_inside_is_not(tmp_path, build, adapter, name):
    root = build(tmp_path / "set")
    number = len(adapter(root).samples)
    (root / name).rename(root / "moved")
    (root / name).symlink_to(root / "moved")
    assert len(adapter(root).samples) == number
    (root / "moved").rename(tmp_path / "outside")
    (root / name).unlink()
    (root / name).symlink_to(tmp_path / "outside")
    with pytest.raises(DataError, match=f"{name}.* leads out of the data set's folder"):
        adapter(root)


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize(
    ("make", "found"), [(None, "found no folder there"), (Path.touch, "found a file, not a folder")]
)
def test_what_is_no_folder_is_called_so(tmp_path, adapter: Callable, make, found):
    if make:
        make(tmp_path / "set")
    with pytest.raises(DataError, match=f"set must .*{found}"):
        adapter(tmp_path / "set")


@pytest.mark.parametrize("adapter", [adapter for adapter in ADAPTERS if adapter is not ferplus_source])
@pytest.mark.parametrize("name", ["set.zip", "set.ZIP", "set.tar.gz"])
def test_an_archive_in_place_of_a_folder_is_to_be_unpacked(tmp_path, adapter: Callable, name):
    (tmp_path / name).touch()
    with pytest.raises(
        DataError, match=f"{name} must .*found an archive, not a folder: unpack it and give the folder$"
    ):
        adapter(tmp_path / name)


@pytest.mark.parametrize(
    ("build", "adapter", "name"),
    [
        (miniatures.ck_plus, ck_plus_source, "cohn-kanade-images"),
        (miniatures.ck_plus, ck_plus_source, "Emotion"),
        (london, folder_source, "."),
    ],
)
def test_a_folder_that_cannot_be_listed_is_named(tmp_path, build, adapter, name, monkeypatch):
    """Root may list any folder, so the operating system's refusal is played."""
    root = build(tmp_path / "set")
    iterdir = Path.iterdir

    def refuse(self: Path):
        if self == root / name:
            raise PermissionError(13, "Permission denied", str(self))
        return iterdir(self)

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(DataError, match=rf"{root / name} cannot be read: Permission denied"):
        adapter(root)


def test_a_file_where_a_folder_should_be_is_named(tmp_path):
    miniatures.ck_plus(tmp_path)
    (tmp_path / "Emotion").rename(tmp_path / "labels")
    (tmp_path / "Emotion").touch()
    with pytest.raises(DataError, match=r"Emotion cannot be read: Not a directory"):
        ck_plus_source(tmp_path)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("loop.png", "loop.png cannot be read: "),
        ("gone.png", "gone.png cannot be read: No such file"),
        ("nul\0.png", "nul\0.png cannot be read: embedded null"),
        ("../secret.png", r"\.\./secret.png leads out of the data set's folder: expected a file inside it"),
        ("/outside.png", "/outside.png leads out of the data set's folder"),
        ("link.png", "link.png leads out of the data set's folder"),
    ],
)
def test_a_picture_that_cannot_be_reached_inside_its_folder_is_named(tmp_path, file, sentence):
    (tmp_path / "set").mkdir()
    (tmp_path / "secret.png").touch()
    for name, target in (("loop.png", "loop.png"), ("gone.png", "nowhere"), ("link.png", "../secret.png")):
        (tmp_path / "set" / name).symlink_to(target)
    with pytest.raises(PhotoError, match=sentence):
        read_photograph_in(tmp_path / "set", file)
