"""What killed processes and old uploads left is gone when the server starts anew."""

import hashlib
import logging
import os

import numpy as np
import pytest

from app import answers
from app.answers.networks import disk
from app.shell import uploads, video_uploads
from app.shell.leftovers import remove_leftovers
from esr_core.errors import PhotoError
from tests.killing import killed_at_every_step
from tests.picture_files import encoded

PHOTOGRAPH = encoded(np.random.default_rng(0).integers(0, 256, (160, 160, 3), dtype=np.uint8))  # too big for a row


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # as in tests.esr_core.run_store.test_killed
def test_an_upload_within_which_the_server_is_killed_is_whole_or_not_there(store, tmp_path):
    uploads.keep(encoded(np.zeros((8, 8, 3), np.uint8)), "other.png")  # the database is there
    face_id = f"upload-{hashlib.sha256(PHOTOGRAPH).hexdigest()}"
    moments = killed_at_every_step(lambda: uploads.keep(PHOTOGRAPH, "face.png"))
    seen = [content_or_none(face_id) for _ in moments]
    assert (seen[0], seen[-1]) == (None, PHOTOGRAPH)
    assert set(seen) == {None, PHOTOGRAPH}
    (whole,) = (tmp_path / "esr_uploads").rglob("*.val")
    half, under_way = (whole.with_name(f"{digit * 28}.val") for digit in "ab")
    for path in (half, under_way):  # of a process that was killed just before it gave it a row
        path.write_bytes(b"half")
    os.utime(half, (1.0, 1.0))
    remove_leftovers()
    assert [path.exists() for path in (whole, half, under_way)] == [True, False, True]


def content_or_none(face_id: str) -> bytes | None:
    try:
        return uploads.content(face_id)
    except PhotoError:
        return None


def test_uploads_of_yesterday_are_removed_though_nobody_uploads(store, tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "EXPIRE_S", -1)
    face_id = uploads.keep(PHOTOGRAPH, "face.png")
    video = video_uploads.path_of(video_uploads.keep_drawn())
    os.utime(video, (1.0, 1.0))
    remove_leftovers()
    assert not list((tmp_path / "esr_uploads").rglob("*.val"))
    assert not video.exists()
    with pytest.raises(PhotoError, match="no longer kept"):
        uploads.content(face_id)


def test_values_that_no_key_has_are_removed_after_an_hour(store, tmp_path):
    arrays = {"maps": np.ones(100_000)}
    disk().get("face", lambda: arrays)
    (kept,) = (tmp_path / "esr_cache").rglob("*.val")
    half, under_way = (kept.with_name(f"{digit * 28}.val") for digit in "ab")
    for path in (half, under_way):
        path.write_bytes(b"half")
    for path in (kept, half):
        os.utime(path, (1.0, 1.0))
    answers.remove_leftovers()
    assert [path.exists() for path in (kept, half, under_way)] == [True, False, True]
    disk().close()


def test_a_start_creates_no_folder_of_uploads_and_says_what_cannot_be_removed(store, tmp_path, monkeypatch, caplog):
    remove_leftovers()
    assert not (tmp_path / "esr_uploads").exists()
    (tmp_path / "esr_uploads").mkdir()
    (tmp_path / "esr_uploads" / "cache.db").write_bytes(b"nothing like a database" * 500)
    with caplog.at_level(logging.WARNING):
        remove_leftovers()
    assert "uploads cannot be stored in" in caplog.text
