"""A video of somebody who does not exist, for a first look where there is none of one's own."""

import math

import cv2

from esr_core.data.builtin import FaceChoices, draw_chosen
from esr_core.errors import VideoError
from esr_core.folders import PathLike

RATE_HZ, SECONDS_EACH = 10, 2.0
POSED = ("happiness", "surprise")
CODEC = "mp4v"  # which OpenCV writes without more than it brings along


def write_drawn_clip(path: PathLike, person: int = 1) -> None:
    """Write an MP4 file of four seconds: a drawn face that poses two emotions, one after the other.

    Args:
        path: of the file, which ends in ``.mp4``.
        person: who; a number of ``FaceChoices``.

    Raises:
        VideoError: if the file cannot be written.
        ConfigError: if there is no such person.
    """
    num_frames = round(RATE_HZ * SECONDS_EACH)
    size = draw_chosen(FaceChoices(person)).photograph.shape[0]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*CODEC), RATE_HZ, (size, size))
    if not writer.isOpened():
        raise VideoError(f"{path} cannot be written as a video")
    try:
        for emotion in POSED:
            for k in range(num_frames):
                strength = math.sin(math.pi * k / num_frames)
                choices = FaceChoices.posing(emotion, max(1, round(100 * strength)), person)
                writer.write(cv2.cvtColor(draw_chosen(choices).photograph, cv2.COLOR_RGB2BGR))
    finally:
        writer.release()
