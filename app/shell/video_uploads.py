"""Uploaded videos: verified, kept as files by their content's hash, bounded in size, gone after a day."""

import hashlib
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from app.shell import settings
from esr_core.errors import VideoError, cause
from esr_core.folders import by_age
from esr_core.video import Video, write_drawn_clip

MAX_MB = 200  # of one upload; the server takes no more of any file
EXPIRE_S = 24 * 3600
SIZE_LIMIT_BYTES = 2_000_000_000  # of all together
VIDEO_ID = re.compile(r"video-[0-9a-f]{64}")


def keep(file: BinaryIO, name: str) -> str:
    """Store a video and return its id.

    Raises:
        VideoError: if it is no usable video, where the message calls it by the user's name for it, or uploads cannot
            be stored.
    """
    return _keep(lambda path: _copy(file, path), name)


def keep_drawn() -> str:
    """Store a video of a drawn face and return its id.

    Raises:
        VideoError: if uploads cannot be stored.
    """
    return _keep(write_drawn_clip, "the drawn video")


def path_of(video_id: str) -> Path:
    """The file that was uploaded.

    Raises:
        VideoError: if there is none under this id, or no more.
    """
    path = _folder() / video_id.removeprefix("video-")
    if not VIDEO_ID.fullmatch(video_id) or not path.is_file():
        raise VideoError("this video is no longer kept: uploads are removed after a day; please upload it again")
    return path


def _keep(write: Callable[[Path], None], name: str) -> str:
    """Write to a file of its own first, so that a video is whole under its name or not there."""
    folder = _folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=folder) as own:
            path = Path(own) / "video.mp4"  # whatever it is: its content decides
            write(path)
            with Video(path, name):
                pass
            with path.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            path.replace(folder / digest)
        forget_old(newest=folder / digest)
    except OSError as error:
        raise VideoError(f"uploads cannot be stored in {folder}: {cause(error)}; {settings.UPLOADS_WAY_OUT}") from None
    return f"video-{digest}"


def _copy(file: BinaryIO, path: Path) -> None:
    file.seek(0)
    with path.open("wb") as copy:
        shutil.copyfileobj(file, copy)


def forget_old(newest: Path | None = None) -> None:
    """Remove what is a day old, then the oldest until the rest fits; the newest, just uploaded, stays.

    Raises:
        OSError: if the folder cannot be changed.
    """
    if not _folder().is_dir():
        return
    total = 0
    for path, status in by_age(_folder()):
        is_old = time.time() - status.st_mtime > EXPIRE_S
        if path.is_dir():  # of an upload that goes on, or of a process that was killed within one
            if is_old:
                shutil.rmtree(path, ignore_errors=True)
            continue
        total += status.st_size
        if path != newest and (is_old or total > SIZE_LIMIT_BYTES):
            path.unlink(missing_ok=True)


def _folder() -> Path:
    return settings.uploads_root() / "videos"
