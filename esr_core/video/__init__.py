"""Videos: their faces followed over time, and what ensembles say of each in every frame."""

from esr_core.video.drawn_clip import write_drawn_clip
from esr_core.video.reading import Answers, VideoPart, answers_of, missing_end, read_video, whole
from esr_core.video.sampling import Sampling
from esr_core.video.tables import face_table, published_table
from esr_core.video.timeline import Timeline, frames_of_faces, timeline
from esr_core.video.video_file import READABLE, Frame, Video, VideoInfo

__all__ = [
    "READABLE",
    "Answers",
    "Frame",
    "Sampling",
    "Timeline",
    "Video",
    "VideoInfo",
    "VideoPart",
    "answers_of",
    "face_table",
    "frames_of_faces",
    "missing_end",
    "published_table",
    "read_video",
    "timeline",
    "whole",
    "write_drawn_clip",
]
