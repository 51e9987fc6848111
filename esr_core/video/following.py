"""Faces followed from frame to frame: found by a detector now and then, and between by how their points move.

Source of following by points: Kalal, Mikolajczyk and Matas 2010, "Forward-backward error", doi 10.1109/ICPR.2010.675.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from esr_core.data.detectors import RECOMMENDED_DETECTOR, usable_detector
from esr_core.data.faces import reduce
from esr_core.records import FaceBox

SEARCH_SIDE_PX = 640  # longest side of what is searched and followed: the detector's time grows with the pixels
SEARCH_EVERY_S = 0.5
NEAR_S = 0.25  # between two frames over which points can be followed
MAX_MISSED = 2  # searches one after the other that a face may go on without being found
SAME_FACE = 0.3  # overlap, intersection over union, from which two boxes are one face
MAX_FACES = 8  # of one search, the biggest
MAX_POINTS, MIN_POINTS = 40, 8  # of a face that are followed
RETURN_PX = 1.0  # how near a point must come when it is followed back
SCALE_LIMITS = (0.9, 1.1)  # what a face can grow from frame to frame


@dataclass(frozen=True, slots=True)
class Track:
    """A face on its way, in pixels of the reduced frame."""

    number: int
    middle: tuple[float, float]
    side: float
    tilt_deg: float = 0.0
    missed: int = 0  # searches since it was found
    is_visible: bool = True  # in this frame

    @property
    def edges(self) -> np.ndarray:
        """Left, top, right and bottom, before it is turned."""
        return np.array([*np.subtract(self.middle, self.side / 2), *np.add(self.middle, self.side / 2)])

    def box(self, scale: float) -> FaceBox:
        """Where it is in a frame so many times larger."""
        left, top = np.rint(scale * self.edges[:2]).astype(int).tolist()
        side = max(1, round(scale * self.side))
        return FaceBox(left, top, side, side, self.tilt_deg)

    def overlap(self, other: "Track") -> float:
        """Intersection over union of the two squares."""
        low, high = np.maximum(self.edges[:2], other.edges[:2]), np.minimum(self.edges[2:], other.edges[2:])
        common = float(np.prod(np.maximum(high - low, 0)))
        return common / (self.side**2 + other.side**2 - common)


class FaceFollower:
    """Numbers the faces of a video and keeps the numbers from frame to frame.

    Args:
        detector: name of a record in ``DETECTORS``.

    Raises:
        ConfigError: if the detector is not known or not installed.
    """

    def __init__(self, detector: str = RECOMMENDED_DETECTOR) -> None:
        self._detect = usable_detector(detector).detect
        self._tracks: list[Track] = []
        self._grey: np.ndarray | None = None  # the frame before, reduced
        self._time_s = self._searched_s = -np.inf
        self._num_faces = 0

    def follow(self, time_s: float, picture: np.ndarray) -> list[tuple[int, FaceBox]]:
        """Numbers, from 1, and boxes of the faces in the next frame.

        Args:
            time_s: of the frame, later than the one before.
            picture: the frame, uint8 RGB (H, W, 3), of one size in all calls.
        """
        reduced, reduction = reduce(picture, SEARCH_SIDE_PX)
        grey = cv2.cvtColor(reduced, cv2.COLOR_RGB2GRAY)
        is_near = self._grey is not None and time_s - self._time_s <= NEAR_S
        before = sum(track.is_visible for track in self._tracks)
        self._tracks = [self._moved(track, grey) if is_near else _lost(track) for track in self._tracks]
        is_one_lost = sum(track.is_visible for track in self._tracks) < before
        if not is_near or is_one_lost or time_s - self._searched_s >= SEARCH_EVERY_S:
            self._search(reduced)
            self._searched_s = time_s
        self._grey, self._time_s = grey, time_s
        return [(track.number, track.box(reduction)) for track in self._tracks if track.is_visible]

    def _moved(self, track: Track, grey: np.ndarray) -> Track:
        return _follow_points(track, self._grey, grey) if track.is_visible and self._grey is not None else track

    def _search(self, reduced: np.ndarray) -> None:
        """Give what the detector finds to the tracks that it overlaps most; what is left over is new."""
        boxes = self._detect(reduced)[:MAX_FACES]
        faces = [_track_of(box) for box in boxes]
        pairs = [(track.overlap(face), t, f) for t, track in enumerate(self._tracks) for f, face in enumerate(faces)]
        face_of: dict[int, int] = {}  # by track
        for overlap, t, f in sorted(pairs, reverse=True):
            if overlap >= SAME_FACE and t not in face_of and f not in face_of.values():
                face_of[t] = f
        going_on = [
            _found(track, faces[face_of[t]]) if t in face_of else replace(track, missed=track.missed + 1)
            for t, track in enumerate(self._tracks)
        ]
        new = [face for f, face in enumerate(faces) if f not in face_of.values()]
        numbered = [replace(face, number=self._num_faces + n) for n, face in enumerate(new, start=1)]
        self._num_faces += len(new)
        self._tracks = [track for track in going_on if track.missed <= MAX_MISSED] + numbered


def _track_of(box: FaceBox) -> Track:
    return Track(0, (box.x + box.width / 2, box.y + box.height / 2), (box.width + box.height) / 2, box.tilt_deg)


def _lost(track: Track) -> Track:
    return replace(track, is_visible=False)


def _found(track: Track, face: Track) -> Track:
    """The track where the detector found it; of one followed there the mean of both, so that it does not jump."""
    if not track.is_visible:
        return replace(face, number=track.number)
    x, y = np.add(track.middle, face.middle) / 2
    return Track(track.number, (float(x), float(y)), (track.side + face.side) / 2, face.tilt_deg)


def _follow_points(track: Track, before: np.ndarray, now: np.ndarray) -> Track:
    """The track moved and scaled as its points from one grey frame (H, W) to the next; lost where too few agree."""
    height, width = before.shape
    left, top, right, bottom = np.clip(np.rint(track.edges), 0, (width, height, width, height)).astype(int)
    corners = cv2.goodFeaturesToTrack(before[top:bottom, left:right], MAX_POINTS, 0.01, 3)
    if corners is None:
        return _lost(track)
    points = corners + np.array([left, top], dtype=np.float32)
    there, is_there = _flow(before, now, points)
    back, is_back = _flow(now, before, there)
    returns = is_there & is_back & (np.abs(points - back).max(axis=(1, 2)) < RETURN_PX)
    if returns.sum() < MIN_POINTS:
        return _lost(track)
    turn, agreeing = cv2.estimateAffinePartial2D(points[returns], there[returns], ransacReprojThreshold=2)
    if turn is None or agreeing.sum() < max(MIN_POINTS, len(points) / 2):
        return _lost(track)
    scale = float(np.hypot(turn[0, 0], turn[1, 0]))
    x, y = turn @ (*track.middle, 1)
    if not (SCALE_LIMITS[0] <= scale <= SCALE_LIMITS[1] and 0 <= x < width and 0 <= y < height):
        return _lost(track)
    return replace(track, middle=(float(x), float(y)), side=track.side * scale)


def _flow(before: np.ndarray, now: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where points (P, 1, 2) of one grey frame are in another, and which of them are there, bool (P,)."""
    there, is_there, _ = cv2.calcOpticalFlowPyrLK(before, now, points, points.copy())
    return np.asarray(there), np.asarray(is_there)[:, 0].astype(bool)
