"""Making a prepared set: fetch every picture of a source and write them beside their labels.

What was fetched survives Ctrl-C, a kill and a full disk: the same call goes on where it stopped and gives the same set.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from esr_core.data.duplicates import DUPLICATE_OF, first_alike, mark_duplicates
from esr_core.data.fetching import Outcome, Rejected, fetch
from esr_core.data.labels import label_table, require_consistent
from esr_core.data.names import printable
from esr_core.data.partial import PartialSet, Reasons
from esr_core.data.prepared import PICTURE_SHAPE, SCHEMA_VERSION, PreparedCard
from esr_core.data.source import Sample, Source
from esr_core.errors import DataError, cause
from esr_core.folders import PathLike

Progress = Callable[[int, int], None]  # samples done, samples in all
PICTURES_AT_ONCE = 1024
NUMBER = re.compile(r"\d[\d,.]*")
REASONS_SHOWN = 20  # of the card, the commonest first; rejected.csv has them all


def prepare(source: Source, destination: PathLike, progress: Progress | None = None, workers: int = 1) -> PreparedCard:
    """Fetch every picture of a source and write them as a prepared set.

    Args:
        source: an adapter's samples.
        destination: folder to make; must not exist yet.
        progress: called with the samples done and their number; first with what an earlier attempt had done.
        workers: processes that fetch pictures; the set is the same for any number.

    Returns:
        The set's card.

    Raises:
        DataError: if the destination exists, lies in the data set's folder, cannot be written or is being prepared by
            another process, labels contradict each other, or fewer than two classes, or not all of the owners' parts,
            have a usable picture.
    """
    destination = Path(destination)
    require_consistent(source.samples, source.class_names, source.title)
    if source.folder is not None and destination.resolve().is_relative_to(source.folder.resolve()):
        raise DataError(f"{destination} must lie outside {source.folder}, whose files are the data set: choose another")
    if os.path.lexists(destination):  # a link to nowhere is in the way as well
        raise DataError(f"{destination} exists already; choose another folder or remove it first")
    try:
        with PartialSet(destination, _key(source)) as partial:
            return _prepare(source, partial, progress or (lambda _done, _total: None), workers)
    except OSError as error:
        what = "is not finished" if isinstance(error, ChildProcessError) else "cannot be written"
        raise DataError(
            f"{destination} {what}: {cause(error)}; what is done is kept, the same command goes on with it"
        ) from error


def _prepare(source: Source, partial: PartialSet, progress: Progress, workers: int) -> PreparedCard:
    try:
        progress(partial.done, len(source.samples))
        for outcomes in fetch(source.picture, source.samples[partial.done :], workers):
            _require_shape(outcomes, source.samples[partial.done : partial.done + len(outcomes)])
            partial.add(outcomes)
            progress(partial.done, len(source.samples))
        _require_usable(source, partial.reasons)
    except DataError:
        partial.discard()
        raise
    accepted = [sample for sample, reason in zip(source.samples, partial.reasons, strict=True) if reason is None]
    pictures = partial.pictures()
    labels = mark_duplicates(label_table(accepted, source.class_names), first_alike(pictures))
    card = _card(source, pictures, labels, partial.reasons)
    labels.to_parquet(partial.folder / "labels.parquet", index=False)
    rejected = [
        (printable(sample.file), reason)
        for sample, reason in zip(source.samples, partial.reasons, strict=True)
        if reason is not None
    ]
    pd.DataFrame(rejected, columns=["file", "reason"]).to_csv(partial.folder / "rejected.csv", index=False)
    content = json.dumps({"schema_version": SCHEMA_VERSION, **asdict(card)}, indent=2)
    (partial.folder / "card.json").write_text(content, encoding="utf-8")
    partial.become_destination()
    return card


def _key(source: Source) -> str:
    """Equal for two attempts that would fetch the same pictures."""
    folder = source.folder and str(source.folder.resolve())
    digest = hashlib.sha256(repr((SCHEMA_VERSION, source.name, source.title, folder)).encode())
    digest.update(repr((sorted(source.options.items()), source.class_names)).encode())
    digest.update(repr(source.container and (str(source.container.resolve()), _size(source.container))).encode())
    for sample in source.samples:
        digest.update(repr((sample, source.folder and _size(source.folder / sample.file))).encode())
    return digest.hexdigest()


def _size(path: Path) -> int | None:
    """Bytes of a picture's file, by which one that was repaired or replaced is noticed; None if it has no file."""
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return None


