"""Videos as people have them: which files are read, and their frames at the times that the file gives them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np

from esr_core.data.picture_kinds import BYTES_ASKED, STARTS, VIDEO, unread_kind
from esr_core.errors import VideoError, cause
from esr_core.folders import PathLike, absolute

READABLE = "MP4, MOV, WebM, MKV or AVI"
QUICKTIME_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")  # first in files older than their brands
MAX_FRAME_PIXELS = 36_000_000  # 8K; a frame needs three bytes for each
SAME_TIME_S = 1e-3  # WebM rounds times to milliseconds
BACK_S = 2.0  # how far before a frame reading begins, doubled where that is not before it


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What a video's header says."""

    width: int  # upright
    height: int
    rate_hz: float  # mean frames a second
    duration_s: float | None  # None where the header has none, as in a recording of a browser


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a video."""

    time_s: float  # from the beginning, as the file gives it
    picture: np.ndarray  # uint8 RGB (H, W, 3), upright


class Video:
    """An opened video; used in ``with``, which closes it.

    Args:
        path: of the file; what it holds decides how it is read, not its ending.
        name: what to call it in errors; by default the path.

    Raises:
        VideoError: if it cannot be read, is no video, is cut off before its first frame or has frames beyond 8K.
    """

    def __init__(self, path: PathLike, name: str | None = None) -> None:
        self.path, self.name = absolute(path), name or str(path)
        _require_video(self.path, self.name)
        # FFmpeg alone: other readers take a name with a number in it for a series of pictures
        self._capture = cv2.VideoCapture(str(self.path), cv2.CAP_FFMPEG)
        self._is_grabbed = self._capture.grab()
        if not self._is_grabbed:
            raise VideoError(f"{self.name} is damaged or cut off, or has no pictures: no frame of it can be decoded")
        self.info = self._read_info()
        if self.info.width * self.info.height > MAX_FRAME_PIXELS:
            size = f"{self.info.width:,} x {self.info.height:,}"
            raise VideoError(f"{self.name} is too large: expected at most {MAX_FRAME_PIXELS:,} pixels, found {size}")

    def __enter__(self) -> "Video":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._capture.release()

    def frames(self, step_s: float = 0.0) -> Iterator[Frame]:
        """Frames from where the video stands.

        Args:
            step_s: mean time between two of them; 0 takes every frame. What is left out is not converted.
        """
        due = -np.inf
        for time_s in self._times():
            if time_s < due - SAME_TIME_S:
                continue
            is_decoded, bgr = self._capture.retrieve()
            if is_decoded:
                yield Frame(time_s, cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
                due = due + step_s if due + step_s > time_s else time_s + step_s

    def frame_at(self, time_s: float) -> Frame:
        """The first frame at this time or after it.

        Raises:
            VideoError: if the video ends before.
        """
        back_s = BACK_S
        while True:
            start_s = max(0.0, time_s - back_s)
            self._capture.set(cv2.CAP_PROP_POS_MSEC, 1000 * start_s)
            self._is_grabbed = self._capture.grab()
            for position, frame in enumerate(self.frames()):
                if position == 0 and frame.time_s > time_s + SAME_TIME_S and start_s > 0:
                    break  # it began at a later key frame
                if frame.time_s >= time_s - SAME_TIME_S:
                    return frame
            else:
                raise VideoError(f"{self.name} has no frame at {time_s:.2f} s or after it")
            back_s *= 2

    def _times(self) -> Iterator[float]:
        """Times of the frames, each grabbed in turn; one without a time comes a mean step after the last."""
        last = -np.inf
        while self._is_grabbed:
            time_s = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            last = time_s if time_s > last else last + 1 / self.info.rate_hz
            yield last
            self._is_grabbed = self._capture.grab()

    def _read_info(self) -> VideoInfo:
        properties = (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FPS, cv2.CAP_PROP_FRAME_COUNT)
        width, height, rate_hz, count = map(self._capture.get, properties)
        rate_hz = rate_hz if rate_hz > 0 else 25.0
        return VideoInfo(int(width), int(height), rate_hz, count / rate_hz if count > 0 else None)


def _require_video(path: Path, name: str) -> None:
    """FFmpeg would also read playlists, which name other files and addresses: what begins like a video is opened."""
    try:
        with path.open("rb") as file:
            start = file.read(BYTES_ASKED)
    except OSError as error:
        raise VideoError(f"{name} cannot be read: {cause(error)}") from None
    if not start:
        raise VideoError(f"{name} is empty: expected a video, found 0 bytes")
    is_quicktime = start[4:8] in QUICKTIME_ATOMS
    riff_kind = start[8:12] if start.startswith(b"RIFF") else None
    if is_quicktime or riff_kind == b"AVI " or unread_kind(start) is VIDEO:
        return
    is_picture = start.startswith(STARTS) and riff_kind in (None, b"WEBP")
    found = "is a picture, not a video" if is_picture else "is not a video"
    raise VideoError(f"{name} {found}: expected {READABLE}")
