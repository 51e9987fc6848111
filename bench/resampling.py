"""How much a network depends on the sharpness of its pictures: accuracy as prepared, and softened as augmentation does.

Usage: python -m bench.resampling RUN [RUN ...] [--runs RUNS] [--data SET [SET ...]]

Each picture is moved by up to half a pixel in each direction, which changes nothing that a person sees, and resampled
once bilinearly, once bicubically. A network whose training pictures were resampled bilinearly has learned the softer
ones; one whose pictures were resampled bicubically should not tell the three kinds apart.
"""

import argparse
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from esr_core.config import Resampling
from esr_core.data.augmentation import move
from esr_core.data.network_input import to_images
from esr_core.data.prepared import PreparedSet
from esr_core.evaluation import labelled_pictures
from esr_core.evaluation.markdown import interval, percent, table
from esr_core.metrics import Estimate, mean_interval, plurality_vote
from esr_core.networks import ESR, for_inference
from esr_core.run_store import RunStore

AT_ONCE = 128
PREPARED_AS = "as prepared"
KINDS: tuple[Resampling | None, ...] = (None, "bilinear", "bicubic")


def resampled(images: torch.Tensor, kind: Resampling | None, generator: torch.Generator) -> torch.Tensor:
    """Images (B, K, 96, 96) moved by up to half a pixel; ``None`` leaves them as they are."""
    count = len(images)
    shift = (torch.rand(count, 2, generator=generator) - 0.5) / images.shape[3]
    if kind is None:
        return images
    return move(images, torch.zeros(count), shift, torch.ones(count), kind).clamp(0, 1)


def votes(network: ESR, pictures: np.ndarray, kind: Resampling | None) -> np.ndarray:
    """What the ensemble votes for, class indices (B,), of uint8 pictures (B, 96, 96, 3)."""
    generator, logits = torch.Generator().manual_seed(0), []
    with torch.inference_mode():
        for start in range(0, len(pictures), AT_ONCE):
            images = to_images(np.asarray(pictures[start : start + AT_ONCE]), network.config.architecture)
            logits.append(network(resampled(images, kind, generator)).numpy())
    return plurality_vote(np.concatenate(logits)).predictions


def accuracies(network: ESR, prepared: PreparedSet) -> dict[str, Estimate]:
    """Accuracy in [0, 1] with its 95 % interval by kind of picture; classes are joined by name."""
    chosen = labelled_pictures(prepared)
    names = network.config.class_names
    known = np.array([names.index(name) if name in names else -1 for name in prepared.card.class_names])
    labels = known[chosen.labels]
    rows, labels = chosen.rows[labels >= 0], labels[labels >= 0]
    found = {}
    for kind in KINDS:
        right = votes(network, prepared.images[rows], kind) == labels
        found[kind or PREPARED_AS] = Estimate(right.mean(), *mean_interval(right[:, None])[0])
    return found


def printed(frame: pd.DataFrame, cell: Callable[[Any], str]) -> str:
    """The frame as a Markdown table, its index first."""
    rows = [[*index, *map(cell, values)] for index, values in zip(frame.index, frame.to_numpy(), strict=True)]
    return table([*frame.index.names, *frame.columns], rows)


def main() -> None:
    """Print a row for every run and set, and the mean over runs that were trained alike."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", nargs="+")
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--data", type=Path, nargs="+", default=[Path("prepared/ferplus")])
    options = parser.parse_args()
    store, rows = RunStore(options.runs), {}
    for run_id in options.run:
        network = for_inference(store.load_network(run_id))
        trained_by = store.config(run_id).augmentation.resampling
        for folder in options.data:
            rows[run_id, trained_by, folder.name] = accuracies(network, PreparedSet.open(folder))
    index = pd.MultiIndex.from_tuples(rows, names=("run", "trained", "set"))
    estimates = pd.DataFrame.from_records(list(rows.values()), index=index)
    print(printed(estimates, lambda cell: f"{percent(cell.value)} {interval(cell.low, cell.high)}"))
    means = estimates.map(attrgetter("value")).groupby(["trained", "set"], sort=False).mean()
    print("\nMean over runs:\n\n" + printed(means, percent))


if __name__ == "__main__":
    main()
