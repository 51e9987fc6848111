"""How much a network depends on the sharpness of its pictures: accuracy as prepared, and softened as augmentation does.

Usage: python -m bench.resampling RUN [RUN ...] [--runs RUNS] [--data SET [SET ...]]

Each picture is moved by up to half a pixel in each direction, which changes nothing that a person sees, and resampled
once bilinearly, once bicubically. A network whose training pictures were resampled bilinearly has learned the softer
ones; one whose pictures were resampled bicubically should not tell the three kinds apart.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from esr_core.config import Resampling
from esr_core.data.augmentation import move
from esr_core.data.network_input import to_images
from esr_core.data.prepared import PreparedSet
from esr_core.evaluation import labelled_pictures
from esr_core.metrics import mean_interval, plurality_vote
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


def accuracies(network: ESR, prepared: PreparedSet) -> dict[str, str]:
    """Accuracy in % with its 95 % interval by kind of picture; classes are joined by name."""
    chosen = labelled_pictures(prepared)
    names = network.config.class_names
    known = np.array([names.index(name) if name in names else -1 for name in prepared.card.class_names])
    labels = known[chosen.labels]
    rows, labels = chosen.rows[labels >= 0], labels[labels >= 0]
    row = {"pictures": f"{len(rows):,}"}
    for kind in KINDS:
        right = 100.0 * (votes(network, prepared.images[rows], kind) == labels)
        low, high = mean_interval(right[:, None])[0]
        row[kind or PREPARED_AS] = f"{right.mean():.1f} ({low:.1f} to {high:.1f})"
    return row


def main() -> None:
    """Print a row for every run and set."""
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
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.names = ["run", "trained", "set"]
    print(table.to_string())


if __name__ == "__main__":
    main()
