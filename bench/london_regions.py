"""Calibrate the template of a face's parts on the London landmarks, and count the landmarks that it holds.

Usage: python -m bench.london_regions [FOLDER] [--table]

FOLDER holds ``neutral_front`` and ``landmarks_neutral.csv`` (face_id, point, x, y in pixels of the photograph). Faces
are found and cut out as the project does. The template is calibrated on all people and, to see how it does on others,
on 40 halves of them, each measured on the other half; and once more with everyone's pupils in the same places, to see
what a closer crop would change. ``--table`` prints the polygons as they stand in esr_core.
"""

import argparse
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bench._photographs import LONDON
from esr_core.data.face_parts import FACE, TEMPLATE, Polygon, parts_of, template_parts
from esr_core.data.faces import detect_faces
from esr_core.data.photographs import read_photograph_in
from esr_core.emotions import FACE_PARTS, FACE_REGIONS

LANDMARKS = {
    "brows": [*range(71, 87)],
    "eyes": [*range(50)],  # pupils, irises, lids, the upper lid's crease; 44-49 the furrow under the eye
    "nose": [*range(50, 71), *range(179, 183), 170, 172],  # 170 and 172: where the philtrum leaves the nose
    "mouth": [*range(87, 109), 171, 173],  # 171 and 173: where the philtrum meets the lip
    "cheeks": [*range(158, 170), *range(109, 115), 125, 126, 132, 133, *range(185, 189)],  # with the edge beside them
    "forehead": [*range(134, 145)],  # the hairline: it has no landmarks but its upper edge
    "chin": [*range(174, 179), *range(127, 132)],  # with the edge below it
    "outside": [*range(115, 119), *range(120, 124), *range(145, 158), 183, 184],  # ears, hair, neck
}
"""Points by the region they belong to, seen on the pictures; 119 and 124, where earlobes meet the face, are in none."""
PUPILS = [0, 1]  # left and right in the picture


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """Landmarks of P people in their crops."""

    points: np.ndarray  # (P, 189, 2) in shares of the crop's side
    num_missed: int  # people without a face found


def read(folder: Path) -> Landmarks:
    """Landmarks of everyone whose face is found, in the crop of that face."""
    table = pd.read_csv(folder / "landmarks_neutral.csv", dtype={"face_id": str}).sort_values(["face_id", "point"])
    found, num_missed = [], 0
    for face_id, rows in table.groupby("face_id"):
        boxes = detect_faces(read_photograph_in(folder, f"neutral_front/{face_id}_03.jpg"))
        if boxes:
            box = boxes[0]
            found.append((rows[["x", "y"]].to_numpy() + 0.5 - (box.x, box.y)) / (box.width, box.height))
        else:
            num_missed += 1
    return Landmarks(np.stack(found), num_missed)


class Places:
    """Where landmarks are on average, both halves of the face taken for the left one, and how far they spread."""

    def __init__(self, points: np.ndarray) -> None:
        means = points.mean(axis=0)
        distances = np.linalg.norm(means[None] - (means * (-1, 1) + (1, 0))[:, None], axis=2)
        mirrored = points[:, distances.argmin(axis=1)] * (-1, 1) + (1, 0)  # each from its partner on the other half
        self.points = np.concatenate([points, mirrored])
        self.means = self.points.mean(axis=0)

    def between(self, first: int, second: int, weight: float = 1.0) -> np.ndarray:
        """The place on the line between two landmarks that is as many standard deviations from both.

        With another weight that many times as many from the first, for the region with fewer landmarks to lose.
        """
        way = self.means[second] - self.means[first]
        near, far = weight * self._spread(first, way), self._spread(second, way)
        return self.means[first] + way * near / (near + far)

    def beyond(self, landmark: int, way: tuple[float, float], deviations: float = 2.0) -> np.ndarray:
        """The place that many standard deviations from a landmark, in a direction."""
        unit = np.array(way) / np.linalg.norm(way)
        return self.means[landmark] + deviations * self._spread(landmark, unit) * unit

    def _spread(self, landmark: int, way: np.ndarray) -> float:
        return float((self.points[:, landmark] @ (way / np.linalg.norm(way))).std())


