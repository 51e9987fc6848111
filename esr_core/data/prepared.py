"""Prepared sets: faces cut out once, labels beside them, opened at once without reading them all.

::

    <set>/
      images.npy       uint8 (n, 96, 96, 3) RGB, memory-mapped
      labels.parquet   a row per picture, in the same order
      rejected.csv     file, reason
      card.json        what this is, with a fingerprint; written last

A set is built in a hidden folder beside its destination and renamed when complete, so a half-written one is never
taken for a prepared set.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pandas as pd

from esr_core.data.source import Sample, Source
from esr_core.errors import DataError, PhotoError

SCHEMA_VERSION = 1
PICTURE_SHAPE = (96, 96, 3)
Progress = Callable[[int, int], None]  # samples done, samples in all


@dataclass(frozen=True, slots=True)
class PreparedCard:
    """What a prepared set is; the content of card.json."""

    name: str
    title: str
    licence: str
    class_names: tuple[str, ...]
    num_pictures: int
    num_rejected: int
    counts: tuple[int, ...]  # pictures of each class
    mean: tuple[float, ...]  # per channel, of pictures in [0, 1]
    std: tuple[float, ...]
    fingerprint: str  # sha256 of pictures and labels

    @classmethod
    def read(cls, folder: Path) -> "PreparedCard":
        """The card of the prepared set in ``folder``.

        Raises:
            DataError: if there is none or it cannot be read.
        """
        path = folder / "card.json"
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            version = values.pop("schema_version")
            settings: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
            card = cls(**settings)
        except FileNotFoundError:
            raise DataError(f"{folder} is not a prepared set: it has no card.json; make one with `prepare`") from None
        except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
            raise DataError(f"{path} cannot be read as the card of a prepared set: {error}") from None
        if version != SCHEMA_VERSION:
            raise DataError(f"{path} has schema_version {version}, expected {SCHEMA_VERSION}; prepare the set again")
        return card


@dataclass(frozen=True, slots=True, eq=False)
class PreparedSet:
    """An opened prepared set."""

    folder: Path
    card: PreparedCard
    images: np.ndarray  # uint8 (n, 96, 96, 3) RGB, memory-mapped, read-only
    labels: pd.DataFrame  # columns id, file, subject, sequence, frame, split, emotion, valence, arousal, auNN

    @classmethod
    def open(cls, folder: Path) -> "PreparedSet":
        """Open without reading the pictures.

        Raises:
            DataError: if a file is missing, cannot be read or does not fit the others.
        """
        card = PreparedCard.read(folder)
        try:
            images = np.load(folder / "images.npy", mmap_mode="r", allow_pickle=False)
            labels = pd.read_parquet(folder / "labels.parquet")
        except (OSError, ValueError) as error:
            raise DataError(f"{folder} is not a whole prepared set: {error}") from None
        if not len(images) == len(labels) == card.num_pictures:
            raise DataError(
                f"{folder} does not fit together: card.json says {card.num_pictures} pictures, "
                f"images.npy has {len(images)}, labels.parquet {len(labels)}"
            )
        return cls(folder, card, images, labels)


def list_prepared(root: Path) -> dict[str, PreparedCard]:
    """Cards of the prepared sets below ``root`` by folder name; what is not one is left out."""
    cards: dict[str, PreparedCard] = {}
    for path in sorted(root.glob("[!.]*/card.json")):
        try:
            cards[path.parent.name] = PreparedCard.read(path.parent)
        except DataError:
            continue  # a foreign or older folder: training on it says why it cannot be used
    return cards


def prepare(source: Source, destination: Path, progress: Progress | None = None) -> PreparedCard:
    """Fetch every picture of a source and write them as a prepared set.

    Args:
        source: an adapter's samples.
        destination: folder to make; must not exist yet.
        progress: called with the samples done and their number.

    Returns:
        The set's card.

    Raises:
        DataError: if the destination exists, no folder can be made there, labels contradict each other, or fewer than
            two classes have a usable picture.
    """
    _require_samples(source)
    with _new_folder(destination) as folder:
        accepted, rejected = _write_pictures(source, folder / "images.npy", progress or _unwatched)
        labels = _label_table(accepted, source.class_names)
        labels.to_parquet(folder / "labels.parquet", index=False)
        pd.DataFrame(rejected, columns=["file", "reason"]).to_csv(folder / "rejected.csv", index=False)
        card = _card(source, folder / "images.npy", labels, rejected)
        (folder / "card.json").write_text(
            json.dumps({"schema_version": SCHEMA_VERSION, **asdict(card)}, indent=2), encoding="utf-8"
        )
    return card


@contextmanager
def _new_folder(destination: Path) -> Iterator[Path]:
    """A hidden folder that takes the destination's name once the block has ended well, and vanishes otherwise."""
    if destination.exists():
        raise DataError(f"{destination} exists already; choose another folder or remove it first")
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix=f".{destination.name}-", dir=destination.parent))
    except OSError as error:
        raise DataError(f"{destination} cannot be written: {error}") from None
    try:
        yield folder
        folder.rename(destination)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _require_samples(source: Source) -> None:
    if not source.samples:
        raise DataError(f"{source.title} has no samples")
    ids = pd.Series([sample.id for sample in source.samples])
    if ids.duplicated().any():
        raise DataError(f"{source.title} has the id {ids[ids.duplicated()].iloc[0]} twice")
    unknown = {sample.emotion for sample in source.samples} - set(source.class_names)
    if unknown:
        raise DataError(f"{source.title} has a sample of {min(unknown)}, expected one of {list(source.class_names)}")


