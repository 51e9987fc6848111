"""FER+ as its owners ship it: labels and pictures of whichever layout there is."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from esr_core.data.face_crops import FaceCrops
from esr_core.data.ferplus.labels import archived_samples, read_samples
from esr_core.data.ferplus.pictures import are_unpacked, find_archive, in_rows, pixels_beside
from esr_core.data.layout import names_unreadable
from esr_core.data.source import Sample, Source
from esr_core.emotions import EMOTIONS
from esr_core.folders import PathLike


@names_unreadable
def ferplus_source(path: PathLike) -> Source:
    """Every picture FER+ judges, with its ten votes, the majority's emotion and the owners' split.

    Args:
        path: folder of either layout, with the pictures or a zip archive of them; or the archive, with the label files
            in it or beside it.

    Raises:
        DataError: if labels or pictures are missing, cannot be read, or their files differ in length.
    """
    path = Path(path)
    archive = find_archive(path)
    samples, skipped = read_samples(path) if archive is None else (archived_samples(archive), {})
    picture: Callable[[Sample], np.ndarray] = FaceCrops(path, "given", archive)
    container = None if archive is None else archive.path
    if archive is None and not are_unpacked(path):
        pixels = pixels_beside(path)
        picture, samples, container = pixels, in_rows(samples, path), pixels.path
    return Source(
        name="ferplus",
        title="FER+",
        licence="labels MIT; the owners of the FER-2013 pictures granted no licence",
        class_names=EMOTIONS,
        samples=samples,
        picture=picture,
        folder=path,
        container=container,
        skipped=skipped,
    )
