"""FER-2013 as Kaggle has it: one table of pictures and their one label each.

Source: Goodfellow et al. 2013, arXiv 1307.0414. FER+ judges the same pictures anew, each by ten annotators.
"""

from pathlib import Path

from esr_core.data.ferplus.labels import PICTURES_CSV, USAGES
from esr_core.data.ferplus.pictures import PixelRows
from esr_core.data.layout import find_in, names_unreadable
from esr_core.data.source import Sample, Source
from esr_core.data.tables import read_table, translated
from esr_core.emotions import EMOTIONS
from esr_core.folders import PathLike

TABLES = (PICTURES_CSV, "icml_face_data.csv")
LABELS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")  # by the number in the table


@names_unreadable
def fer2013_source(path: PathLike) -> Source:
    """Every picture of FER-2013 with the one label and the part that its owners gave it.

    Args:
        path: the table, or the folder it is in.

    Raises:
        DataError: if it is missing or cannot be read, or a row has another label or part.
    """
    path = Path(path)
    table = path if path.is_file() else find_in(path, TABLES, "the pictures of FER-2013 and their labels")
    return Source(
        name="fer2013",
        title="FER-2013",
        licence="the owners of the pictures granted none",
        class_names=tuple(emotion for emotion in EMOTIONS if emotion in LABELS),
        samples=_samples(table),
        picture=PixelRows(table),
        folder=table.parent,
        container=table,
    )


def _samples(table: Path) -> list[Sample]:
    rows = read_table(table, ("emotion", "Usage"))
    emotions = translated(rows["emotion"], {str(number): name for number, name in enumerate(LABELS)}, table)
    parts = translated(rows["Usage"], USAGES, table)
    return [
        Sample(f"fer{row:07d}", f"{table.name} row {row + 1}", emotion, split=part)
        for row, (emotion, part) in enumerate(zip(emotions, parts, strict=True))
    ]
