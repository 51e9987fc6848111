"""What an ensemble says of faces, a table for each few files: read by several threads, asked in batches."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain, groupby
from pathlib import Path

import numpy as np
import pandas as pd

from esr_core.architectures import PICTURE_SIZE_PX
from esr_core.data.detectors import Detector, usable_detector
from esr_core.data.faces import crop_face
from esr_core.data.photographs import read_photograph
from esr_core.data.prepared import PreparedSet
from esr_core.errors import EsrError
from esr_core.networks import ESR
from esr_core.predicting.sources import Kind, Source
from esr_core.records import FaceBox
from esr_core.video import VideoPart, answers_of, face_table, read_video, whole

SOURCES_AT_ONCE = 64
MOST_THREADS = 8
NO_FACE = "no face is found"
NULLABLE = {**dict.fromkeys(("face", "x", "y", "width", "height", "votes"), "Int64"), "tied": "boolean"}
COLUMN_TYPES = dict.fromkeys(("file", "vote", "problem"), str) | NULLABLE
WHOLE = FaceBox(0, 0, PICTURE_SIZE_PX, PICTURE_SIZE_PX)  # of a prepared picture


@dataclass(frozen=True, slots=True, eq=False)
class _Faces:
    """The faces of one picture, or why there are none."""

    boxes: tuple[FaceBox, ...] = ()
    crops: tuple[np.ndarray, ...] = ()  # uint8 RGB (96, 96, 3)
    problem: str = ""


def predict_tables(
    sources: Sequence[Source], network: ESR, detector: str, num_threads: int | None = None
) -> Iterator[tuple[int, pd.DataFrame]]:
    """Ask an ensemble about every face of pictures and videos.

    Args:
        sources: as ``find_sources`` gives them.
        network: in eval mode.
        detector: that finds faces in photographs and videos, of ``DETECTORS``; a prepared picture is one face.
        num_threads: that read pictures and look for faces; None takes one for each processor, eight at most.

    Yields:
        How many sources are done with this table, and its rows: ``file``, the columns of ``face_table`` and
        ``problem``, which says why a file that has a single row without answers shows no face.

    Raises:
        ConfigError: if the detector is not known or not installed.
    """
    find = partial(_faces, usable_detector(detector))
    with ThreadPoolExecutor(num_threads or min(MOST_THREADS, os.cpu_count() or 1)) as pool:
        for (kind, folder), group in groupby(sources, key=_kind_and_set):
            alike = list(group)
            if kind == "video":
                yield from ((1, _video_table(source, network, detector)) for source in alike)
                continue
            batches = [alike[start : start + SOURCES_AT_ONCE] for start in range(0, len(alike), SOURCES_AT_ONCE)]
            faces = _found_ahead(pool, find, batches) if folder is None else _prepared(folder, batches)
            for some, of_some in zip(batches, faces, strict=True):
                yield len(some), _pictures_table(some, of_some, network)


def table_columns(network: ESR) -> list[str]:
    """The columns of every table of a network's answers."""
    return list(_pictures_table([], [], network))


def _kind_and_set(source: Source) -> tuple[Kind, Path | None]:
    return source.kind, source.path if source.kind == "set" else None


def _found_ahead(
    pool: ThreadPoolExecutor, find: Callable[[Source], _Faces], batches: Sequence[Sequence[Source]]
) -> Iterator[list[_Faces]]:
    """The faces of each batch; while the network is asked about them, those of the next one are looked for."""
    waiting: deque[list[Future[_Faces]]] = deque()
    try:
        for batch in batches:
            waiting.append([pool.submit(find, source) for source in batch])
            if len(waiting) > 1:
                yield [future.result() for future in waiting.popleft()]
        yield [future.result() for future in waiting.popleft()]
    finally:
        for future in chain.from_iterable(waiting):  # of a prediction that is stopped
            future.cancel()


def _prepared(folder: Path, batches: Sequence[Sequence[Source]]) -> Iterator[list[_Faces]]:
    """The pictures of a prepared set, each of which is one face."""
    images = PreparedSet.open(folder).images
    for batch in batches:
        yield [_Faces((WHOLE,), (np.array(images[source.row]),)) for source in batch]


def _faces(detector: Detector, source: Source) -> _Faces:
    try:
        photograph = read_photograph(source.path, source.name)
    except EsrError as error:
        return _Faces(problem=str(error))
    boxes = tuple(detector.detect(photograph))
    return _Faces(boxes, tuple(crop_face(photograph, box) for box in boxes), "" if boxes else NO_FACE)


def _pictures_table(sources: Sequence[Source], faces: Sequence[_Faces], network: ESR) -> pd.DataFrame:
    """Rows of all faces in the order of the sources."""
    counts = [len(each.boxes) for each in faces]
    owners = np.repeat(np.arange(len(sources)), np.array(counts, dtype=np.int64))
    numbers = np.array([number for count in counts for number in range(1, count + 1)], dtype=np.int64)
    boxes = tuple(box for each in faces for box in each.boxes)
    crops = [crop for each in faces for crop in each.crops]
    answers = (answers_of(network, _stacked(crops)),)
    times = np.full(len(sources), np.nan)  # a picture has no time
    table = face_table(VideoPart(times, owners, numbers, boxes, answers, 1.0), network.config.class_names)
    table.insert(0, "file", [sources[owner].name for owner in owners.tolist()])
    without = [(source.name, each.problem) for source, each in zip(sources, faces, strict=True) if each.problem]
    order = {source.name: position for position, source in enumerate(sources)}
    joined = pd.concat([table.assign(problem=""), _problems(without)], ignore_index=True)[[*table, "problem"]]
    joined = joined.astype(NULLABLE)  # which have a missing value, where int64 and bool have none
    return joined.sort_values("file", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def _video_table(source: Source, network: ESR, detector: str) -> pd.DataFrame:
    """Rows of all faces in all frames that are read."""
    names = network.config.class_names
    try:
        part = whole(list(read_video(source.path, [network], detector=detector, name=source.name)))
    except EsrError as error:
        return _problems([(source.name, str(error))])
    table = face_table(part, names)
    table.insert(0, "file", source.name)
    return table.assign(problem="") if len(table) else _problems([(source.name, NO_FACE)])


def _problems(rows: Sequence[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["file", "problem"])


def _stacked(crops: Sequence[np.ndarray]) -> np.ndarray:
    return np.stack(crops) if crops else np.zeros((0, PICTURE_SIZE_PX, PICTURE_SIZE_PX, 3), dtype=np.uint8)
