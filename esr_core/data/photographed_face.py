"""The face in a photograph, cut out as a network takes it."""

import numpy as np

from esr_core.data.detectors import DEFAULT_DETECTOR, usable_detector
from esr_core.data.faces import crop_face
from esr_core.data.photographs import read_photograph
from esr_core.errors import NoFaceError
from esr_core.folders import PathLike


def photographed_face(photo: PathLike, face: int | None = 1, detector: str = DEFAULT_DETECTOR) -> np.ndarray:
    """A face as the networks see it, uint8 RGB (96, 96, 3).

    Args:
        photo: file of the photograph.
        face: which one, the biggest is 1; None takes the whole picture without looking for a face.
        detector: that finds faces, of ``DETECTORS``.

    Raises:
        PhotoError: if the photograph cannot be read.
        NoFaceError: if it shows no such face.
        ConfigError: if the detector is not known or not installed.
    """
    photograph = read_photograph(photo)
    if face is None:
        return crop_face(photograph, None)
    faces = usable_detector(detector).detect(photograph)
    if not faces:
        ways = "another detector or the whole image can be asked for"
        raise NoFaceError(f"{photo} shows no face that the detector {detector} finds; {ways}")
    if not 1 <= face <= len(faces):
        raise NoFaceError(f"face must be 1-{len(faces)} for {photo}, got {face}")
    return crop_face(photograph, faces[face - 1])
