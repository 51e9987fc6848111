"""How long the runs that are left will take."""

from collections.abc import Hashable, Sequence

from esr_core.config import TrainingConfig
from esr_core.devices import resolve_device
from esr_core.records import RunInfo
from esr_core.reproduction.planning import PlannedRun, Request
from esr_core.run_store import RunStore
from esr_core.trainer import pictures_per_branch, sweep_multiply_adds, training_speed


def seconds_left(
    request: Request, planned: Sequence[PlannedRun], store: RunStore, runs: Sequence[RunInfo]
) -> float | None:
    """Seconds that the missing runs take, one after another at the speed of the latest finished ones.

    First branches that several of them share are counted once.

    Args:
        request: that made the plan.
        planned: all of its runs, those that wait for others among them.
        store: of the runs.
        runs: in it, the latest first.

    Returns:
        None where no run has finished on such a device.

    Raises:
        DataError: if a set cannot be divided as the protocol asks.
    """
    missing = [each for each in planned if each.state not in ("finished", "running")]
    if not missing:
        return 0.0
    devices = (request.device, resolve_device(request.device).type)  # runs may have named what "auto" means here
    speed = next((speed for each in devices if (speed := training_speed(store, runs, each)) is not None), None)
    if speed is None:
        return None
    known: dict[tuple[Hashable, ...], tuple[int, ...]] = {}
    for each in missing:
        key = _what_divides(each.config)
        if key not in known:
            known[key] = pictures_per_branch(each.config, request.sets[each.experiment.data])
    configs = [each.config for each in missing]
    return sweep_multiply_adds(configs, [known[_what_divides(config)] for config in configs]) / speed


def _what_divides(config: TrainingConfig) -> tuple[Hashable, ...]:
    """The settings that decide which pictures each branch learns from."""
    network = config.network
    whether_in_turn = (config.strategy, network.branching_level > 0)
    return config.data_key, config.task, network.num_branches, config.protocol, config.seed, whether_in_turn
