"""FER+ in one file: what comes out is what `prepare ferplus` makes, to the fingerprint."""

import zlib

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench.gpu.packed_ferplus import JSON, pack, packed_source, unpack
from esr_core.data.ferplus import ferplus_source
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet
from esr_core.errors import DataError
from tests.esr_core.data import miniatures


def grey_folders(root):
    """The miniature of FER+ in folders, with grey pictures as the owners'; the last one is the first once more."""
    miniatures.fer_plus_folders(root)
    for number, path in enumerate(sorted(root.rglob("*.png"), key=lambda path: path.name)):
        Image.fromarray(miniatures.grey_face(number % 3)).save(path)
    return root


@pytest.mark.parametrize("layout", [grey_folders, miniatures.fer_plus_csv])
def test_an_unpacked_set_is_the_prepared_one(layout, tmp_path):
    source = ferplus_source(layout(tmp_path / "fer"))
    expected = prepare(source, tmp_path / "prepared")
    pack(source, tmp_path / "fer.npz")
    assert unpack(tmp_path / "fer.npz", tmp_path / "unpacked") == expected
    opened, direct = (PreparedSet.open(tmp_path / name) for name in ("unpacked", "prepared"))
    np.testing.assert_array_equal(opened.images, direct.images)
    pd.testing.assert_frame_equal(opened.labels, direct.labels)
    assert len(np.unique(opened.images.reshape(4, -1), axis=0)) > 1, "pictures that are all alike compare nothing"


def test_a_box_that_leaves_part_of_a_picture_out_is_kept(tmp_path):
    labels = grey_folders(tmp_path / "fer") / "FER2013Train" / "label.csv"
    labels.write_text(labels.read_text().replace("(0, 0, 48, 48)", "(4, 6, 40, 42)"))
    source = ferplus_source(tmp_path / "fer")
    pack(source, tmp_path / "fer.npz")
    packed = packed_source(tmp_path / "fer.npz")
    for sample in source.samples:
        np.testing.assert_array_equal(packed.picture(sample), source.picture(sample))


def test_pictures_that_are_alike_are_stored_once_and_nothing_is_pickled(tmp_path):
    pack(ferplus_source(grey_folders(tmp_path / "fer")), tmp_path / "fer.npz")
    with np.load(tmp_path / "fer.npz", allow_pickle=False) as arrays:
        assert arrays["numbers"][0] == arrays["numbers"][3]
        assert len(zlib.decompress(arrays["differences"].tobytes())) == 3 * 48 * 48


def test_smooth_pictures_take_less_room_than_their_pixels(tmp_path):
    pack(ferplus_source(grey_folders(tmp_path / "fer")), tmp_path / "fer.npz")
    with np.load(tmp_path / "fer.npz", allow_pickle=False) as arrays:
        assert len(arrays["differences"]) < 0.8 * 3 * 48 * 48


@pytest.mark.parametrize("picture", [np.zeros((48, 47), np.uint8), np.eye(48, dtype=np.uint8)[..., None] * [255, 0, 0]])
def test_a_picture_of_another_kind_is_named(picture, tmp_path):
    root = grey_folders(tmp_path / "fer")
    Image.fromarray(picture.astype(np.uint8)).save(root / "FER2013Valid" / "fer0000003.png")
    with pytest.raises(DataError, match=r"FER2013Valid/fer0000003\.png must be grey and 48x48 to be packed, found"):
        pack(ferplus_source(root), tmp_path / "fer.npz")
    assert not (tmp_path / "fer.npz").exists()


def test_a_file_that_was_cut_off_or_is_another_one_is_refused(tmp_path):
    pack(ferplus_source(grey_folders(tmp_path / "fer")), tmp_path / "fer.npz")
    whole = (tmp_path / "fer.npz").read_bytes()
    with np.load(tmp_path / "fer.npz") as arrays:
        stored = dict(arrays)
    described = JSON.dump_json(packed_source(tmp_path / "fer.npz"))[:-20] + b"}"
    np.savez(tmp_path / "other.npz", pictures=np.zeros(3))
    np.savez(tmp_path / "fewer.npz", **stored | {"numbers": stored["numbers"][:2]})
    np.savez(tmp_path / "torn.npz", **stored | {"description": np.frombuffer(zlib.compress(described), np.uint8)})
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    for name in ("other", "fewer", "torn", "cut", "missing"):
        with pytest.raises(DataError, match=rf"{name}\.npz must be a packed FER\+, found"):
            unpack(tmp_path / f"{name}.npz", tmp_path / "prepared")
    assert not (tmp_path / "prepared").exists()
