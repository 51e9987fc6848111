"""Which files are pictures: by what they hold, called whatever people, browsers and phones call them."""

import os
from pathlib import Path

import pytest
from PIL import Image, features

from esr_core.data import photographs
from esr_core.data.affectnet import affectnet_source
from esr_core.data.ck_plus import ck_plus_source
from esr_core.data.face_crops import FaceCrops
from esr_core.data.folder import folder_source
from esr_core.data.layout import pictures_in
from esr_core.data.london import london_source
from esr_core.data.photographs import read_photograph
from esr_core.data.picture_kinds import ENDINGS, is_picture
from esr_core.data.preparation import prepare
from esr_core.data.source import Sample
from esr_core.errors import DataError, PhotoError
from esr_core.records import FaceBox
from tests.esr_core.data import miniatures
from tests.picture_files import encoded


def white(kind: str, size: tuple[int, int] = (20, 10), mode: str = "RGB", **options) -> bytes:
    return encoded(Image.new(mode, size, "white"), kind, **options)


def iso_media(*brands: str) -> bytes:
    """The start of a file as HEIC, AVIF and films have it."""
    listed = brands[0].encode() + bytes(4) + "".join(brands).encode()
    return (8 + len(listed)).to_bytes(4) + b"ftyp" + listed + bytes(64)


@pytest.mark.parametrize("name", ["face.jfif", "face.JPG", "photo.jpg_large", "IMG_0001", "face.png", "face.txt"])
def test_content_decides_and_not_the_ending(tmp_path, name):
    (tmp_path / name).write_bytes(white("JPEG"))
    assert is_picture(tmp_path / name)
    assert read_photograph(tmp_path / name).shape == (10, 20, 3)


def test_every_common_ending_lists_a_file():
    assert {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".dib", ".tif", ".tiff", ".gif"} <= ENDINGS
    assert {".pgm", ".ppm", ".avif", ".heic", ".heif"} <= ENDINGS


def test_only_files_that_begin_or_are_called_like_a_picture_are_listed(tmp_path):
    for name in ("b.JPG", "a.heic", "damaged.png"):
        (tmp_path / name).touch()
    (tmp_path / "link.jpg").symlink_to("nowhere.jpg")
    for name in ("001_03.tem", "Thumbs.db", "notes.txt", ".hidden.jpg"):
        (tmp_path / name).write_bytes(b"189\n12 34\n")
    (tmp_path / "folder.jpg").mkdir()
    os.mkfifo(tmp_path / "pipe")
    assert [path.name for path in pictures_in(tmp_path)] == ["a.heic", "b.JPG", "damaged.png", "link.jpg"]


@pytest.mark.parametrize(
    ("content", "depth"),
    [(b"P5 2 1 255\n\0\xff", 8), (b"P2 2 1 1023\n0 1023\n", 10), (b"P5 2 1 65535\n\0\0\xff\xff", 16)],
)
def test_grey_maps_of_older_face_sets_are_read_at_every_depth(content, depth):
    assert read_photograph(content)[0, :, 0].tolist() == [0, 255], depth


def test_of_a_phones_double_picture_the_first_is_taken():
    first, second = Image.new("RGB", (20, 10), "white"), Image.new("RGB", (20, 10), "black")
    assert read_photograph(encoded(first, "MPO", save_all=True, append_images=[second])).min() > 250


@pytest.mark.skipif(not features.check("avif"), reason="this build of Pillow has no decoder of AVIF")
def test_avif_is_read_where_pillow_can():
    assert read_photograph(white("AVIF")).min() > 250
    with pytest.raises(PhotoError, match=r"damaged or cut off|not a picture"):
        read_photograph(iso_media("avif", "mif1"))


MISTAKEN = [
    (iso_media("heic", "mif1"), "is a HEIC photograph, as iPhones take them: save it as JPEG or PNG, or have the"),
    (iso_media("mif1", "heic"), "is a HEIC photograph"),
    (iso_media("hevc", "msf1"), "is a HEIC photograph"),
    (iso_media("crx ", "isom"), "is a raw photograph of a camera: save it as JPEG or PNG"),
    (b"II*\0\x10\0\0\0CR\2\0" + bytes(64), "is a raw photograph of a camera"),
    (iso_media("qt  "), "is a video: save one of its frames as JPEG or PNG"),
    (iso_media("isom", "mp42"), "is a video"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "is a JPEG XL picture: save it as JPEG or PNG"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "is a JPEG 2000 picture"),
    (b"8BPS\0\1", "is a Photoshop document"),
    (b"%PDF-1.7", "is a PDF document"),
    (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "is an SVG drawing or another XML file"),
    (b"\n<!DOCTYPE HTML><title>Not found</title>", "is a web page: download the picture itself"),
    (b"PK\3\4\x14\0", "is a zip archive: unpack it"),
    (b"version https://git-lfs.github.com/spec/v1\n", "is a pointer of Git LFS: fetch the file itself with"),
]


