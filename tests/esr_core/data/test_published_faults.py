"""What published ESR code gets wrong with photographs: each check passes on ours and fails on the fault beside it."""

import cv2
import numpy as np
import pytest
from PIL import Image

from esr_core.data import faces
from esr_core.data.faces import crop_face, detect_faces
from esr_core.data.photographs import read_photograph
from esr_core.records import FaceBox
from tests.picture_files import encoded

RED = (200, 30, 20)


def check_red_comes_first(read) -> None:
    assert tuple(read(encoded(Image.new("RGB", (8, 8), RED)))[0, 0]) == RED


def check_x_runs_along_the_width(crop) -> None:
    photograph = np.zeros((100, 300, 3), dtype=np.uint8)
    photograph[10:60, 200:280] = 255
    assert (crop(photograph, FaceBox(x=200, y=10, width=80, height=50)) == 255).all()


def check_a_box_past_the_edge_is_clamped(crop) -> None:
    photograph = np.zeros((100, 100, 3), dtype=np.uint8)
    photograph[:30, :30] = 255
    assert (crop(photograph, FaceBox(x=-20, y=-20, width=50, height=50)) == 255).all()


def check_the_biggest_face_comes_first(find) -> None:
    assert find(np.zeros((400, 400, 3), dtype=np.uint8)) == FaceBox(100, 100, 200, 200)


def read_as_bgr(content: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)


def crop_with_swapped_axes(photograph: np.ndarray, box: FaceBox) -> np.ndarray:
    return crop_face(photograph, FaceBox(box.y, box.x, box.height, box.width))


def crop_without_clamping(photograph: np.ndarray, box: FaceBox) -> np.ndarray:
    """A negative start counts from the far edge, as slices do."""
    cut = photograph[box.y : box.y + box.height, box.x : box.x + box.width]
    return cut if cut.size else np.zeros((96, 96, 3), dtype=np.uint8)


def first_face(photograph: np.ndarray) -> FaceBox:
    x, y, width, height = faces._cascade().detectMultiScale2(photograph)[0][0]
    return FaceBox(x, y, width, height)


class TwoFaces:
    """A detector that sees a small face before a big one."""

    def detectMultiScale2(self, *_args, **_settings):  # noqa: N802 - OpenCV's name
        return np.array([[10, 10, 60, 60], [100, 100, 200, 200]]), np.array([9, 9])


@pytest.fixture(autouse=True)
def two_faces(monkeypatch):
    monkeypatch.setattr(faces, "_cascade", TwoFaces)


@pytest.mark.parametrize(
    ("check", "ours", "faulty"),
    [
        (check_red_comes_first, read_photograph, read_as_bgr),
        (check_x_runs_along_the_width, crop_face, crop_with_swapped_axes),
        (check_a_box_past_the_edge_is_clamped, crop_face, crop_without_clamping),
        (check_the_biggest_face_comes_first, lambda photograph: detect_faces(photograph)[0], first_face),
    ],
)
def test_ours_is_right_where_the_published_way_is_wrong(check, ours, faulty):
    check(ours)
    with pytest.raises(AssertionError):
        check(faulty)
