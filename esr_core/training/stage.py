"""Where one phase of a training stands: its optimiser, its epochs, its best ensemble so far."""

from dataclasses import asdict
from typing import Any, NamedTuple

import torch
from torch import Tensor

from esr_core.config import TrainingConfig
from esr_core.networks import ESR, frozen
from esr_core.records import EpochRecord, is_better
from esr_core.training.evaluation import KeptLogits
from esr_core.training.losses import RunningMeans
from esr_core.training.phases import Phase, parameter_groups


class LearningRates(NamedTuple):
    """Of each part of the network; None for what is frozen or not there."""

    newest_branch: float
    shared: float | None
    trained_branches: float | None


class Stage:
    """A phase underway, on a network that has its branches already."""

    def __init__(self, phase: Phase, network: ESR, config: TrainingConfig, device: torch.device) -> None:
        self.phase = phase
        self.device = device
        self.shared_layers = network.shared if phase.shared_learns else frozen(network.shared)
        # Fused, a step is one kernel, and float16's scaling needs no wait for the device.
        self.optimiser = torch.optim.SGD(
            parameter_groups(network, phase, config),
            momentum=config.momentum,
            weight_decay=config.weight_decay,
            fused=device.type == "cuda",
        )
        self.decay = _decay(self.optimiser, phase, config)
        self.kept_logits = KeptLogits(phase.num_unchanged)  # of the pictures that are validated on
        self.epoch = 0  # epochs done
        self.best: EpochRecord | None = None
        self.best_weights: dict[str, Tensor] = {}
        self._since = (0, 0.0)  # pictures and seconds of the course at the last validation point
        self._start_means(network)

    def take_in(self, record: EpochRecord, network: ESR, images_seen: int, seconds: float) -> None:
        """A validation point is over: keep the ensemble if it is the best trained one, and start new means."""
        if record.epoch and is_better(record, self.best):
            self.best = record
            self.best_weights = {name: value.clone() for name, value in network.state_dict().items()}
        self._since = (images_seen, seconds)
        self._start_means(network)

    def restore_best(self, network: ESR) -> None:
        """Give the network the weights of the best validation point."""
        network.load_state_dict(self.best_weights)

    def learning_rates(self) -> LearningRates:
        """The rates of now."""
        of_groups = [group["lr"] for group in self.optimiser.param_groups]
        shared = of_groups.pop(0) if self.phase.shared_learns else None
        *trained, newest = of_groups
        has_trained = bool(trained) and not self.phase.is_interleaved
        return LearningRates(newest, shared, trained[0] if has_trained else None)

    def images_per_second(self, images_seen: int, seconds: float) -> float | None:
        """Training speed since the last validation point; None before any update."""
        images, elapsed = images_seen - self._since[0], seconds - self._since[1]
        return images / elapsed if self.epoch and elapsed else None

    def state_dict(self) -> dict[str, Any]:
        """Tensors and plain values."""
        return {
            "epoch": self.epoch,
            "optimiser": self.optimiser.state_dict(),
            "decay": self.decay.state_dict(),
            "running": self.running.state_dict(),
            "best": asdict(self.best) if self.best else None,
            "best_weights": self.best_weights,
            "since": list(self._since),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Stand where the stage of that state stood."""
        self.epoch = state["epoch"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.decay.load_state_dict(state["decay"])
        self.running.load_state_dict(state["running"])
        self.best = EpochRecord.from_dict(state["best"]) if state["best"] else None
        self.best_weights = {name: value.to(self.device) for name, value in state["best_weights"].items()}
        self._since = (state["since"][0], state["since"][1])

    def _start_means(self, network: ESR) -> None:
        self.running = RunningMeans(len(network.branches), self.device)


def _decay(
    optimiser: torch.optim.Optimizer, phase: Phase, config: TrainingConfig
) -> torch.optim.lr_scheduler.LRScheduler:
    """How learning rates fall over the epochs of a phase."""
    if config.decay == "cosine":
        return torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, phase.epochs)
    return torch.optim.lr_scheduler.StepLR(optimiser, config.decay_every_epochs, config.decay_factor)
