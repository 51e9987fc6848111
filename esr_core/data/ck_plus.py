"""Extended Cohn-Kanade set (CK+): posed sequences from a neutral face to the apex of an emotion.

Source: Lucey et al. 2010, doi 10.1109/CVPRW.2010.5543262; frames chosen as in the paper, "Data".
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from esr_core.data.detectors import DEFAULT_DETECTOR, usable_detector
from esr_core.data.face_crops import FaceCrops
from esr_core.data.layout import find_in, find_optional, names_unreadable, pictures_in, shown
from esr_core.data.names_on_disk import NamesOnDisk
from esr_core.data.source import Sample, Source
from esr_core.emotions import EMOTIONS
from esr_core.errors import DataError, cause
from esr_core.folders import PathLike

PICTURES = ("cohn-kanade-images", "extended-cohn-kanade-images/cohn-kanade-images")
EMOTION_FILES = ("Emotion", "Emotion_labels/Emotion")
FACS_FILES = ("FACS", "FACS_labels/FACS")
EMOTION_CODES = {1: "anger", 2: "contempt", 3: "disgust", 4: "fear", 5: "happiness", 6: "sadness", 7: "surprise"}
APEX_FRAMES = 3  # the last frames of a sequence, which show the emotion
HIGHEST_GRADE = 5  # FACS grades A-E as 1-5
HIGHEST_UNIT = 99  # FACS has two digits
NOT_GRADED = 0.1  # intensity of a unit that is coded as shown but not graded, file value 0; no grade gives it


@names_unreadable
def ck_plus_source(folder: PathLike, detector: str = DEFAULT_DETECTOR) -> Source:
    """The first frame of every labelled sequence as neutral, the last three as its emotion.

    Action units are coded at the apex, so the three frames carry them and the neutral one has none coded. Sequences
    without an emotion are skipped and counted.

    Args:
        folder: with the owners' picture and label folders, named as in their archives or plainly.
        detector: name of a record in ``DETECTORS`` that finds the faces.

    Raises:
        DataError: if a folder is missing, a label is unreadable or out of range, or nothing is labelled.
        ConfigError: if the detector cannot be used.
    """
    folder = Path(folder)
    pictures = find_in(folder, PICTURES, "the sequences of CK+ as <subject>/<sequence>/<frame>.png")
    emotions = find_in(folder, EMOTION_FILES, "the emotion of each sequence as <subject>/<sequence>/*_emotion.txt")
    facs = find_optional(folder, FACS_FILES)
    samples: list[Sample] = []
    skipped: Counter[str] = Counter()
    as_pictures, as_emotions = NamesOnDisk(pictures), NamesOnDisk(emotions)
    for name in sorted({*_sequences(pictures), *map(as_pictures, _sequences(emotions))}):
        sequence = Path(name)
        emotion = _emotion(emotions / as_emotions(name))
        if emotion is None:
            skipped["sequence without an emotion label"] += 1
        elif not (pictures / sequence).is_dir():
            skipped["labelled sequence without pictures"] += 1
        else:
            units = _action_units(facs / NamesOnDisk(facs)(name)) if facs else None
            samples += _samples(folder, pictures, sequence, emotion, units)
    if not samples:
        counted = " and ".join(f"{count:,} x {reason}" for reason, count in skipped.items())
        raise DataError(f"{emotions} must label sequences below {pictures}, found {counted or 'no sequences'}")
    return Source(
        name="ck+",
        title="Extended Cohn-Kanade (CK+)",
        licence="research only, by agreement with the owners",
        class_names=EMOTIONS,
        samples=samples,
        picture=FaceCrops(folder, detector=usable_detector(detector).name),
        folder=folder,
        options={"detector": detector},
        skipped=dict(skipped),
    )


def _sequences(folder: Path) -> Iterator[str]:
    """``<subject>/<sequence>`` below the folder of pictures or labels."""
    for subject in filter(Path.is_dir, shown(folder)):
        for sequence in filter(Path.is_dir, shown(subject)):
            yield sequence.relative_to(folder).as_posix()


def _emotion(folder: Path) -> str | None:
    file = _label_file(folder, "emotion")
    if file is None:
        return None
    (code,) = _numbers(file, 1)[0]
    if code not in EMOTION_CODES:
        raise DataError(f"{file} must hold an emotion from 1 to 7, found {code:g}")
    return EMOTION_CODES[int(code)]


def _action_units(folder: Path) -> dict[int, float] | None:
    """Intensity in [0, 1] by action unit; None where the sequence is not coded."""
    file = _label_file(folder, "facs")
    if file is None:
        return None
    units: dict[int, float] = {}
    for unit, grade in _numbers(file, 2):
        if not 0 <= grade <= HIGHEST_GRADE or unit not in range(1, HIGHEST_UNIT + 1):
            raise DataError(f"{file} must hold action units with grades from 0 to 5, found {unit:g} {grade:g}")
        units[int(unit)] = grade / HIGHEST_GRADE if grade else NOT_GRADED
    return units


def _label_file(folder: Path, kind: str) -> Path | None:
    """The one label file of a sequence; None if there is none."""
    entries = shown(folder) if folder.is_dir() else []  # macOS leaves hidden files of the same ending in archives
    files = [path for path in entries if path.name.lower().endswith(f"_{kind}.txt")]
    if len(files) > 1:
        raise DataError(f"{folder} must hold one *_{kind}.txt, found {' and '.join(file.name for file in files)}")
    return files[0] if files else None


def _numbers(path: Path, per_line: int) -> list[tuple[float, ...]]:
    """The lines of a label file, each of so many numbers; an emotion's file has exactly one line."""
    try:
        lines = [
            tuple(map(float, line.split())) for line in path.read_text(encoding="ascii").splitlines() if line.strip()
        ]
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read as a CK+ label: {cause(error)}") from None
    wrong = next((line for line in lines if len(line) != per_line), None)
    if wrong is not None or (per_line == 1 and len(lines) != 1):
        expected = "one number" if per_line == 1 else f"{per_line} numbers on each line"
        raise DataError(f"{path} must hold {expected}, found {len(lines) if wrong is None else len(wrong)}")
    return lines


def _samples(
    folder: Path, pictures: Path, sequence: Path, emotion: str, units: dict[int, float] | None
) -> Iterator[Sample]:
    frames = pictures_in(pictures / sequence)
    if len(frames) <= 1:
        raise DataError(f"{pictures / sequence} must hold a neutral frame and an apex, found {len(frames)} pictures")
    for frame in (frames[0], *frames[1:][-APEX_FRAMES:]):
        number = frame.stem.rpartition("_")[2]
        if not number.isdigit():
            raise DataError(f"{frame} must end with the number of its frame, as in S005_001_00000011.png")
        is_neutral = frame is frames[0]
        yield Sample(
            id=frame.stem,
            file=frame.relative_to(folder).as_posix(),
            emotion="neutral" if is_neutral else emotion,
            subject=sequence.parts[0],
            sequence="_".join(sequence.parts),
            frame=int(number),
            action_units=None if is_neutral else units,
        )