def calibrate(points: np.ndarray) -> dict[str, Polygon]:
    """Polygons of the left half from landmarks (P, 189, 2): borders between landmarks, edges beyond them."""
    places = Places(points)
    between, beyond = places.between, places.beyond
    hairline = [beyond(point, (-1, 0), 1.8) for point in (136, 135, 134)]
    side = [beyond(point, (-1, 0), 1.2) for point in (109, 110, 111, 125)]
    jaw = [beyond(126, (-1, 0.6), 1.4), beyond(127, (-1, 1), 1.4)]
    temple, jaw_border = between(134, 109, 1.5), between(126, 127)
    lids = [between(*pair, 1.6) for pair in ((71, 34), (83, 35), (84, 36), (84, 37), (76, 38))]
    inner = [between(38, 50), between(22, 51), between(46, 52)]
    root = beyond(50, (0, -1))
    base_y = between(55, 171)[1]
    wing, corner = (between(64, 88)[0], base_y), beyond(87, (0.4, 1), 2.5)
    lip = [beyond(104, (-0.3, 1), 0.9), between(105, 176, 0.33), (0.5, between(106, 177, 0.33)[1])]
    below = [beyond(46, (0.4, 1)), beyond(45, (0.3, 1), 2.5), between(44, 166), between(44, 164)]
    polygons = {
        FACE: [(0.5, 0), (hairline[0][0], 0), *hairline, *side, *jaw, (0.5, jaw[1][1])],
        "forehead": [(0.5, 0), (0, 0), (0, temple[1]), temple, (0.5, root[1])],
        "chin": [*lip[::-1], corner, jaw_border, (0, 1), (0.5, 1)],
        "left brow": [
            beyond(71, (0, 1)), beyond(71, (-1, 0)), beyond(72, (-0.6, -1)), beyond(73, (-0.3, -1)),
            beyond(74, (0, -1)), beyond(75, (0, -1)), beyond(75, (1, 0), 2.5), beyond(76, (1, 0), 2.5), inner[0],
            *lids[::-1],
        ],
        "left eye": [*lids, *inner, *below, beyond(18, (-1, 0.3)), beyond(34, (-1, 0))],
        "nose": [
            (0.5, root[1]), (inner[0][0], root[1]), *inner, beyond(61, (-1, -0.6)), beyond(62, (-1, 0)),
            between(63, 158), wing, (0.5, base_y),
        ],
        "mouth": [(0.5, base_y), wing, between(88, 158), between(87, 160), beyond(87, (-1, 0.6)), corner, *lip],
    }  # fmt: skip
    return {name: tuple((round(float(x), 3), round(float(y), 3)) for x, y in at) for name, at in polygons.items()}


def shares(points: np.ndarray, parts: np.ndarray) -> pd.DataFrame:
    """The share of each region's landmarks (P, 189, 2) that parts (96, 96) hold; those beyond the crop do not count.

    Returns:
        One row per region: ``landmarks`` in the crop, ``inside``, the ``worst`` landmark and its share.
    """
    size = len(parts)
    column, row = np.moveaxis(np.floor(points * size).astype(int), -1, 0)  # (P, 189) each
    seen = (column >= 0) & (column < size) & (row >= 0) & (row < size)
    regions = np.array([FACE_REGIONS.index(region) for region in FACE_PARTS.values()])
    found = regions[parts[row.clip(0, size - 1), column.clip(0, size - 1)]]
    rows = []
    for position, region in enumerate(FACE_REGIONS):
        here, own = seen[:, LANDMARKS[region]], found[:, LANDMARKS[region]] == position
        often = here.sum(axis=0) >= len(points) / 4  # what is mostly cut off says little
        each = np.where(often, (own & here).sum(axis=0) / here.sum(axis=0).clip(1), np.inf)
        worst = int(each.argmin())
        rows.append([region, here.sum(), (own & here).sum() / here.sum(), LANDMARKS[region][worst], each[worst]])
    return pd.DataFrame(rows, columns=["region", "landmarks", "inside", "worst", "worst inside"]).set_index("region")


def held_out(points: np.ndarray, num_splits: int = 20) -> pd.DataFrame:
    """Shares on people a template was not calibrated on: a row for each half of each split, a column per region."""
    rows = []
    for seed in range(num_splits):
        order = np.random.default_rng(seed).permutation(len(points))
        halves = np.array_split(order, 2)
        for known, others in (halves, halves[::-1]):
            rows.append(shares(points[others], parts_of(calibrate(points[known])))["inside"])
    return pd.DataFrame(rows)


def with_pupils_together(points: np.ndarray) -> np.ndarray:
    """Landmarks (P, 189, 2), each person's turned, scaled and moved until the pupils are where they are in the mean."""
    places = points[..., 0] + 1j * points[..., 1]
    pupils = places[:, PUPILS]
    half = np.ptp(pupils.mean(axis=0).real) / 2
    middle = 0.5 + 1j * pupils.imag.mean()
    turns = 2 * half / (pupils[:, 1] - pupils[:, 0])
    moved = middle + turns[:, None] * (places - pupils.mean(axis=1, keepdims=True))
    return np.stack([moved.real, moved.imag], axis=-1)


def table(polygons: Mapping[str, Polygon]) -> str:
    """The template as source."""
    lines = []
    for name, polygon in polygons.items():
        pairs = " ".join(f"({x},_{y})," for x, y in polygon)  # the underscore keeps a pair on one line
        lines += [f'"{name}": (', *(f"    {line.replace('_', ' ')}" for line in textwrap.wrap(pairs, 106)), "),"]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=LONDON)
    parser.add_argument("--table", action="store_true", help="print the calibrated polygons, nothing else")
    options = parser.parse_args()
    landmarks = read(options.folder)
    calibrated = calibrate(landmarks.points)
    if options.table:
        print(table(calibrated))
        return
    print(f"{len(landmarks.points)} people, {landmarks.num_missed} more without a face found")
    print("The template is what calibrating gives." if calibrated == TEMPLATE else "The template differs: see --table.")
    others = held_out(landmarks.points)
    measured = shares(landmarks.points, template_parts())
    measured["held out, mean"], measured["held out, least"] = others.mean(), others.min()
    together = with_pupils_together(landmarks.points)
    measured["pupils together"] = shares(together, parts_of(calibrate(together)))["inside"]
    print(measured.to_string(float_format=lambda value: f"{100 * value:.1f} %"))


if __name__ == "__main__":
    main()
