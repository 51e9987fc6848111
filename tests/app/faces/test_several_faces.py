"""Several photographs and several faces at once on page Faces."""

from dataclasses import replace

import numpy as np
import pytest

from app import answers
from app.faces.several.face_set import MOST_FACES
from app.faces.several.face_set import _faces as faces_in
from app.shell import kept_uploads, uploads
from esr_core.charts.face_answers import FaceAnswers
from esr_core.data.builtin import builtin_source, sample_face, sample_portrait
from esr_core.data.preparation import prepare
from esr_core.emotions import EMOTIONS
from esr_core.records import FaceBox
from tests.app.conftest import charts, html, open_page, sentences, store_run
from tests.picture_files import encoded


def jpeg(picture: np.ndarray) -> bytes:
    return encoded(picture, "JPEG", quality=95)


def open_several(**address):
    app = open_page("faces", **address)
    return app.segmented_control(key="look").set_value("Several faces").run()


def test_every_face_of_every_photograph_has_a_row_with_a_map_of_each_branch(store):
    store_run(store, "esr", branches=2)
    app = open_several(runs="esr")
    pair = np.hstack([sample_portrait(0).photograph, sample_portrait(1).photograph])
    photographs = [("pair.jpg", jpeg(pair), ""), ("one.jpg", jpeg(sample_portrait(2).photograph), "")]
    photographs += [("wall.jpg", jpeg(np.full((200, 200, 3), 90, np.uint8)), ""), ("notes.jpg", b"none", "")]
    app.file_uploader(key="several").set_value(photographs).run()
    assert not app.exception
    assert html(app).count('data-testid="face-row"') == 3
    assert all(f"{name}<" in html(app) for name in ("pair.jpg, face 1", "pair.jpg, face 2", "one.jpg"))
    assert html(app).count("<img") == 3 * 4  # the face, two branches and the ensemble
    assert "No face was found in wall.jpg." in sentences(app)
    assert "notes.jpg is not a picture" in sentences(app)
    (chart,) = charts(app)
    assert chart["layout"]["yaxis"]["ticktext"] == ["pair.jpg, face 1", "pair.jpg, face 2", "one.jpg"]
    assert chart["layout"]["xaxis"]["ticktext"] == ["branch 1", "branch 2", "ensemble"]


def test_drawn_faces_stand_in_and_one_run_at_a_time_is_drawn(store):
    store_run(store, "esr", branches=2)
    store_run(store, "single", branches=1)
    store_run(store, "twin", branches=1)
    app = open_several(runs="esr,single,twin")
    next(button for button in app.button if button.label == "Use drawn faces").click().run()
    assert html(app).count('data-testid="face-row"') == 8
    runs = next(group for group in app.segmented_control if group.label == "Run")
    assert len(set(runs.options)) == 3, "of two that look the same only the last could be chosen"
    runs.set_value("single").run()
    assert not app.exception
    assert html(app).count("<img") == 8 * 2  # the face and the only branch


def test_answers_of_faces_by_hand():
    logits = np.log([[[0.75, 0.25], [0.2, 0.8]], [[0.1, 0.9], [0.3, 0.7]]])  # of two faces and two branches
    answers = FaceAnswers(["a", "b"], ("neutral", "happiness"), logits)
    np.testing.assert_array_equal(answers.classes, [[0, 1, 1], [1, 1, 1]])  # a tie goes to the mean, 0.525
    np.testing.assert_allclose(answers.shares, [[0.75, 0.8, 0.525], [0.9, 0.7, 0.8]])
    assert answers.table()["ensemble"].tolist() == ["happiness", "happiness"]
    single = FaceAnswers(["a"], ("neutral", "happiness"), logits[:1, :1])
    assert list(single.table().columns) == ["face", "branch 1", "branch 1 probability"]


@pytest.mark.parametrize("page", ["Photograph", "Several faces"])
def test_a_hundred_uploads_are_limited_and_each_is_read_once(store, monkeypatch, page):
    store_run(store, "esr", branches=1)
    monkeypatch.setattr(kept_uploads, "MOST", 4)
    monkeypatch.setattr("app.faces.several.face_set.MOST_FACES", 3)
    keep, read = uploads.keep, []
    monkeypatch.setattr(uploads, "keep", lambda content, name: read.append(name) or keep(content, name))
    app = open_page("faces", runs="esr")
    app.segmented_control(key="look").set_value(page).run()
    faces = [jpeg(np.roll(sample_face(0), shift, axis=1)) for shift in range(5)]
    photographs = [(f"{number}.jpg", faces[number % 5], "") for number in range(100)]
    app.file_uploader[0].set_value(photographs).run()
    app.run()
    assert not app.exception
    assert "Of 100 photographs the first 4 are taken." in sentences(app)
    assert read == ["0.jpg", "1.jpg", "2.jpg", "3.jpg"]
    assert html(app).count('data-testid="face-row"') == (3 if page == "Several faces" else 0)
    assert ("The first 3 faces are shown, of 3 of 4 photographs." in sentences(app)) == (page == "Several faces")


def test_of_a_photograph_with_more_faces_than_are_shown_it_is_said(store, monkeypatch):
    said: list[str] = []
    monkeypatch.setattr("app.faces.several.face_set.st.info", said.append)
    monkeypatch.setattr("app.faces.several.face_set.DRAWN", {})
    monkeypatch.setattr("app.answers.faces", lambda _, __: [FaceBox(n, 0, 99, 99) for n in range(MOST_FACES + 1)])
    assert len(faces_in({"sample-0": "crowd.jpg"})) == MOST_FACES
    assert said == [f"The first {MOST_FACES} faces are shown, of 1 of 1 photographs."]


def test_real_faces_are_offered_from_a_prepared_set_of_real_people_alone(store, prepared_faces, monkeypatch, tmp_path):
    store_run(store, "esr")
    monkeypatch.setenv("ESR_PREPARED", str(prepared_faces))  # drawn faces
    assert answers.real_faces() == {}
    drawn = builtin_source(2, 7, difficulty="easy")
    prepare(replace(drawn, name="folder", title="My people"), tmp_path / "esr_prepared" / "mine")
    monkeypatch.setenv("ESR_PREPARED", str(tmp_path / "esr_prepared"))
    real = answers.real_faces()
    assert list(real.values()) == list(EMOTIONS)
    happy = next(face_id for face_id, name in real.items() if name == "happiness")
    app = open_page("faces", runs="esr", face=happy)
    assert not app.exception
    picture = answers.prepared_set("mine").images[int(happy.rpartition("-")[2])]
    np.testing.assert_array_equal(answers.crop(happy, answers.faces(happy)[0]), picture)
    assert "pictures 0-55, got 999" in sentences(open_page("faces", runs="esr", face="set-mine-999"))
    assert "there is no prepared set 'gone'" in sentences(open_page("faces", runs="esr", face="set-gone-1"))
    app = open_several(runs="esr")
    next(button for button in app.button if button.label == "Use faces of a prepared set").click().run()
    assert html(app).count('data-testid="face-row"') == 8