def _require_shape(outcomes: Sequence[Outcome], samples: Sequence[Sample]) -> None:
    """A picture of another shape would silently shift all that follow."""
    for picture, sample in zip(outcomes, samples, strict=True):
        if not isinstance(picture, Rejected) and (picture.shape != PICTURE_SHAPE or picture.dtype != np.uint8):
            raise DataError(
                f"{sample.file} gave a picture of {picture.dtype} {picture.shape}, expected uint8 {PICTURE_SHAPE}"
            )


def _require_usable(source: Source, reasons: Reasons) -> None:
    """Two classes to tell apart, and no part of the owners' lost: without it another would be tested on."""
    usable = [sample for sample, reason in zip(source.samples, reasons, strict=True) if reason is None]
    why = ""
    if rejected := [reason for reason in reasons if reason is not None]:
        first = printable(source.samples[reasons.index(rejected[0])].file)
        why = f"; {len(rejected)} were rejected, the first: {first} {rejected[0]}"
    classes = sorted({sample.emotion for sample in usable if sample.emotion is not None})
    if len(classes) < 2:
        raise DataError(f"{source.title} must have usable pictures of at least two classes, got {classes}{why}")
    parts = {sample.split for sample in source.samples if sample.split is not None}
    if lost := parts.difference(sample.split for sample in usable):
        raise DataError(f"{source.title} must have usable pictures in each part, got none in {min(lost)}{why}")


def _card(source: Source, pictures: np.ndarray, labels: pd.DataFrame, reasons: Reasons) -> PreparedCard:
    mean, std, pictures_digest = _read_through(pictures)
    digest = hashlib.sha256(labels.drop(columns=DUPLICATE_OF).to_csv(index=False).encode())  # as before it was stored
    digest.update(pictures_digest)
    rejected = _by_kind([reason for reason in reasons if reason is not None])
    return PreparedCard(
        name=source.name,
        title=source.title,
        licence=source.licence,
        class_names=source.class_names,
        options=dict(source.options),
        num_pictures=len(pictures),
        num_unlabelled=int(labels["emotion"].isna().sum()),
        num_rejected=sum(rejected.values()),
        counts=_counts(labels, source.class_names),
        split_counts={
            str(split): _counts(part, source.class_names) for split, part in labels.groupby("split", sort=True)
        },
        skipped=dict(source.skipped),
        rejected_reasons=dict(list(rejected.items())[:REASONS_SHOWN]),
        mean=mean,
        std=std,
        fingerprint=digest.hexdigest(),
        num_duplicates=int(labels[DUPLICATE_OF].notna().sum()),
    )


def _by_kind(reasons: Sequence[str]) -> dict[str, int]:
    """How often each reason occurs, the commonest first; those that differ in numbers alone count as their first."""
    kinds: dict[str, list[str]] = {}
    for reason in reasons:
        kinds.setdefault(NUMBER.sub("", reason), []).append(reason)
    return {alike[0]: len(alike) for alike in sorted(kinds.values(), key=len, reverse=True)}


def _counts(labels: pd.DataFrame, class_names: Sequence[str]) -> tuple[int, ...]:
    counts = labels["emotion"].value_counts()
    return tuple(int(counts.get(index, 0)) for index in range(len(class_names)))


def _read_through(pictures: np.ndarray) -> tuple[tuple[float, ...], tuple[float, ...], bytes]:
    """Mean and standard deviation per channel and a digest, in one pass over the file.

    Sums of whole numbers are exact, so neither the chunks nor the order of additions change a bit.
    """
    digest = hashlib.sha256()
    total = squares = np.zeros(PICTURE_SHAPE[-1], dtype=np.int64)
    for start in range(0, len(pictures), PICTURES_AT_ONCE):
        chunk = np.ascontiguousarray(pictures[start : start + PICTURES_AT_ONCE])
        digest.update(chunk.data)
        histogram = np.stack([np.bincount(chunk[..., k].ravel(), minlength=256) for k in range(PICTURE_SHAPE[-1])])
        total = total + histogram @ np.arange(256)
        squares = squares + histogram @ np.arange(256) ** 2
    count = pictures[..., 0].size
    mean = total / count
    std = np.sqrt(np.maximum(squares / count - mean**2, 0))  # rounding may go below 0 for one single colour
    return tuple((mean / 255).tolist()), tuple((std / 255).tolist()), digest.digest()
