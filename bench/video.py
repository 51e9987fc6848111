"""How long an ESR-4 takes for the faces of a clip of ten seconds, thirty frames each, and on what.

Usage: python -m bench.video [VIDEO]

Besides the time on the clock it gives the processor's, which a busy machine does not change as much.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch

from bench._timing import processor
from esr_core.data.builtin import draw_face, numbered_person, prototype_units
from esr_core.networks import ESR, for_inference
from esr_core.video import Video, frames_of_faces, read_video, whole

RATE_HZ, NUM_FRAMES, SIZE = 30, 300, (1280, 720)
FACE_PX, SWAY_PX, POSES = 430, 60, 30


def drawn_frames(count: int = NUM_FRAMES) -> Iterator[np.ndarray]:
    """So many frames of a person who sways and smiles before a cloudy wall, BGR."""
    noise = np.random.default_rng(0).integers(0, 255, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
    wall = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 8), np.empty(0), 60, 200, cv2.NORM_MINMAX)
    faces = [
        draw_face(numbered_person(1, 0), prototype_units("happiness", pose / POSES), size_px=FACE_PX).photograph
        for pose in range(POSES)
    ]
    for k in range(count):
        frame, left = wall.copy(), 300 + round(SWAY_PX * np.sin(k / RATE_HZ))
        smile = POSES - 1 - abs(k % (2 * POSES - 1) - (POSES - 1))
        frame[140 : 140 + FACE_PX, left : left + FACE_PX] = faces[smile][..., ::-1]
        yield frame


def write_clip(path: Path, num_frames: int = NUM_FRAMES) -> None:
    """The drawn frames as a file."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), RATE_HZ, SIZE)
    for frame in drawn_frames(num_frames):
        writer.write(frame)
    writer.release()


def measure(path: Path) -> None:
    """Read a video and print what it took; the weights are random, which changes no time."""
    network = for_inference(ESR("lab", 3, 4))
    with Video(path) as video:
        info = video.info
    clock, cpu = time.perf_counter(), time.process_time()
    part = whole(list(read_video(path, [network])))
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    print(f"{processor()}, {torch.get_num_threads()} threads of PyTorch")
    print(f"{info.width} x {info.height}, {len(part.times_s)} frames, {len(part.boxes)} faces in them")
    print(f"faces, by number, in frames: {frames_of_faces(part)}")
    each_ms = 1000 * cpu / len(part.times_s)
    print(f"  {clock:.1f} s on the clock, {cpu:.1f} s of the processor, {each_ms:.0f} ms of it for a frame")


def main() -> None:
    """Measure one video."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video", type=Path, nargs="?", metavar="VIDEO", help="default: one of a drawn face")
    path = parser.parse_args().video
    if path is not None:
        measure(path)
        return
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        write_clip(clip)
        measure(clip)


if __name__ == "__main__":
    main()
