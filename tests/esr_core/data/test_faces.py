import importlib.util

import cv2
import numpy as np
import pytest

from esr_core.data import faces
from esr_core.data.detectors import find_face
from esr_core.data.faces import crop_face, detect_faces
from esr_core.data.photographs import read_photograph
from esr_core.errors import NoFaceError
from esr_core.records import FaceBox


def test_real_photographs_have_one_face_in_201_of_204(london_folder):
    counts = [len(detect_faces(read_photograph(path))) for path in sorted(london_folder.glob("*_front/*.jpg"))]
    assert len(counts) == 204
    assert counts.count(1) == 201


def test_the_biggest_face_comes_first_and_boxes_stay_inside(london_folder):
    big = read_photograph(london_folder / "neutral_front" / "001_03.jpg")
    small = big[::2, ::2]
    canvas = np.full((400, 600, 3), 128, dtype=np.uint8)
    canvas[100:280, 10:190] = small
    canvas[20:380, 220:580] = big
    faces = detect_faces(canvas)
    assert len(faces) == 2
    assert faces[0].width > faces[1].width
    assert faces[0].x > 200 > faces[1].x


def test_a_large_photograph_gives_the_box_of_the_reduced_one(london_folder):
    photograph = read_photograph(london_folder / "neutral_front" / "001_03.jpg")
    large = photograph.repeat(8, axis=0).repeat(8, axis=1)  # 2880 px
    (found,) = detect_faces(large)
    (expected,) = detect_faces(photograph)
    np.testing.assert_allclose(
        [found.x, found.y, found.width], np.multiply([expected.x, expected.y, expected.width], 8), atol=80
    )


def test_a_picture_without_a_face_is_named():
    with pytest.raises(NoFaceError, match=r"wall\.jpg shows no face"):
        find_face(np.full((200, 200, 3), 90, dtype=np.uint8), "wall.jpg")


@pytest.mark.parametrize("shape", [(1, 1, 3), (5, 300, 3), (60, 60, 3), (1, 9000, 3), (9000, 1, 3)])
def test_tiny_pictures_have_no_face_and_break_nothing(shape):
    assert detect_faces(np.zeros(shape, dtype=np.uint8)) == []


def test_crops_are_clamped_to_the_picture():
    photograph = np.zeros((100, 100, 3), dtype=np.uint8)
    photograph[50:, 50:] = 200
    crop = crop_face(photograph, FaceBox(50, 50, 500, 500))  # a pure 200 if nothing outside is mixed in
    assert crop.shape == (96, 96, 3)
    assert (crop == 200).all()


def test_a_box_outside_the_picture_still_gives_a_crop():
    assert crop_face(np.zeros((50, 50, 3), dtype=np.uint8), FaceBox(90, -40, 10, 10)).shape == (96, 96, 3)


def test_the_whole_picture_can_be_taken_and_colours_keep_their_order():
    red = np.zeros((120, 120, 3), dtype=np.uint8)
    red[..., 0] = 255
    assert crop_face(red, None)[0, 0].tolist() == [255, 0, 0]


def test_faces_are_cropped_with_an_opencv_that_has_no_cascades(monkeypatch):
    """As OpenCV 5, which a machine lent for a training may have."""
    monkeypatch.delattr(cv2, "CascadeClassifier")
    spec = importlib.util.spec_from_file_location("faces_without_cascades", faces.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.crop_face(np.zeros((50, 50, 3), dtype=np.uint8), None).shape == (96, 96, 3)
