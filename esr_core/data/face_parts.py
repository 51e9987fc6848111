"""Where the parts of a face are in its crop: a template, calibrated on the landmarks of 102 real people.

``bench/london_regions.py`` calibrates and measures it; docs/regions.md has the numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType

import numpy as np

from esr_core.architectures import PICTURE_SIZE_PX
from esr_core.emotions import FACE_PARTS

Polygon = Sequence[tuple[float, float]] | np.ndarray

FACE = "face"
OUTSIDE = list(FACE_PARTS).index("outside")
TEMPLATE: MappingProxyType[str, Polygon] = MappingProxyType(
    {
        "face": (
            (0.5, 0.0), (0.123, 0.0), (0.123, 0.052), (0.091, 0.167), (0.06, 0.288), (0.054, 0.431), (0.057, 0.565),
            (0.074, 0.711), (0.093, 0.803), (0.125, 0.923), (0.22, 1.03), (0.5, 1.03),
        ),
        "forehead": (
            (0.5, 0.0), (0.0, 0.0), (0.0, 0.366), (0.092, 0.366), (0.5, 0.34),
        ),
        "chin": (
            (0.5, 0.868), (0.438, 0.867), (0.384, 0.861), (0.374, 0.861), (0.221, 0.949), (0.0, 1.0), (0.5, 1.0),
        ),
        "left brow": (
            (0.154, 0.411), (0.112, 0.347), (0.163, 0.244), (0.232, 0.211), (0.321, 0.213), (0.419, 0.243),
            (0.47, 0.295), (0.467, 0.327), (0.434, 0.37), (0.399, 0.363), (0.341, 0.339), (0.307, 0.335),
            (0.249, 0.342), (0.197, 0.371),
        ),
        "left eye": (
            (0.197, 0.371), (0.249, 0.342), (0.307, 0.335), (0.341, 0.339), (0.399, 0.363), (0.434, 0.37),
            (0.44, 0.415), (0.442, 0.461), (0.412, 0.475), (0.364, 0.527), (0.281, 0.551), (0.231, 0.52),
            (0.206, 0.414), (0.182, 0.383),
        ),
        "nose": (
            (0.5, 0.34), (0.434, 0.34), (0.434, 0.37), (0.44, 0.415), (0.442, 0.461), (0.383, 0.556), (0.361, 0.602),
            (0.377, 0.646), (0.416, 0.689), (0.5, 0.689),
        ),
        "mouth": (
            (0.5, 0.689), (0.416, 0.689), (0.379, 0.708), (0.324, 0.786), (0.312, 0.826), (0.374, 0.861),
            (0.384, 0.861), (0.438, 0.867), (0.5, 0.868),
        ),
    }
)  # fmt: skip
"""Left half of the template in shares of the crop's side, x to the right and y down; later polygons cover earlier ones.

``face`` is everything that is not outside: what no other polygon covers of it is cheek.
"""


@cache
def template_parts() -> np.ndarray:
    """The part of the face that each pixel of any crop most likely shows.

    Returns:
        Positions in ``FACE_PARTS``, uint8 (96, 96), not to be written to; mirrored, left and right are exchanged.
    """
    return parts_of(TEMPLATE)


def parts_of(template: Mapping[str, Polygon]) -> np.ndarray:
    """What ``template_parts`` returns, of another template that is made as ``TEMPLATE`` is."""
    half = PICTURE_SIZE_PX // 2
    left = painted(template.items(), pixel_centres()[:, :half])
    parts = np.concatenate([left, swap_sides(left[:, ::-1])], axis=1)
    parts.setflags(write=False)
    return parts


def painted(shapes: Iterable[tuple[str, Polygon]], points: np.ndarray) -> np.ndarray:
    """Which part each point is in, when shapes are painted one over the other.

    Args:
        shapes: names of parts and their polygons (P, 2). The first is ``face``; beyond it none is painted.
        points: (..., 2), in the polygons' coordinates.

    Returns:
        Positions in ``FACE_PARTS``, uint8 (...).
    """
    names = list(FACE_PARTS)
    parts = np.full(points.shape[:-1], OUTSIDE, dtype=np.uint8)
    for name, polygon in shapes:
        is_covered = inside(polygon, points)
        if name == FACE:
            parts[is_covered] = names.index("left cheek")
        else:
            parts[is_covered & (parts != OUTSIDE)] = names.index(name)
    return parts


def inside(polygon: Polygon, points: np.ndarray) -> np.ndarray:
    """Which points (..., 2) a polygon (P, 2) holds, as bool (...): a ray from them crosses it an odd number of times.

    Source: Shimrat 1962, doi 10.1145/368637.368653.
    """
    corners = np.asarray(polygon, dtype=np.float64)
    x, y = points[..., 0], points[..., 1]
    is_in = np.zeros(x.shape, dtype=bool)
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 != y2:
            is_in ^= ((y1 > y) != (y2 > y)) & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    return is_in


def swap_sides(parts: np.ndarray) -> np.ndarray:
    """The same parts with left and right exchanged."""
    names = list(FACE_PARTS)
    other = {"left": "right", "right": "left"}
    words = [name.split() for name in names]
    swapped = [names.index(" ".join([other.get(first, first), *rest])) for first, *rest in words]
    return np.array(swapped, dtype=np.uint8)[parts]


def pixel_centres(size_px: int = PICTURE_SIZE_PX) -> np.ndarray:
    """Where the pixels of a square picture are, in shares of its side: x and y (size, size, 2)."""
    centres = (np.arange(size_px) + 0.5) / size_px
    return np.stack(np.meshgrid(centres, centres), axis=-1)
