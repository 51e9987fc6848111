"""What ensembles say of the faces of a video, part by part, so that a long one needs little memory and can be left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from esr_core.architectures import PICTURE_SIZE_PX
from esr_core.data.detectors import RECOMMENDED_DETECTOR
from esr_core.data.faces import crop_face
from esr_core.data.network_input import to_images
from esr_core.errors import MetricError
from esr_core.folders import PathLike
from esr_core.networks import ESR, borrowed
from esr_core.records import FaceBox
from esr_core.video.following import FaceFollower
from esr_core.video.sampling import Sampling
from esr_core.video.video_file import Frame, Video, VideoInfo

BATCH = 32  # frames whose faces are asked about at once
DECODED = 128  # frames after which whoever waits sees how far it is, and may leave, though few of them were read
ROUNDED_S = 0.5  # by which a header's length may differ from the last frame's time


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What the N branches of one ensemble say of M faces."""

    logits: np.ndarray  # (M, N, C)
    affect: np.ndarray | None = None  # valence and arousal (M, N, 2); None without an affect head


@dataclass(frozen=True, slots=True, eq=False)
class VideoPart:
    """T frames of a video one after the other, and M faces in them; the whole is one as well."""

    times_s: np.ndarray  # of the frames (T,)
    frames: np.ndarray  # of each face, its frame's position among ``times_s`` (M,)
    numbers: np.ndarray  # of each face, under which it is followed, from 1 (M,)
    boxes: tuple[FaceBox, ...]  # of each face
    answers: tuple[Answers, ...]  # of each ensemble
    share: float  # of the video that is read with this part, in [0, 1]


@dataclass(slots=True)
class _Batch:
    """Frames and faces that have been read and not been asked about."""

    times_s: list[float] = field(default_factory=list)
    frames: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    boxes: list[FaceBox] = field(default_factory=list)
    crops: list[np.ndarray] = field(default_factory=list)  # uint8 RGB (96, 96, 3)

    def add(self, frame: Frame, faces: Sequence[tuple[int, FaceBox]]) -> None:
        for number, box in faces:
            self.frames.append(len(self.times_s))
            self.numbers.append(number)
            self.boxes.append(box)
            self.crops.append(crop_face(frame.picture, box))
        self.times_s.append(frame.time_s)

    def part(self, networks: Sequence[ESR], share: float) -> VideoPart:
        """The answers of the networks; the crops, which are the most of it, are let go."""
        size = PICTURE_SIZE_PX
        crops = np.stack(self.crops) if self.crops else np.zeros((0, size, size, 3), dtype=np.uint8)
        answers = tuple(answers_of(network, crops) for network in networks)
        frames, numbers = (np.array(values, dtype=np.int64) for values in (self.frames, self.numbers))
        return VideoPart(np.array(self.times_s), frames, numbers, tuple(self.boxes), answers, share)


def read_video(
    path: PathLike,
    networks: Sequence[ESR],
    sampling: Sampling | None = None,
    detector: str = RECOMMENDED_DETECTOR,
    name: str | None = None,
) -> Iterator[VideoPart]:
    """Follow the faces of a video and ask ensembles about each of them in each frame.

    Args:
        path: of the file.
        networks: in any mode; used in eval mode and given back as they were.
        sampling: which frames are read; by default all of a short video.
        detector: name of a record in ``DETECTORS``.
        name: what to call the video in errors; by default its path.

    Yields:
        Parts of 32 frames or, where many are left out between two that are read, of fewer, in order; ``whole`` makes
        one of them. Leaving early closes the file.

    Raises:
        VideoError: if it is no video, damaged, or too large.
        ConfigError: if the detector is not known or not installed.
    """
    sampling, follower = sampling or Sampling(), FaceFollower(detector)
    with Video(path, name) as video:
        step_s, num_read, length_s = sampling.step_s(video.info), 0, video.info.duration_s
        frames = islice(video.frames(step_s), sampling.max_frames)
        size = min(BATCH, max(1, round(DECODED / max(1.0, step_s * video.info.rate_hz))))
        while batch := _next_batch(frames, follower, size):
            num_read += len(batch.times_s)
            share = num_read / sampling.max_frames if length_s is None else batch.times_s[-1] / length_s
            yield batch.part(networks, min(1.0, share))


def whole(parts: Sequence[VideoPart]) -> VideoPart:
    """Parts of one video, in order and at least one, as one.

    Raises:
        MetricError: if there is none.
    """
    if not parts:
        raise MetricError("parts must hold at least one part of a video, got none")
    starts = np.cumsum([0, *(len(part.times_s) for part in parts[:-1])])
    return VideoPart(
        np.concatenate([part.times_s for part in parts]),
        np.concatenate([start + part.frames for start, part in zip(starts, parts, strict=True)]),
        np.concatenate([part.numbers for part in parts]),
        tuple(box for part in parts for box in part.boxes),
        tuple(map(_joined, zip(*(part.answers for part in parts), strict=True))),
        parts[-1].share,
    )


def missing_end(part: VideoPart, info: VideoInfo, sampling: Sampling) -> str | None:
    """A sentence where a video that was read to its end is shorter than its header says; else None."""
    if info.duration_s is None or len(part.times_s) >= sampling.max_frames:
        return None
    if not sampling.step_s(info) and len(part.times_s) >= round(info.duration_s * info.rate_hz):
        return None  # every frame, the last of which may last long
    step_s = float(np.diff(part.times_s).mean()) if len(part.times_s) > 1 else 0.0
    end_s = float(part.times_s[-1])
    if end_s >= info.duration_s - max(ROUNDED_S, 3 * step_s):
        return None
    return (
        f"The file is cut off or damaged: {end_s:.1f} of the {info.duration_s:.1f} s that its header names can be read."
    )


def _joined(answers: Sequence[Answers]) -> Answers:
    affect = [each.affect for each in answers if each.affect is not None]
    return Answers(np.concatenate([each.logits for each in answers]), np.concatenate(affect) if affect else None)


def _next_batch(frames: Iterator[Frame], follower: FaceFollower, size: int) -> _Batch | None:
    batch = _Batch()
    for frame in islice(frames, size):
        batch.add(frame, follower.follow(frame.time_s, frame.picture))
    return batch if batch.times_s else None


def answers_of(network: ESR, crops: np.ndarray) -> Answers:
    """What an ensemble says of M faces, uint8 RGB (M, 96, 96, 3), so many at a time."""
    device, batches = next(network.parameters()).device, []
    with borrowed(network), torch.inference_mode():
        for start in range(0, max(len(crops), 1), BATCH):
            images = to_images(crops[start : start + BATCH], network.config.architecture).to(device)
            batches.append(_ask(network, images))
    return _joined(batches)


def _ask(network: ESR, images: Tensor) -> Answers:
    logits = network(images)  # (B, N, C)
    if not network.config.affect_head:
        return Answers(logits.numpy(force=True))
    affect = torch.stack([branch.affect(logits[:, n]) for n, branch in enumerate(network.each_branch())], dim=1)
    return Answers(logits.numpy(force=True), affect.numpy(force=True))
