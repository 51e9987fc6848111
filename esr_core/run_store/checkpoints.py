"""Networks from stored weights, after making sure that they are the ones that were stored."""

from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from esr_core.config import NetworkConfig
from esr_core.errors import DamagedRunError, DataError, cause
from esr_core.networks import ESR, weights_from_stored
from esr_core.run_store import manifest
from esr_core.run_store.naming import RUN_ID


def checkpoint_file(folder: Path, checkpoint: str) -> Path:
    """The file of a checkpoint; raises DamagedRunError if there is none of that name."""
    path = folder / "checkpoints" / f"{checkpoint}.safetensors"
    if not RUN_ID.fullmatch(checkpoint) or not path.is_file():
        raise DamagedRunError(f"{folder.name} has no checkpoints/{checkpoint}.safetensors")
    return path


def load_checkpoint(folder: Path, config: NetworkConfig, checkpoint: str) -> ESR:
    """The network of ``checkpoints/<checkpoint>.safetensors``, in eval mode on the CPU.

    Raises:
        DamagedRunError: if it is missing, altered since it was stored, or does not fit the settings.
    """
    path = checkpoint_file(folder, checkpoint)
    name = f"checkpoints/{path.name}"
    manifest.require_unaltered(folder, name)
    try:
        weights = weights_from_stored(load_file(path))
        network = ESR.from_config(_with_branches(config, weights))
        network.load_state_dict(weights)
    except (SafetensorError, OSError, RuntimeError, DataError) as error:
        raise DamagedRunError(
            f"{folder.name}/{name} does not hold the network of config.json: {cause(error)}"
        ) from None
    return network.eval()


def _with_branches(config: NetworkConfig, weights: dict[str, torch.Tensor]) -> NetworkConfig:
    """The settings with as many branches as a checkpoint has: a run that was stopped may have fewer than planned."""
    found = {name.split(".")[1] for name in weights if name.startswith("branches.")}
    return config.replace(num_branches=min(max(len(found), 1), config.num_branches))


def load_state(folder: Path) -> dict[str, Any] | None:
    """What an unfinished training needs to go on, on the CPU; None where nothing was stored yet.

    Raises:
        DamagedRunError: if it cannot be read.
    """
    path = folder / "resume.pt"
    if not path.exists():
        return None
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises nearly anything on damage, pickle's own errors included
        raise DamagedRunError(
            f"{folder.name}/resume.pt must hold the state of a training, found a damaged file ({type(error).__name__})"
        ) from error
