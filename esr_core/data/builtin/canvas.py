"""A picture being drawn: sharp shapes in colour, and two layers of shading laid over them at the end."""

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np

SUBPIXEL_BITS = 4
ALONG_ARC = np.linspace(-1, 1, 15)
Colour = Sequence[int]
Point = tuple[float, float]


class Canvas:
    """A square picture whose coordinates are shares of its side, (0, 0) in the middle, y downwards."""

    def __init__(self, size_px: int, background: Colour) -> None:
        self.size_px = size_px
        self.picture = np.empty((size_px, size_px, 3), dtype=np.uint8)
        cv2.rectangle(self.picture, (0, 0), (size_px, size_px), tuple(background), cv2.FILLED)  # NumPy is slower here
        self.soft = np.zeros((size_px, size_px), dtype=np.float32)  # broad light and shadow, as a factor - 1
        self.fine = np.zeros((size_px, size_px), dtype=np.float32)  # folds and wrinkles

    def fill(self, points: np.ndarray, colour: Colour) -> None:
        """Fill a polygon (P, 2)."""
        cv2.fillPoly(self.picture, [self._fixed(points)], tuple(colour), cv2.LINE_AA, SUBPIXEL_BITS)

    def line(self, points: np.ndarray, colour: Colour, width: float) -> None:
        """Draw an open line (P, 2) of a width in shares of the side."""
        cv2.polylines(
            self.picture, [self._fixed(points)], False, tuple(colour), self._width(width), cv2.LINE_AA, SUBPIXEL_BITS
        )

    def shade(self, centre: Point, axes: Point, amount: float) -> None:
        """Darken (amount < 0) or brighten an ellipse; its edge becomes soft."""
        cv2.fillPoly(self.soft, [self._fixed(ellipse(centre, axes))], amount, cv2.LINE_8, SUBPIXEL_BITS)

    def fold(self, points: np.ndarray, depth: float, width: float = 0.006) -> None:
        """Darken a fold of the skin along a line (P, 2) by ``depth`` in [0, 1]."""
        if depth > 0.01:
            cv2.polylines(
                self.fine, [self._fixed(points)], False, -depth, self._width(width), cv2.LINE_8, SUBPIXEL_BITS
            )

    def shaded(self, light: np.ndarray) -> np.ndarray:
        """The picture under its shading and a light, brightness factors (S, S); uint8 (S, S, 3)."""
        soft = cv2.GaussianBlur(
            cv2.resize(self.soft, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), (0, 0), 2.2
        )
        soft = cv2.resize(soft, (self.size_px, self.size_px), interpolation=cv2.INTER_LINEAR)
        fine = cv2.GaussianBlur(self.fine, (0, 0), 0.006 * self.size_px)
        brightness = (1 + soft + fine) * light
        return cv2.multiply(self.picture, cv2.cvtColor(brightness, cv2.COLOR_GRAY2RGB), dtype=cv2.CV_8U)

    def _fixed(self, points: np.ndarray) -> np.ndarray:
        pixels = (np.asarray(points) + 0.5) * self.size_px
        return np.rint(pixels * (1 << SUBPIXEL_BITS)).astype(np.int32)

    def _width(self, width: float) -> int:
        return max(1, round(width * self.size_px))


def ellipse(centre: Point, axes: Point, count: int = 32) -> np.ndarray:
    """Points (count, 2) around an ellipse."""
    return np.asarray(centre) + _circle(count) * axes


def arc(left: Point, right: Point, middle_y: float) -> np.ndarray:
    """Points (15, 2) of the parabola from left to right through a height in the middle."""
    t = ALONG_ARC
    points = np.empty((len(t), 2))
    points[:, 0] = left[0] + (right[0] - left[0]) * (t + 1) / 2
    points[:, 1] = left[1] + (right[1] - left[1]) * (t + 1) / 2 + (middle_y - (left[1] + right[1]) / 2) * (1 - t**2)
    return points


@cache  # a face has hundreds of curves, and all of the same few lengths
def _circle(count: int) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)
