"""Pictures a second while a branch is added: the engine against a plain PyTorch loop, side by side.

Usage: python -m bench.training [--wild] [--rounds 3] [--pictures 192] [--batch-size 32]
                                [--precision float32|bfloat16] [--device cuda]

The plain loop is written as the paper's authors publish theirs: float32, one picture at a time through PIL in the
loader, a Python loop over branches, learning rate 0 for what is frozen. Both train the last branch of the ensemble.
The goals are 3 times its pictures a second for `varied` and `fixed`, 10 times for `frozen`, 2.2 times in the wild.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from PIL import Image, ImageEnhance
from torch import nn
from torch.utils.data import DataLoader, Dataset

from bench._peak import share_of_peak
from bench._published import as_published
from bench._timing import paired, ratios, summary
from esr_core.config import AugmentationConfig, NetworkConfig, TrainingConfig
from esr_core.data.augmentation import augment, draw_changes
from esr_core.data.protocols import Parts
from esr_core.devices import resolve_device, synchronise
from esr_core.networks import ESR
from esr_core.training import TrainingData
from esr_core.training.batches import epoch_steps
from esr_core.training.data import resident_pictures
from esr_core.training.feed import feed
from esr_core.training.learner import Learner
from esr_core.training.phases import plan
from esr_core.training.precision import DTYPES
from esr_core.training.stage import Stage

GOALS = {"fixed": 3.0, "varied": 3.0, "frozen": 10.0}
WILD_GOAL = 2.2


class PlainSet(Dataset):
    """One picture at a time through PIL."""

    def __init__(self, data: TrainingData, settings: AugmentationConfig) -> None:
        self.data, self.settings = data, settings
        self.rng = np.random.default_rng(0)

    def __len__(self) -> int:
        return len(self.data.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        """A changed picture (K, 96, 96) in [0, 1] and its class."""
        settings = self.settings
        picture = Image.fromarray(self.data.pictures[index])
        if self.data.architecture == "lab":
            picture = picture.convert("L")
        picture = ImageEnhance.Brightness(picture).enhance(1 + self._draw(settings.brightness))
        picture = ImageEnhance.Contrast(picture).enhance(1 + self._draw(settings.contrast))
        if self.rng.random() < settings.flip:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        shift = (round(self._draw(96 * settings.translation)), round(self._draw(96 * settings.translation)))
        picture = picture.rotate(self._draw(settings.rotation_deg), Image.Resampling.BILINEAR, translate=shift)
        margin = round(self._draw(48 * settings.scale))
        box = (max(0, margin), max(0, margin), min(96, 96 - margin), min(96, 96 - margin))
        picture = picture.resize((96, 96), Image.Resampling.BILINEAR, box=box)
        values = np.asarray(picture, dtype=np.float32) / 255
        image = torch.from_numpy(values.reshape(96, 96, -1)).permute(2, 0, 1)
        return image, int(self.data.labels[index])

    def _draw(self, strength: float) -> float:
        return float(self.rng.uniform(-strength, strength))


def plain_epoch(config: TrainingConfig, data: TrainingData) -> Callable[[], None]:
    """One epoch as the published code trains."""
    network = as_published(ESR.from_config(config.network)).to(data.device)
    rates = {"fixed": (0.1, 0.1), "varied": (0.1, 0.02), "frozen": (0.0, 0.0)}[config.strategy]
    groups = [{"params": network.shared.parameters(), "lr": rates[0]}]
    groups += [{"params": branch.parameters(), "lr": rates[1]} for branch in network.branches[:-1]]
    groups += [{"params": network.branches[-1].parameters(), "lr": 0.1}]
    optimiser = torch.optim.SGD(groups, momentum=0.9)
    loader = DataLoader(PlainSet(data, config.augmentation), config.batch_size, shuffle=True)
    criterion = nn.CrossEntropyLoss()

    def run() -> None:
        network.train()
        for images, labels in loader:
            images, labels = images.to(data.device), labels.to(data.device)
            features = network.shared(images)
            loss = torch.zeros((), device=data.device)
            for branch in network.branches:
                loss = loss + criterion(branch(features), labels)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        synchronise(data.device)

    return run


def engine_epoch(config: TrainingConfig, data: TrainingData) -> Callable[[], None]:
    """One epoch as this project trains."""
    network = ESR.from_config(config.network).to(device=data.device, memory_format=torch.channels_last)
    stage = Stage(plan(config)[-1], network, config, data.device)
    learner = Learner(config, network, data)
    return lambda: learner.epoch(stage) and None


def input_share(config: TrainingConfig, data: TrainingData, epoch_seconds: float) -> float:
    """Share of an epoch that reading, converting and augmenting its pictures take."""
    generator = torch.Generator().manual_seed(0)
    learner = Learner(config, ESR.from_config(config.network), data)
    started = time.perf_counter()
    for _step, pictures, _targets in feed(epoch_steps(plan(config)[-1], data, config, generator), data, learner.task):
        augment(pictures, config.augmentation, draw_changes(config.augmentation, len(pictures), generator))
    synchronise(data.device)
    return (time.perf_counter() - started) / epoch_seconds


def random_data(count: int, architecture: str, num_branches: int, device: str = "cpu") -> TrainingData:
    """Pictures of noise: what they show takes no time."""
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (count, 96, 96, 3), dtype=np.uint8)
    everything = np.arange(count)
    parts = Parts((everything,), everything[:8], everything[:8])
    branches = (everything,) * num_branches
    where = resolve_device(device)
    resident = resident_pictures(pictures, where, pictures.nbytes) if where.type == "cuda" else None
    labels = rng.integers(0, 8, count)
    return TrainingData(pictures, labels, parts, branches, architecture, where, resident=resident)


def compare(network: NetworkConfig, strategy: str, options: argparse.Namespace) -> None:
    """Time both and print medians, the ratio and the share of the input."""
    goal = WILD_GOAL if network.architecture == "wild" else GOALS[strategy]
    data = random_data(options.pictures, network.architecture, network.num_branches, options.device)
    settings = {"strategy": strategy, "precision": options.precision, "batch_size": options.batch_size}
    config = TrainingConfig(data="noise", network=network, **settings)
    rivals = {"plain": plain_epoch(config, data), "engine": engine_epoch(config, data)}
    seconds = paired(rivals, options.rounds)
    print(f"ESR-{network.num_branches} {network.architecture} level {network.branching_level} {strategy}")
    for name, values in seconds.items():
        print(f"  {name:7} {summary([options.pictures / value for value in values])} pictures/s")
    typical = statistics.median(seconds["engine"])
    used = share_of_peak(rivals["engine"], typical, data.device, DTYPES[config.precision])
    print(f"  engine / plain {summary(ratios(seconds, 'plain', 'engine'))} times, goal {goal}")
    print(f"  input {input_share(config, data, typical):.1%} of a step; {used:.0%} of a matrix product's speed")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wild", action="store_true", help="measure ESR-9 in the wild as well")
    parser.add_argument("--rounds", type=int, default=3, help="rounds to take the median of, at least 2 (default 3)")
    parser.add_argument("--pictures", type=int, default=192, help="of one epoch (default 192)")
    parser.add_argument("--batch-size", type=int, default=32, help="pictures of one step (default 32)")
    parser.add_argument("--precision", default="float32", choices=("float32", "bfloat16"), help="of the engine")
    parser.add_argument("--device", default="cpu", help="to train on (default cpu)")
    options = parser.parse_args()
    threads, device = torch.get_num_threads(), options.device
    print(f"{device}, {threads} threads, {options.precision}, batches of {options.batch_size}")
    for strategy in GOALS:
        compare(NetworkConfig(branching_level=3, num_branches=4), strategy, options)
    if options.wild:
        wild = NetworkConfig(architecture="wild", branching_level=4, num_branches=9)
        pictures = 64 if options.device == "cpu" else options.pictures  # the network is large, and so is a card
        compare(wild, "varied", argparse.Namespace(**{**vars(options), "pictures": pictures}))


if __name__ == "__main__":
    main()
