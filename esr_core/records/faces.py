"""Where a face is in a photograph."""

import cmath
import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FaceBox:
    """A face in a photograph: top left corner and size, in pixels of the upright photograph, inside its borders.

    That of a tilted face is given before it is turned about its middle, after which it may reach over the borders.
    """

    x: int
    y: int
    width: int
    height: int
    tilt_deg: float = 0.0  # of the face in the photograph, clockwise

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """The face's top left, top right, bottom right and bottom left as (x, y), 0 being the photograph's edge."""
        turn, half = cmath.rect(1, math.radians(self.tilt_deg)), complex(self.width, self.height) / 2
        ways = (-half, half.conjugate(), half, -half.conjugate())
        points = (complex(self.x, self.y) + half + turn * way for way in ways)
        return tuple((point.real, point.imag) for point in points)