def _write_pictures(source: Source, path: Path, progress: Progress) -> tuple[list[Sample], list[tuple[str, str]]]:
    """Write the pictures that can be had; return their samples, and the others' files with the reasons."""
    accepted: list[Sample] = []
    rejected: list[tuple[str, str]] = []
    total = len(source.samples)
    raw_path = path.with_suffix(".raw")  # how many pictures there will be is known at the end alone
    with raw_path.open("wb") as raw:
        for done, sample in enumerate(source.samples, start=1):
            try:
                raw.write(source.picture(sample).tobytes())
                accepted.append(sample)
            except PhotoError as error:
                rejected.append((sample.file, str(error)))
            progress(done, total)
    _require_two_classes(source, accepted, rejected)
    pictures = np.memmap(raw_path, dtype=np.uint8, mode="r", shape=(len(accepted), *PICTURE_SHAPE))
    np.save(path, pictures, allow_pickle=False)
    del pictures
    raw_path.unlink()
    return accepted, rejected


def _require_two_classes(source: Source, accepted: list[Sample], rejected: list[tuple[str, str]]) -> None:
    classes = sorted({sample.emotion for sample in accepted})
    if len(classes) < 2:
        why = f"; the first of {len(rejected)} rejected: {rejected[0][1]}" if rejected else ""
        raise DataError(f"{source.title} must have usable pictures of at least two classes, got {classes}{why}")


def _label_table(samples: list[Sample], class_names: tuple[str, ...]) -> pd.DataFrame:
    """One row per sample; one column per action unit that any of them is labelled with."""
    columns = [field.name for field in fields(Sample) if field.name not in ("emotion", "action_units")]
    table = pd.DataFrame({name: [getattr(sample, name) for sample in samples] for name in columns})
    table = table.astype(dict.fromkeys(("id", "file", "subject", "sequence", "split"), "string"))
    table = table.astype({"frame": "Int32", "valence": "float32", "arousal": "float32"})
    table.insert(6, "emotion", np.array([class_names.index(sample.emotion) for sample in samples], dtype=np.int16))
    for unit in sorted({unit for sample in samples for unit in sample.action_units}):
        table[f"au{unit:02d}"] = np.array([sample.action_units.get(unit, 0.0) for sample in samples], dtype=np.float32)
    return table


def _card(source: Source, images: Path, labels: pd.DataFrame, rejected: list[tuple[str, str]]) -> PreparedCard:
    pictures = np.load(images, mmap_mode="r", allow_pickle=False)
    mean, std = _mean_and_std(pictures)
    digest = hashlib.sha256(labels.to_csv(index=False).encode())
    for start in range(0, len(pictures), 1024):
        digest.update(pictures[start : start + 1024].tobytes())
    counts = labels["emotion"].value_counts()
    return PreparedCard(
        name=source.name,
        title=source.title,
        licence=source.licence,
        class_names=source.class_names,
        num_pictures=len(pictures),
        num_rejected=len(rejected),
        counts=tuple(int(counts.get(index, 0)) for index in range(len(source.class_names))),
        mean=mean,
        std=std,
        fingerprint=digest.hexdigest(),
    )


def _mean_and_std(pictures: np.ndarray) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Per channel, from the histogram of the 256 values: exact, and one pass over the file."""
    histogram = np.zeros((3, 256), dtype=np.int64)
    for start in range(0, len(pictures), 1024):
        chunk = pictures[start : start + 1024]
        histogram += [np.bincount(chunk[..., channel].ravel(), minlength=256) for channel in range(3)]
    values = np.arange(256) / 255
    share = histogram / histogram.sum(axis=1, keepdims=True)
    mean = share @ values
    std = np.sqrt(share @ values**2 - mean**2)
    return tuple(mean.tolist()), tuple(std.tolist())


def _unwatched(_done: int, _total: int) -> None:
    """Progress that nobody watches."""
