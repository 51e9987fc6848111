"""Face Research Lab London Set: 102 people, neutral and smiling, photographed from the front.

Source: DeBruine and Jones 2017, doi 10.6084/m9.figshare.5047666, CC BY 4.0.
"""

from pathlib import Path

import numpy as np

from esr_core.data.faces import crop_face, find_face
from esr_core.data.photographs import read_photograph_in
from esr_core.data.source import Sample, Source
from esr_core.errors import DataError

CLASS_NAMES = ("neutral", "happiness")
FOLDERS = (("neutral_front", "03", "neutral"), ("smiling_front", "08", "happiness"))


def london_source(folder: Path) -> Source:
    """Samples of the set in ``folder``, which holds ``neutral_front/<id>_03.jpg`` and ``smiling_front/<id>_08.jpg``.

    Raises:
        DataError: if one of the two folders or all of its photographs are missing.
    """
    samples = [sample for layout in FOLDERS for sample in _samples(folder, *layout)]
    return Source(
        name="london",
        title="Face Research Lab London Set",
        licence="CC BY 4.0",
        class_names=CLASS_NAMES,
        samples=samples,
        picture=lambda sample: _face(folder, sample),
    )


def _samples(folder: Path, name: str, suffix: str, emotion: str) -> list[Sample]:
    paths = sorted((folder / name).glob(f"*_{suffix}.jpg"))
    if not paths:
        found = sorted(path.name for path in folder.iterdir())[:5] if folder.is_dir() else []
        raise DataError(f"{folder} must hold {name}/<id>_{suffix}.jpg of the London set, found {found or 'no folder'}")
    return [
        Sample(id=path.stem, file=f"{name}/{path.name}", emotion=emotion, subject=path.stem.removesuffix(f"_{suffix}"))
        for path in paths
    ]


def _face(folder: Path, sample: Sample) -> np.ndarray:
    photograph = read_photograph_in(folder, sample.file)
    return crop_face(photograph, find_face(photograph, sample.file))
