"""A folder with every odd picture that the tests of reading have, beside faces in odd formats and under odd names."""

import os
from pathlib import Path

import numpy as np
from PIL import Image

from esr_core.data.builtin import sample_face
from esr_core.video import write_drawn_clip
from tests.esr_core.data.test_photographs import UNUSABLE
from tests.esr_core.data.test_picture_kinds import MISTAKEN
from tests.esr_core.data.test_pixels import REFUSED_PIXELS

NAMES = ("007", "nan", "NA", "=1+1", ' a, "b"', "line\nbreak", "e\u0301", "caf\udce9", "n" * 200)
MODES = {"RGB": "png", "L": "png", "P": "png", "LA": "png", "RGBA": "webp", "CMYK": "jpg", "1": "tif", "LAB": "tif"}
SIDEWAYS = 6  # of EXIF: to be turned by 90 degrees clockwise


def odd_folder(folder: Path) -> Path:
    """The folder, made; a face is found in those of ``faces`` alone, and of ``video``."""
    for below, write in {"faces": _faces, "refused": _refused, "links": _links, "video": _videos}.items():
        (folder / below).mkdir(parents=True)
        write(folder / below)
    return folder


def _faces(folder: Path) -> None:
    face = Image.fromarray(sample_face(0))
    for name in NAMES:
        face.save(folder / f"{name}.png")
    for mode, ending in MODES.items():
        _in_mode(face, mode).save(folder / f"mode {mode}.{ending}")
    grey = np.asarray(face.convert("L"), dtype=np.uint16)
    Image.fromarray(257 * grey).save(folder / "sixteen bits.png")
    exif = Image.Exif()
    exif[0x0112] = SIDEWAYS
    face.transpose(Image.Transpose.ROTATE_90).save(folder / "sideways.jpg", exif=exif, quality=95)
    face.save(folder / "moves.gif", save_all=True, append_images=[Image.new("RGB", face.size)])
    face.save(folder / "double.jpg", "MPO", save_all=True, append_images=[face], quality=95)
    face.resize((4 * face.width, 4 * face.height)).save(folder / "large.jpg", quality=90)
    face.save(folder / "no ending", "JPEG", quality=95)
    face.save(folder / "jpeg called.png", "JPEG", quality=95)


def _in_mode(face: Image.Image, mode: str) -> Image.Image:
    if mode != "LAB":
        return face.convert(mode)
    without_colour = [Image.new("L", face.size) for _ in range(2)]
    return Image.merge("LAB", [face.convert("L"), *without_colour])


def _refused(folder: Path) -> None:
    for number, (content, _) in enumerate((*UNUSABLE, *MISTAKEN, *REFUSED_PIXELS)):
        (folder / f"{number}.png").write_bytes(content)
    Image.new("RGB", (1, 1)).save(folder / "dot.png")
    Image.new("RGB", (1, 3000)).save(folder / "line.png")
    Image.new("RGB", (300, 300), "grey").save(folder / "wall.png")


def _links(folder: Path) -> None:
    (folder / "gone.png").symlink_to("nowhere.png")
    (folder / "loop.png").symlink_to("loop.png")
    (folder / "folder.png").mkdir()
    os.mkfifo(folder / "pipe.png")


def _videos(folder: Path) -> None:
    write_drawn_clip(folder / "clip.mp4")
    (folder / "torn.mp4").write_bytes((folder / "clip.mp4").read_bytes()[:3000])
