"""Photographs as people have them, put into the upload box of page Faces."""

import hashlib
import io
from functools import partial

import numpy as np
import pytest
from PIL import Image

from app.answers.photographs import DecodedPhotographs
from esr_core.data.builtin import sample_face
from tests.app.conftest import html, open_page, sentences, store_run


def jpeg(person: int = 0) -> bytes:
    file = io.BytesIO()
    Image.fromarray(sample_face(person)).save(file, "JPEG")
    return file.getvalue()


def test_the_upload_box_takes_any_ending_and_lets_the_content_decide(store):
    store_run(store, "esr")
    app = open_page("faces", runs="esr")
    box = app.file_uploader[0]
    assert list(box.proto.type) == []
    box.set_value([("face.jfif", jpeg(), "image/jpeg"), ("photo.jpg_large", jpeg(), "")]).run()
    assert not app.exception
    assert not app.error
    assert 'data-testid="saliency-row"' in html(app)


def test_a_heic_upload_is_named_for_what_it_is_with_the_way_out(store):
    store_run(store, "esr")
    app = open_page("faces", runs="esr")
    heic = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(64)
    app.file_uploader[0].set_value([("IMG_0001.HEIC", heic, "image/heic")]).run()
    assert not app.exception
    assert "is a HEIC photograph, as iPhones take them: save it as JPEG or PNG" in sentences(app)


@pytest.mark.parametrize("page", ["faces", "compare"])
def test_the_photograph_shown_is_always_the_one_chosen_whatever_files_are_called(store, page):
    store_run(store, "esr")
    app = open_page(page, runs="esr", face="sample-0")
    photographs = [jpeg(person) for person in range(3)]
    names = ("face.jpg", "face.jpg", "other.jpg")
    files = [(name, photograph, "image/jpeg") for name, photograph in zip(names, photographs, strict=True)]
    app.file_uploader[0].set_value(files).run()
    ids = [f"upload-{hashlib.sha256(photograph).hexdigest()}" for photograph in photographs]
    box = app.selectbox(key="uploaded_face")
    assert box.options == ["face.jpg", "face.jpg (2)", "other.jpg"]
    app.text_input(key="shown-face").set_value("1 sample-0")  # the browser has the box, but not all of the answer yet
    app.button_group(key="sample_face").set_value(3).run()
    assert app.session_state["face"] == "sample-2"
    for position in (1, 2, 0, 2, 1):
        app.selectbox(key="uploaded_face").select_index(position).run()
        assert app.session_state["face"] == ids[position]
        assert app.selectbox(key="uploaded_face").value == ids[position]
    app.button_group(key="sample_face").set_value(3).run()
    assert app.session_state["face"] == "sample-2"
    assert app.selectbox(key="uploaded_face").value is None
    assert not app.exception


def test_large_photographs_are_kept_decoded_as_far_as_they_fit_the_last_one_always():
    read: list[str] = []

    def picture(name: str, rows: int) -> np.ndarray:
        read.append(name)
        return np.zeros((rows, 10, 3), dtype=np.uint8)

    decoded = DecodedPhotographs(limit_bytes=600)
    for name, rows in (("a", 10), ("b", 10), ("a", 10), ("c", 10)):  # 300 bytes each
        assert not decoded.get(name, partial(picture, name, rows)).flags.writeable
    decoded.get("a", partial(picture, "a", 10))
    decoded.get("b", partial(picture, "b", 10))
    assert read == ["a", "b", "c", "b"]  # b had been looked at least recently when c came
    assert decoded.get("large", partial(picture, "large", 99)) is decoded.get("large", partial(picture, "large", 99))
    assert read[4:] == ["large"]
