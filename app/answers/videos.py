"""Uploaded videos: their frames, and what stored networks say of their faces, read bit by bit and shared."""

import copy
import threading
from collections.abc import Iterator, Sequence

import numpy as np
import streamlit as st

from app.answers.networks import Weights, network_of, weights_of
from app.shell import video_uploads
from esr_core.data.faces import crop_face
from esr_core.records import FaceBox
from esr_core.video import Sampling, Video, VideoInfo, VideoPart, read_video, whole


class VideoReader:
    """A video that is being read: whichever session looks at it reads on, and finds what others have read."""

    def __init__(self, parts: Iterator[VideoPart]) -> None:
        self._parts = parts
        self._lock = threading.Lock()
        self._read: list[VideoPart] = []

    def advance(self) -> bool:
        """Read the next part; False where there is none.

        Raises:
            VideoError: if the video cannot be read.
        """
        with self._lock:
            part = next(self._parts, None)
            if part is not None:
                self._read.append(part)
            return part is not None

    def so_far(self) -> VideoPart | None:
        """All that is read; None before the first part."""
        with self._lock:
            if len(self._read) > 1:
                self._read = [whole(self._read)]
            return self._read[0] if self._read else None

    def close(self) -> None:
        """Let go of the file and of the networks."""
        with self._lock:
            self._parts = iter(())


def video_reader(video_id: str, run_ids: Sequence[str], sampling: Sampling, detector: str) -> VideoReader:
    """The reader of an uploaded video for the best weights of these runs, in their order.

    Raises:
        VideoError: if the video is no longer kept.
        DamagedRunError: if a checkpoint is missing or altered.
        ConfigError: if the detector is not known or not installed.
    """
    path = video_uploads.path_of(video_id)
    return _reader(str(path), tuple(weights_of(run_id, "best") for run_id in run_ids), sampling, detector)


@st.cache_data(max_entries=64, show_spinner=False)
def video_info(video_id: str) -> VideoInfo:
    """What the header of an uploaded video says.

    Raises:
        VideoError: if the video is no longer kept.
    """
    with Video(video_uploads.path_of(video_id)) as video:
        return video.info


@st.cache_data(max_entries=4, show_spinner=False)  # one of 4K has 25 MB
def video_frame(video_id: str, time_s: float) -> np.ndarray:
    """A frame of an uploaded video, uint8 RGB (H, W, 3).

    Raises:
        VideoError: if the video is no longer kept, or has no frame at this time.
    """
    with Video(video_uploads.path_of(video_id)) as video:
        return video.frame_at(time_s).picture


@st.cache_data(max_entries=256, show_spinner=False)
def video_crop(video_id: str, time_s: float, box: FaceBox) -> np.ndarray:
    """A face cut out of a frame, uint8 RGB (96, 96, 3), as it was when the video was read."""
    return crop_face(video_frame(video_id, time_s), box)


@st.cache_resource(max_entries=8, show_spinner=False, on_release=VideoReader.close)
def _reader(path: str, weights: tuple[Weights, ...], sampling: Sampling, detector: str) -> VideoReader:
    networks = [copy.deepcopy(network_of(each)) for each in weights]  # so that others may compute at the same time
    return VideoReader(read_video(path, networks, sampling, detector))
