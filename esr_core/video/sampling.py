"""Which frames of a video are read: all of a short one, evenly spaced ones of a long one."""

from dataclasses import dataclass

from esr_core.durations import duration
from esr_core.errors import ConfigError
from esr_core.video.video_file import VideoInfo

MAX_FRAMES = 3000  # 100 s at 30 a second


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many frames are read.

    Raises:
        ConfigError: if a value is impossible.
    """

    max_frames: int = MAX_FRAMES  # of a whole video
    max_rate_hz: float | None = None  # frames a second; None reads every frame

    def __post_init__(self) -> None:
        if self.max_frames < 1:
            raise ConfigError(f"max_frames must be at least 1, got {self.max_frames}")
        if self.max_rate_hz is not None and not self.max_rate_hz > 0:
            raise ConfigError(f"max_rate_hz must be above 0, got {self.max_rate_hz}")

    def step_s(self, info: VideoInfo) -> float:
        """Mean time between two frames that are read; 0 reads every frame."""
        wanted_hz = min(info.rate_hz, self.max_rate_hz or info.rate_hz)
        if info.duration_s is not None:
            wanted_hz = min(wanted_hz, self.max_frames / info.duration_s)
        return 0.0 if wanted_hz >= info.rate_hz * (1 - 1e-6) else 1 / wanted_hz

    def sentence(self, info: VideoInfo) -> str:
        """What is read of a video, for its reader."""
        length = "of unknown length" if info.duration_s is None else f"{duration(info.duration_s)} long"
        video = f"{info.width} × {info.height}, {info.rate_hz:.3g} frames a second, {length}"
        step_s = self.step_s(info)
        if step_s:
            return f"{video}: one frame every {step_s:.2g} s is read."
        if info.duration_s is None:
            return f"{video}: every frame is read, {self.max_frames:,} at most."
        return f"{video}: every frame is read."
