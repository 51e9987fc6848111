"""How fast a prepared set of AffectNet's size opens and gives random batches, and the memory that takes.

Usage: python -m bench.prepared_set

Writes 8.3 GB below the folder for temporary files (TMPDIR names another) and removes them again.
"""

import json
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import torch

from bench._timing import summary
from esr_core.config import Architecture, NetworkConfig, TrainingConfig
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PICTURE_SHAPE, PreparedSet
from esr_core.data.protocols import choose_parts
from esr_core.data.source import Sample, Source
from esr_core.emotions import EMOTIONS
from esr_core.training import TrainingData

NUM_PICTURES, NUM_DIFFERENT = 300_000, 3_000
BATCH_SIZE = 128
OPENINGS, ROUNDS, BATCHES_PER_ROUND = 7, 9, 200


@dataclass(frozen=True, slots=True)
class Noise:
    """Pictures of random bytes."""

    def __call__(self, sample: Sample) -> np.ndarray:
        """Uint8 (96, 96, 3)."""
        return np.random.default_rng(int(sample.id)).integers(0, 256, PICTURE_SHAPE, dtype=np.uint8)


def write_set(folder: Path) -> None:
    """A prepared set of NUM_PICTURES: a real one of NUM_DIFFERENT, repeated on the disk."""
    prepare(_source(), folder)
    few = PreparedSet.open(folder)
    repeats = NUM_PICTURES // NUM_DIFFERENT
    labels = pd.concat([few.labels] * repeats, ignore_index=True)
    labels["id"] = labels.index.astype("string")
    many = np.lib.format.open_memmap(folder / "many.npy", "w+", np.uint8, (NUM_PICTURES, *PICTURE_SHAPE))
    for start in range(0, NUM_PICTURES, NUM_DIFFERENT):
        many[start : start + NUM_DIFFERENT] = few.images
    many.flush()
    (folder / "many.npy").replace(folder / "images.npy")
    labels.to_parquet(folder / "labels.parquet", index=False)
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    (folder / "card.json").write_text(json.dumps(card | {"num_pictures": NUM_PICTURES}), encoding="utf-8")


def _source() -> Source:
    """What AffectNet labels."""
    samples = [
        Sample(
            id=str(number),
            file=f"Manually_Annotated_Images/{number % 1000}/{number:064x}.jpg",
            emotion=EMOTIONS[number % len(EMOTIONS)],
            split="validation" if number % 100 == 0 else "train",
            valence=number / NUM_DIFFERENT,
            arousal=-number / NUM_DIFFERENT,
        )
        for number in range(NUM_DIFFERENT)
    ]
    return Source("simulated", "Simulated pictures", "MIT", EMOTIONS, samples, Noise())


def measure(folder: Path) -> None:
    """Open the set and draw batches, in a process that has done nothing else; print."""
    private = [_private_mb()]
    seconds = [_opening_seconds(folder)]
    private.append(_private_mb())
    prepared = PreparedSet.open(folder)
    _warm(folder / "images.npy")
    for architecture in ("lab", "wild"):
        data = _training_data(folder, prepared, architecture)
        batches = np.random.default_rng(0).choice(data.training, (1 + ROUNDS, BATCHES_PER_ROUND, BATCH_SIZE))
        images = [_pictures_per_second(data.images, each) for each in batches]
        private.append(_private_mb())
        files = [_pictures_per_second(data.pictures.__getitem__, each) for each in batches]
        print(f"{architecture}: pictures/s as training gets them, batches of {BATCH_SIZE}: {summary(images[1:], 0)}")
        print(f"{architecture}: pictures/s read from the file alone, as bytes:    {summary(files[1:], 0)}")
    print(f"private memory (USS): {private[0]:.0f} MB after the imports, {max(private):.0f} MB at most")
    seconds += [_opening_seconds(folder) for _ in range(OPENINGS - 1)]
    print(f"opened in {seconds[0]:.2f} s the first time, {summary(seconds[1:], 2)} s when opened again")


def _opening_seconds(folder: Path) -> float:
    started = time.perf_counter()
    PreparedSet.open(folder)
    return time.perf_counter() - started


def _warm(path: Path) -> None:
    """Read a file once, so that it is in the operating system's cache as far as there is room."""
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 24):
            pass


def _training_data(folder: Path, prepared: PreparedSet, architecture: Architecture) -> TrainingData:
    config = TrainingConfig(data=str(folder), network=NetworkConfig(architecture=architecture))
    parts = choose_parts(prepared.labels, config.protocol, prepared.card.class_names)
    return TrainingData.load(config, prepared, parts, torch.device("cpu"))


def _pictures_per_second(read: Callable[[np.ndarray], object], batches: np.ndarray) -> float:
    started = time.perf_counter()
    for batch in batches:
        read(batch)
    return batches.size / (time.perf_counter() - started)


def _private_mb() -> float:
    """Memory that would be free if this process ended: unique set size, mapped files included."""
    return psutil.Process().memory_full_info().uss / 1e6


def main() -> None:
    """Write the set, measure in a fresh process, remove the set."""
    print(f"{torch.get_num_threads()} threads")
    with tempfile.TemporaryDirectory(prefix="esr-bench-") as temporary:
        folder = Path(temporary) / "simulated"
        write_set(folder)
        measuring = multiprocessing.get_context("spawn").Process(target=measure, args=(folder,))
        measuring.start()
        measuring.join()
    if measuring.exitcode:
        raise SystemExit(measuring.exitcode)


if __name__ == "__main__":
    main()
