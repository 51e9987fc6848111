import gc
import os

import numpy as np
import psutil
import pytest

from esr_core.data.picture_file import PictureFile
from esr_core.errors import DataError


@pytest.fixture
def stored(tmp_path):
    """A file of seven small pictures, and what is in it."""
    images = np.random.default_rng(0).integers(0, 256, (7, 4, 5, 3), dtype=np.uint8)
    np.save(tmp_path / "images.npy", images)
    return tmp_path / "images.npy", images


def test_pictures_come_in_the_order_asked_for_as_from_the_array(stored):
    path, images = stored
    pictures = PictureFile(path)
    assert (len(pictures), pictures.shape, pictures.dtype) == (7, (7, 4, 5, 3), np.uint8)
    for indices in ([6, 0, 6, 3], [2], []):
        np.testing.assert_array_equal(pictures[np.array(indices, dtype=np.int64)], images[indices])


@pytest.mark.parametrize("indices", [[0, 7], [-1]])
def test_an_index_outside_is_refused(stored, indices):
    with pytest.raises(IndexError, match=r"indices must be 0-6, got"):
        PictureFile(stored[0])[np.array(indices)]


def test_reading_goes_on_when_the_file_is_replaced(stored):
    """A set prepared again under the same name must not mix into a training on the old one."""
    path, images = stored
    pictures = PictureFile(path)
    np.save(path.with_name("new.npy"), np.zeros_like(images))
    path.with_name("new.npy").replace(path)
    np.testing.assert_array_equal(pictures[np.array([1])], images[[1]])


def test_a_file_that_became_shorter_is_named(stored):
    path, images = stored
    pictures = PictureFile(path)
    os.truncate(path, path.stat().st_size - images[0].nbytes)
    np.testing.assert_array_equal(pictures[np.array([5])], images[[5]])
    with pytest.raises(DataError, match=r"images.npy ends before picture 6 of 7; prepare the set again"):
        pictures[np.array([6])]


def test_what_holds_no_pictures_in_a_row_is_refused(tmp_path):
    np.save(tmp_path / "images.npy", np.zeros((3, 4, 4, 3), dtype=np.uint8, order="F"))
    with pytest.raises(DataError, match="Fortran order"):
        PictureFile(tmp_path / "images.npy")
    (tmp_path / "images.npy").write_bytes(b"no array")
    with pytest.raises(DataError, match=r"images.npy cannot be read as pictures"):
        PictureFile(tmp_path / "images.npy")


def test_the_file_is_closed_with_its_last_user(stored):
    def is_open() -> bool:  # other files of the process come and go
        return str(stored[0].resolve()) in {file.path for file in psutil.Process().open_files()}

    pictures = PictureFile(stored[0])
    assert is_open()
    del pictures
    gc.collect()
    assert not is_open()


def test_reading_everything_leaves_nothing_of_it_in_memory(tmp_path):
    stored_bytes = 80_000_000
    np.save(tmp_path / "images.npy", np.ones((800, stored_bytes // 800), dtype=np.uint8))
    pictures, process = PictureFile(tmp_path / "images.npy"), psutil.Process()
    before = process.memory_full_info().uss
    for batch in np.arange(800).reshape(-1, 8):
        assert pictures[batch].all()
    assert process.memory_full_info().uss - before < stored_bytes / 4
