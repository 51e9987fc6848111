"""Face Research Lab London Set: 102 people, neutral and smiling, photographed from the front.

Source: DeBruine and Jones 2017, doi 10.6084/m9.figshare.5047666, CC BY 4.0.
"""

from bisect import bisect
from dataclasses import replace
from pathlib import Path

import pandas as pd

from esr_core.data.detectors import DEFAULT_DETECTOR, usable_detector
from esr_core.data.face_crops import FaceCrops
from esr_core.data.layout import find_in, find_optional, names_unreadable, pictures_in
from esr_core.data.names import as_owners_number
from esr_core.data.source import Sample, Source
from esr_core.data.tables import number, read_table
from esr_core.errors import DataError
from esr_core.folders import PathLike

CLASS_NAMES = ("neutral", "happiness")
FOLDERS = (("neutral_front", "03", "neutral"), ("smiling_front", "08", "happiness"))
SUBJECTS, OWNERS_SUBJECTS = "subjects.csv", "london_faces_info.csv"
AGES, AGE_BANDS = (25, 35), ("24 or younger", "25 to 34", "35 or older")


@names_unreadable
def london_source(folder: PathLike, detector: str = DEFAULT_DETECTOR) -> Source:
    """Samples of the set in ``folder``, which holds ``neutral_front/<id>_03.jpg`` and ``smiling_front/<id>_08.jpg``.

    Gender, age band and ethnicity of the people are taken from ``subjects.csv`` or ``london_faces_info.csv``, as the
    owners call it, where there is one.

    Args:
        folder: of the set.
        detector: name of a record in ``DETECTORS`` that finds the faces.

    Raises:
        DataError: if one of the two folders or all of its photographs are missing, or the table of people is damaged.
        ConfigError: if the detector cannot be used.
    """
    folder = Path(folder)
    samples = [sample for layout in FOLDERS for sample in _samples(folder, *layout)]
    people, skipped = _people(folder, {str(sample.subject) for sample in samples})
    return Source(
        name="london",
        title="Face Research Lab London Set",
        licence="CC BY 4.0",
        class_names=CLASS_NAMES,
        samples=[replace(sample, attributes=people.get(str(sample.subject), {})) for sample in samples],
        picture=FaceCrops(folder, detector=usable_detector(detector).name),
        folder=folder,
        options={"detector": detector},
        skipped=skipped,
    )


def _samples(folder: Path, name: str, suffix: str, emotion: str) -> list[Sample]:
    photographs = find_in(folder, [name], f"{emotion} faces of the London set named <id>_{suffix}.jpg")
    paths = [path for path in pictures_in(photographs) if path.stem.endswith(f"_{suffix}")]
    if not paths:
        raise DataError(f"{photographs} must hold photographs named <id>_{suffix}.jpg, found none")
    return [
        Sample(path.stem, path.relative_to(folder).as_posix(), emotion, subject=path.stem.removesuffix(f"_{suffix}"))
        for path in paths
    ]


def _people(folder: Path, photographed: set[str]) -> tuple[dict[str, dict[str, str]], dict[str, int]]:
    """What is known of each person, by the id of the photographs, and how much could not be matched with any."""
    path = find_optional(folder, [SUBJECTS, OWNERS_SUBJECTS])
    if path is None:
        return {}, {}
    rows = _rows(path)
    meant = as_owners_number(rows, photographed)
    people: dict[str, dict[str, str]] = {}
    for listed, person in meant.items():
        if person in people:
            raise DataError(f"{path} must have one row for person {person}, found {listed} as well")
        people[person] = rows[listed]
    unmatched = {
        f"row of {path.name} whose face_id no photograph has": len(rows) - len(people),
        f"gender, age and ethnicity of a person without a row in {path.name}": len(photographed) - len(people),
    }
    return people, {reason: count for reason, count in unmatched.items() if count}


def _rows(path: Path) -> dict[str, dict[str, str]]:
    """What is known of each person, by the id as listed; empty cells and NA, as the owners write it, are not known."""
    table = read_table(path, ("face_id", "face_age", "face_gender", "face_eth")).replace("NA", pd.NA)
    rows: dict[str, dict[str, str]] = {}
    for row, (person, age, gender, ethnicity) in enumerate(table.itertuples(index=False)):
        if pd.isna(person) or person in rows:
            found = "nothing" if pd.isna(person) else f"{person} a second time"
            raise DataError(f"{path} row {row + 1} must have a person of its own as face_id, found {found}")
        band = pd.NA if pd.isna(age) else AGE_BANDS[bisect(AGES, number(age, path, row, "face_age"))]
        known = {"gender": gender, "age": band, "ethnicity": ethnicity}
        rows[str(person)] = {name: str(value).replace("_", " ") for name, value in known.items() if not pd.isna(value)}
    return rows
