"""Photographs as people have them, put into the upload box of page Faces."""

import io

from PIL import Image

from esr_core.data.builtin import sample_face
from tests.app.conftest import html, open_page, sentences, store_run


def jpeg() -> bytes:
    file = io.BytesIO()
    Image.fromarray(sample_face(0)).save(file, "JPEG")
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
