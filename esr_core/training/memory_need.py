"""How much memory a training takes, reckoned from its settings before anything is started."""

from collections.abc import Sequence
from math import prod

from esr_core.config import TrainingConfig
from esr_core.devices import memory_for_a_training
from esr_core.errors import ConfigError
from esr_core.networks.cost import BlockValues, block_values
from esr_core.training.evaluation import EVALUATED_AT_ONCE
from esr_core.training.phases import Phase, plan

GB = 1e9
BYTES = 4  # of a float32; reduced precision is not reckoned with, so that its estimate is too high
PROCESS_BYTES = 600_000_000  # Python, PyTorch and pandas on a CPU; a CUDA context takes about as much of its card


def training_memory_bytes(config: TrainingConfig, num_pictures: int) -> int:
    """Peak memory of a whole training in its device's memory: the largest need of any of its phases.

    With 4 bytes for each value, a phase needs::

        process + 2 W + frozen shared weights + 2 L + max(step, validation)
        step       = batch_size * (image + K), or with less of K but a gradient, where the backward pass is at a block:
                     batch_size * (image + K of the blocks before it and its own + its convolution output)
        validation = min(64, pictures) * (image + largest of any block's input + 2 * its convolution output)

    where W are the weights that exist by then, twice for the best ones are kept beside them; L those that learn, which
    have a gradient and a momentum each; and K is what the backward pass needs of each picture: of the shared blocks
    where they learn, and of every branch that learns in one step. Per block that is the convolution's output, the
    ReLU's, and, where it pools, the batch norm's and the places of the maxima (8 bytes each).

    Args:
        config: of the training.
        num_pictures: of the prepared set, or of its validation part where that is known and classifiers are not fitted
            anew: one that is smaller than 64 is validated in one piece.

    Returns:
        Bytes. Without the process they are within a factor of 1.15 of what PyTorch allocates in float32 on a CPU, which
        a test holds. Processes were measured to reside in up to a tenth more than the whole. On an H200, in bfloat16,
        PyTorch allocated 0.4, 0.7 and 2.8 GB beside the pictures, where this is 0.9, 1.6 and 5.0.
    """
    needs = [_phase_values(config, phase, num_pictures) for phase in plan(config)]
    return PROCESS_BYTES + BYTES * max(*needs, _refit_values(config, num_pictures))


def require_memory(config: TrainingConfig, num_pictures: int) -> None:
    """Check that a training fits what its device can give it now.

    Args:
        config: of the training.
        num_pictures: of the prepared set; a batch is no larger.

    Raises:
        ConfigError: if it would not, or as ``resolve_device``.
    """
    batch_size = max(2, min(config.batch_size, num_pictures))
    need = training_memory_bytes(config.replace(batch_size=batch_size), num_pictures)
    if need > (room := memory_for_a_training(config.device)):
        raise ConfigError(
            f"batch_size {config.batch_size} or num_branches {config.network.num_branches} must be less: the training "
            f"would take about {need / GB:.1f} GB of memory, and device {config.device} has {room / GB:.1f} GB for it"
        )


def _phase_values(config: TrainingConfig, phase: Phase, num_pictures: int) -> int:
    """Values (of 4 bytes) that are held at once at the worst moment of a phase."""
    network = config.network
    blocks, level = block_values(network.architecture), network.branching_level
    shared_weights, branch_weights = (sum(each.weights for each in part) for part in (blocks[:level], blocks[level:]))
    existing = phase.branch or network.num_branches
    if config.start is not None:
        existing = max(existing, config.start.num_branches)
    weights = shared_weights + existing * branch_weights
    learning = phase.shared_learns * shared_weights + len(phase.learners) * branch_weights * (not phase.heads_only)
    image = prod(network.layout.image_shape)
    step = config.batch_size * (image + _values_of_a_step(blocks, level, phase))
    validation = min(EVALUATED_AT_ONCE, num_pictures) * (image + max(map(_passed_through, blocks)))
    return 2 * weights + (not phase.shared_learns) * shared_weights + 2 * learning + max(step, validation)


def _refit_values(config: TrainingConfig, num_pictures: int) -> int:
    """Values held while classifiers are fitted anew: the weights, all features twice, those of a branch thrice more."""
    if not config.refit_classifiers:
        return 0
    network = config.network
    weights = network.num_branches * sum(each.weights for each in block_values(network.architecture))
    return weights + num_pictures * network.layout.num_features * (2 * network.num_branches + 3)


def _values_of_a_step(blocks: Sequence[BlockValues], level: int, phase: Phase) -> int:
    """What forward and backward pass hold at once of one picture, at the worst block."""
    at_once = 1 if phase.is_interleaved else len(phase.learners)
    kept = worst = 0
    for position, block in enumerate(blocks):
        is_shared = position < level
        if phase.heads_only or (is_shared and not phase.shared_learns):
            worst = max(worst, kept + _passed_through(block))
            continue
        kept += block.kept if is_shared else at_once * block.kept  # the branches' backward passes free little early
        worst = max(worst, kept + block.convolved)
    return max(worst, kept)


def _passed_through(block: BlockValues) -> int:
    """What a block that keeps nothing holds of one picture while it works: input, convolution and batch norm."""
    return block.given + 2 * block.convolved
