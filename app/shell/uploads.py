"""Uploaded photographs: verified, kept by their content's hash, bounded in size, gone after a day.

They are stored as bytes under names of our own making; nothing is ever unpickled and no name of the user's is used.
"""

import hashlib
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from diskcache import Cache, JSONDisk, Timeout

from app.shell import settings
from esr_core.data.photographs import read_photograph
from esr_core.errors import PhotoError

EXPIRE_S = 24 * 3600
SIZE_LIMIT_BYTES = 1_000_000_000
VALUES = "[0-9a-f]*/[0-9a-f]*/*.val"  # where diskcache has big ones
UPLOAD_ID = re.compile(r"upload-[0-9a-f]{64}")


def keep(content: bytes, name: str) -> str:
    """Store a photograph and return its id.

    Raises:
        PhotoError: if it is no usable photograph, where the message calls it by the user's name for it, or uploads
            cannot be stored.
    """
    read_photograph(content, name)
    face_id = f"upload-{hashlib.sha256(content).hexdigest()}"
    with _cache() as cache:
        cache.set(face_id, content.hex(), expire=EXPIRE_S)
    return face_id


def content(face_id: str) -> bytes:
    """The file that was uploaded.

    Raises:
        PhotoError: if there is none under this id, or no more.
    """
    stored = None
    if UPLOAD_ID.fullmatch(face_id):
        with _cache() as cache:
            stored = cache.get(face_id)
    if stored is None:
        raise PhotoError("this upload is no longer kept: uploads are removed after a day; please upload it again")
    return bytes.fromhex(stored)


def forget_old() -> None:
    """Remove photographs that are a day old, among them files that a killed process left without a row.

    Raises:
        PhotoError: if uploads cannot be changed.
    """
    if not os.path.exists(root := settings.uploads_root()):  # noqa: PTH110 - Path's own raises where it may not look
        return
    with _cache() as cache:
        cache.expire()
        for path in root.glob(VALUES):
            if time.time() - path.stat().st_mtime > EXPIRE_S:
                path.unlink()


@contextmanager
def _cache() -> Iterator[Cache]:
    """JSONDisk: JSON alone goes in and out (diskcache's default would pickle)."""
    root = settings.uploads_root()
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with closing(Cache(str(root), disk=JSONDisk, size_limit=SIZE_LIMIT_BYTES)) as cache:
            yield cache
    except OSError as error:
        raise PhotoError(f"uploads cannot be stored in {root}: {error.strerror}; {settings.UPLOADS_WAY_OUT}") from None
    except (sqlite3.Error, Timeout) as error:
        raise PhotoError(f"uploads cannot be stored in {root}: {error}; {settings.UPLOADS_WAY_OUT}") from None
