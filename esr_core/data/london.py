"""Face Research Lab London Set: 102 people, neutral and smiling, photographed from the front.

Source: DeBruine and Jones 2017, doi 10.6084/m9.figshare.5047666, CC BY 4.0.
"""

from pathlib import Path

from esr_core.data.face_crops import FaceCrops
from esr_core.data.layout import find_in, names_unreadable
from esr_core.data.source import Sample, Source
from esr_core.errors import DataError

CLASS_NAMES = ("neutral", "happiness")
FOLDERS = (("neutral_front", "03", "neutral"), ("smiling_front", "08", "happiness"))


@names_unreadable
def london_source(folder: Path) -> Source:
    """Samples of the set in ``folder``, which holds ``neutral_front/<id>_03.jpg`` and ``smiling_front/<id>_08.jpg``.

    Raises:
        DataError: if one of the two folders or all of its photographs are missing.
    """
    return Source(
        name="london",
        title="Face Research Lab London Set",
        licence="CC BY 4.0",
        class_names=CLASS_NAMES,
        samples=[sample for layout in FOLDERS for sample in _samples(folder, *layout)],
        picture=FaceCrops(folder),
        folder=folder,
    )


def _samples(folder: Path, name: str, suffix: str, emotion: str) -> list[Sample]:
    photographs = find_in(folder, [name], f"{emotion} faces of the London set named <id>_{suffix}.jpg")
    paths = sorted(photographs.glob(f"[!.]*_{suffix}.jpg"))
    if not paths:
        raise DataError(f"{photographs} must hold photographs named <id>_{suffix}.jpg, found none")
    return [
        Sample(id=path.stem, file=f"{name}/{path.name}", emotion=emotion, subject=path.stem.removesuffix(f"_{suffix}"))
        for path in paths
    ]
