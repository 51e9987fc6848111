"""Which files a prediction is about: pictures, videos and pictures of prepared sets, in the order of their paths."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from esr_core.data.names import printable
from esr_core.data.picture_kinds import BYTES_ASKED, VIDEO, has_picture_ending, is_picture, unread_kind
from esr_core.data.prepared import PreparedSet
from esr_core.errors import DataError

Kind = Literal["picture", "video", "set"]


@dataclass(frozen=True, slots=True)
class Source:
    """One picture or video."""

    name: str  # that its rows have: the path as it was given; of a prepared set, the set and the picture's id
    path: Path  # of the file, or of the prepared set
    kind: Kind
    row: int = 0  # of a prepared set, the picture's


def find_sources(paths: Sequence[Path]) -> list[Source]:
    """All pictures and videos at paths, each once: files as given, folders with everything below them by name.

    Args:
        paths: files, folders or prepared sets.

    Raises:
        DataError: if a path is not there, or a folder holds neither pictures nor videos.
    """
    found: dict[str, Source] = {}
    for path in paths:
        found |= {source.name: source for source in _sources_at(path)}
    return list(found.values())


def _sources_at(path: Path) -> Iterator[Source]:
    if not path.exists():
        raise DataError(f"{path} must be a picture, a video, a folder or a prepared set, found nothing there")
    if not path.is_dir():
        yield _source(path)
    elif (path / "card.json").is_file():
        yield from _set_sources(path)
    else:
        sources = [_source(file) for file in sorted(path.rglob("*")) if _is_meant(file)]
        if not sources:
            raise DataError(f"{path} must hold pictures or videos, or be a prepared set, found none of them")
        yield from sources


def _set_sources(folder: Path) -> Iterator[Source]:
    ids = PreparedSet.open(folder).labels["id"]
    return (Source(f"{printable(str(folder))}/{name}", folder, "set", row) for row, name in enumerate(ids))


def _source(file: Path) -> Source:
    return Source(printable(str(file)), file, "video" if _is_video(file) else "picture")


def _is_meant(file: Path) -> bool:
    """Whether a file below a folder is a picture or a video, by its ending or else by how it begins."""
    return is_picture(file) or (file.is_file() and _is_video(file))


def _is_video(file: Path) -> bool:
    """Whether a file that is not called like a picture begins like a video."""
    if has_picture_ending(file.name):
        return False
    try:
        with file.open("rb") as opened:
            return unread_kind(opened.read(BYTES_ASKED)) is VIDEO
    except OSError:  # reading it as a picture says why
        return False