@pytest.mark.parametrize(("content", "sentence"), MISTAKEN)
def test_what_people_take_for_a_picture_is_named_with_the_way_out(content, sentence):
    with pytest.raises(PhotoError, match=rf"^face\.jpg {sentence}"):
        read_photograph(content, "face.jpg")


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(9248, 6936, (4624, 3468)), (16320, 12240, (4080, 3060))],  # 64 and 200 megapixels
)
def test_what_telephones_take_is_decoded_at_reduced_size(width, height, size):
    exif = Image.Exif()
    exif[0x0112] = 6
    photograph = read_photograph(white("JPEG", (width, height), "L", exif=exif, quality=20))
    assert photograph.shape == (*size, 3)  # upright: as high as the file is wide
    assert photograph.min() > 250


@pytest.fixture
def small_limits(monkeypatch):
    for name, value in {
        "WHOLE_PIXELS": 600,
        "REDUCED_PIXELS": 300,
        "MAX_PIXELS": 1000,
        "MAX_JPEG_PIXELS": 2500,
    }.items():
        monkeypatch.setattr(photographs, name, value)


@pytest.mark.usefixtures("small_limits")
def test_larger_photographs_are_reduced_and_the_largest_refused():
    assert read_photograph(white("JPEG", (30, 20))).shape == (20, 30, 3)
    assert read_photograph(white("JPEG", (60, 40))).shape == (10, 15, 3)
    assert read_photograph(white("PNG", (40, 20))).shape == (10, 20, 3)
    for content, limit in (
        (white("JPEG", (60, 50)), "2,500"),
        (white("PNG", (60, 40)), "1,000"),
        (white("JPEG", (60, 40), progressive=True), "1,000"),
    ):
        with pytest.raises(PhotoError, match=f"face is too large: expected at most {limit} pixels, found 60 x"):
            read_photograph(content, "face")


@pytest.mark.usefixtures("small_limits")
def test_a_photograph_with_a_box_by_pixels_is_never_reduced(tmp_path):
    (tmp_path / "large.jpg").write_bytes(white("JPEG", (60, 40)))
    crops = FaceCrops(tmp_path, "given")
    with pytest.raises(PhotoError, match=r"large\.jpg is too large: expected at most 600 pixels, found 60 x 40"):
        crops(Sample("large", "large.jpg", box=FaceBox(10, 10, 20, 20)))


def with_ending(folder: Path, old: str, new: str) -> Path:
    """Pictures written again, as a converter does, with another ending."""
    for path in list(folder.rglob(f"*{old}")):
        Image.open(path).save(path.with_suffix(new))
        path.unlink()
    return folder


@pytest.mark.parametrize("ending", [".png", ".tif", ".PNG", ".JPG"])
def test_london_is_read_with_any_ending_beside_its_landmark_files(tmp_path, ending):
    for name in ("neutral_front/001_03.jpg", "smiling_front/001_08.jpg"):
        miniatures.save_face(tmp_path / name)
        (tmp_path / name).with_suffix(".tem").write_text("189\n")
    source = london_source(with_ending(tmp_path, ".jpg", ending))
    assert [sample.id for sample in source.samples] == ["001_03", "001_08"]
    assert [sample.subject for sample in source.samples] == ["001", "001"]


@pytest.mark.parametrize("ending", [".jpg", ".bmp", ".PNG"])
def test_ck_plus_is_read_with_any_ending(tmp_path, ending):
    source = ck_plus_source(with_ending(miniatures.ck_plus(tmp_path), ".png", ending))
    assert [sample.frame for sample in source.samples if sample.subject == "S005"] == [1, 9, 10, 11]


@pytest.mark.parametrize("ending", [".png", ".JPG"])
def test_affectnets_later_release_is_read_with_any_ending(tmp_path, ending):
    source = affectnet_source(with_ending(miniatures.affectnet_later(tmp_path / "set"), ".jpg", ending))
    card = prepare(source, tmp_path / "prepared")
    assert (card.num_pictures, card.num_rejected) == (6, 0)


def test_a_folder_takes_every_file_and_names_what_is_none(tmp_path):
    for name in ("happy/1.jpg", "neutral/1.png"):
        miniatures.save_face(tmp_path / "faces" / name)
    (tmp_path / "faces/happy/1.jpg").rename(tmp_path / "faces/happy/1.jfif")
    (tmp_path / "faces/happy/2.heic").write_bytes(iso_media("heic"))
    card = prepare(folder_source(tmp_path / "faces"), tmp_path / "set")
    assert card.num_pictures == 2
    (reason,) = card.rejected_reasons
    assert reason.startswith("is a HEIC photograph")


def test_a_picture_of_two_endings_is_no_two_samples(tmp_path):
    for name in ("neutral_front/001_03.jpg", "neutral_front/001_03.png", "smiling_front/001_08.jpg"):
        miniatures.save_face(tmp_path / "london" / name, int(name[:1] == "s"))
    with pytest.raises(DataError, match="has the id 001_03 twice"):
        prepare(london_source(tmp_path / "london"), tmp_path / "set")
