"""Making a prepared set: fetch every picture of a source, write them beside their labels, rename the whole.

The set is built in a hidden folder beside its destination, so a half-written one is never taken for a prepared set.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from secrets import token_hex

import numpy as np
import pandas as pd

from esr_core.data.prepared import PICTURE_SHAPE, SCHEMA_VERSION, PreparedCard
from esr_core.data.source import Sample, Source
from esr_core.errors import DataError, PhotoError

Progress = Callable[[int, int], None]  # samples done, samples in all


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
    if os.path.lexists(destination):  # a link to nowhere is in the way as well
        raise DataError(f"{destination} exists already; choose another folder or remove it first")
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        folder = destination.with_name(f".{destination.name}-{token_hex(4)}")
        folder.mkdir()
    except OSError as error:
        raise DataError(f"{destination} cannot be written: {error}") from None
    try:
        yield folder
        folder.rename(destination)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise DataError(f"{destination} cannot be written: {error}") from error
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
    for sample in source.samples:
        _require_ranges(sample)


def _require_ranges(sample: Sample) -> None:
    """NaN fails every comparison, so it is refused as well; what is not known is None."""
    for name in ("valence", "arousal"):
        value = getattr(sample, name)
        if value is not None and not -1 <= value <= 1:
            raise DataError(f"{sample.file} has {name} {value}, expected a value in [-1, 1]")
    for unit, intensity in sample.action_units.items():
        if not 0 <= intensity <= 1:
            raise DataError(f"{sample.file} has action unit {unit} at {intensity}, expected an intensity in [0, 1]")


def _write_pictures(source: Source, path: Path, progress: Progress) -> tuple[list[Sample], list[tuple[str, str]]]:
    """Write the pictures that can be had; return their samples, and the others' files with the reasons."""
    accepted: list[Sample] = []
    rejected: list[tuple[str, str]] = []
    total = len(source.samples)
    raw_path = path.with_suffix(".raw")  # how many pictures there will be is known at the end alone
    with raw_path.open("wb") as raw:
        for done, sample in enumerate(source.samples, start=1):
            try:
                raw.write(_checked(source.picture(sample), sample))
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


def _checked(picture: np.ndarray, sample: Sample) -> bytes:
    """The picture's bytes; one of another shape would silently shift all that follow."""
    if picture.shape != PICTURE_SHAPE or picture.dtype != np.uint8:
        raise DataError(f"{sample.file} gave a picture of {picture.dtype} {picture.shape}, expected uint8 (96, 96, 3)")
    return picture.tobytes()


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
    std = np.sqrt(np.maximum(share @ values**2 - mean**2, 0))  # rounding may go below 0 for one single colour
    return tuple(mean.tolist()), tuple(std.tolist())


def _unwatched(_done: int, _total: int) -> None:
    """Progress that nobody watches."""
