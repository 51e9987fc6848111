"""Videos of drawn faces, written by OpenCV."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from esr_core.data.builtin import draw_face, numbered_person, prototype_units

RATE_HZ = 10
SIZE = (256, 160)  # width and height
FACE_PX = 128
CODECS = {".mp4": "mp4v", ".mov": "mp4v", ".webm": "VP80", ".avi": "MJPG"}


def write_video(path: Path, frames: Iterable[np.ndarray], rate_hz: float = RATE_HZ) -> Path:
    """Write frames, uint8 RGB (H, W, 3) of one size, in the format of the path's ending."""
    writer = None
    for frame in frames:
        size = (frame.shape[1], frame.shape[0])
        writer = writer or cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*CODECS[path.suffix]), rate_hz, size)
        writer.write(frame[..., ::-1])
    writer.release()
    return path


@cache
def face(person: int = 1, emotion: str = "happiness", intensity: float = 1.0) -> np.ndarray:
    """A drawn face, uint8 RGB (128, 128, 3)."""
    drawn = draw_face(numbered_person(person, 0), prototype_units(emotion, intensity))
    return cv2.resize(drawn.photograph, (FACE_PX, FACE_PX), interpolation=cv2.INTER_AREA)


def scene(*faces: tuple[np.ndarray, int, int]) -> np.ndarray:
    """A frame with faces whose top left corners are given, uint8 RGB (160, 256, 3)."""
    frame = np.full((SIZE[1], SIZE[0], 3), 90, dtype=np.uint8)
    for picture, x, y in faces:
        frame[y : y + FACE_PX, x : x + FACE_PX] = picture
    return frame


def smile(num_frames: int, step_px: int = 2) -> list[np.ndarray]:
    """A face that moves to the right while it begins to smile."""
    return [scene((face(intensity=k / max(num_frames - 1, 1)), 10 + step_px * k, 16)) for k in range(num_frames)]


def with_times(path: Path, durations: list[int]) -> Path:
    """An MP4 file of these frames whose times vary: each frame lasts so many units of its time scale.

    The only entry of the table of durations, at the end of the file, is replaced by one for each frame, and the atoms
    around it become longer by as much.
    """
    content = bytearray(path.read_bytes())
    place = content.rindex(b"stts") - 4
    entries = b"".join((1).to_bytes(4) + units.to_bytes(4) for units in durations)
    table = (16 + len(entries)).to_bytes(4) + b"stts\0\0\0\0" + len(durations).to_bytes(4) + entries
    longer = len(table) - int.from_bytes(content[place : place + 4])
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl"):
        atom = content.rindex(name, 0, place) - 4
        content[atom : atom + 4] = (int.from_bytes(content[atom : atom + 4]) + longer).to_bytes(4)
    content[place : place + len(table) - longer] = table
    path.write_bytes(content)
    return path
