"""From a sample's file to its picture: read the photograph, cut out the face."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from esr_core.data.archive import Archive
from esr_core.data.detectors import DEFAULT_DETECTOR, find_face
from esr_core.data.faces import crop_face
from esr_core.data.photographs import read_photograph_in
from esr_core.data.source import Sample
from esr_core.errors import PhotoError
from esr_core.records import FaceBox


@dataclass(frozen=True, slots=True)
class FaceCrops:
    """The pictures of a data set that is a folder of photographs; a plain value, so processes can share it."""

    folder: Path  # that the samples' files are below
    face: Literal["found", "given", "whole"] = "found"  # by the detector, in the sample's box, or nothing else in it
    archive: Archive | None = None  # that holds the files instead of the folder
    detector: str = DEFAULT_DETECTOR  # name of the one that finds it

    def __call__(self, sample: Sample) -> np.ndarray:
        """The face of one sample, uint8 RGB (96, 96, 3).

        Raises:
            PhotoError: if the file cannot be read, leads out of the folder or shows no face.
        """
        photograph = self.photograph(sample)
        return crop_face(photograph, self._box(photograph, sample))

    def photograph(self, sample: Sample) -> np.ndarray:
        """What a sample's face is cut from, uint8 RGB (H, W, 3).

        Raises:
            PhotoError: if the file cannot be read or leads out of the folder.
        """
        if self.archive is not None:
            return self.archive.photograph(sample.file)
        return read_photograph_in(self.folder, sample.file, may_reduce=self.face != "given")

    def _box(self, photograph: np.ndarray, sample: Sample) -> FaceBox | None:
        if self.face == "found":
            return find_face(photograph, sample.file, self.detector)
        if self.face == "given" and sample.box is not None:
            _require_overlap(sample.box, photograph, sample.file)
            return sample.box
        return None


def _require_overlap(box: FaceBox, photograph: np.ndarray, name: str) -> None:
    """Clamping a box that lies outside would make a face of one pixel at the edge."""
    height, width = photograph.shape[:2]
    if box.x >= width or box.y >= height or box.x + box.width <= 0 or box.y + box.height <= 0:
        raise PhotoError(f"{name} has its face given outside the picture of {width} x {height} pixels: expected inside")
