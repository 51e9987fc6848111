"""What jobs run on: each GPU holds one at a time, the CPU a set number."""

from collections.abc import Mapping

from esr_core.devices import available_devices
from esr_core.errors import ConfigError


def machine_slots(cpu: int = 1, per_gpu: int = 1) -> dict[str, int]:
    """How many jobs each device of this machine may hold at once, GPUs first.

    Raises:
        ConfigError: if a number is negative, or nothing could ever run.
    """
    if min(cpu, per_gpu) < 0:
        raise ConfigError(f"slots must be 0 or more, got {cpu} for the CPU and {per_gpu} for each GPU")
    counts = {name: cpu if name == "cpu" else per_gpu for name in available_devices() if name != "auto"}
    slots = {name: count for name, count in counts.items() if count}
    if not slots:
        raise ConfigError("at least one slot is needed, got none for the CPU and none for a GPU")
    return slots


def slot_for(device: str, free: Mapping[str, int]) -> str | None:
    """A free slot for a job, or None.

    ``auto`` takes a GPU where the machine has one with slots at all, even if it must wait for it: a training that
    was meant for the GPU is not put on the CPU because the GPU is busy.

    Args:
        device: as a configuration names it.
        free: free places by slot, a cluster's GPUs being one slot, "cuda"; one that is not there can never be had.
    """
    if device == "auto":
        gpus = [name for name in free if name != "cpu"]
        return next((name for name in gpus or ["cpu"] if free.get(name, 0) > 0), None)
    name = "cuda:0" if device == "cuda" and "cuda" not in free else device
    return name if free.get(name, 0) > 0 else None
