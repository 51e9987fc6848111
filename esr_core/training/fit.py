"""Training as one call: Algorithm 1 of the paper, record by record."""

from collections.abc import Iterator

from esr_core.config import TrainingConfig
from esr_core.networks import ESR
from esr_core.records import EpochRecord
from esr_core.training.classifier_refit import refit_classifiers
from esr_core.training.course import Course, OnProgress
from esr_core.training.data import TrainingData
from esr_core.training.phases import starting_branches
from esr_core.training.seeding import draw_network, seeded


def new_network(config: TrainingConfig) -> ESR:
    """The untrained network a training starts from: one branch, or all of them when interleaved.

    The same seed gives a block the same weights at every branching level; the caller's random state is left alone.
    """
    with seeded(config.seed):
        network = ESR.from_config(config.network.replace(num_branches=starting_branches(config)))
    draw_network(network, config.seed)
    return network


def fit(
    config: TrainingConfig, network: ESR, data: TrainingData, on_progress: OnProgress | None = None
) -> Iterator[EpochRecord]:
    """Train ``network`` in place; write nothing.

    Args:
        config: what to do; ``config.device`` is not looked at, the data's device is used.
        network: as ``new_network`` gives it, or the trained one that ``config.start`` names.
        data: pictures and parts.
        on_progress: called after every epoch; an exception it raises ends the training.

    Yields:
        A record at every validation point, epoch 0 (before any update) included. While the caller holds a record,
        ``network`` has the weights it speaks of; after the last one it has those of the best ensemble, with its
        classifiers fitted anew where the configuration asks for it.

    Raises:
        TrainingError: if the network has the wrong number of branches or a loss stops being finite.

    Source: paper, Algorithm 1.
    """
    yield from Course(config, network, data, on_progress)
    refit_classifiers(config, network, data)
