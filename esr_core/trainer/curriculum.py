"""Going on from a stored run: its ensemble gets more branches, or is fine-tuned on other data."""

from typing import Any

from esr_core.config import NetworkConfig, StartConfig, TrainingConfig
from esr_core.errors import ConfigError, DamagedRunError
from esr_core.networks import ESR, rebranched
from esr_core.run_store import RunStore
from esr_core.run_store.checkpoints import load_checkpoint
from esr_core.training import seeded

INHERITED = ("architecture", "branching_level", "num_branches", "affect_head")
"""What a network has from the one it goes on from; its classes are the data's, and must be the same."""


def inherited_settings(network: NetworkConfig) -> dict[str, Any]:
    """What a training that goes on from a network has from it, by field of a configuration."""
    names = INHERITED if network.num_branches else ("architecture", "branching_level")
    return {f"network.{name}": getattr(network, name) for name in names}


def start_from(store: RunStore, run_id: str, checkpoint: str = "best") -> tuple[StartConfig, NetworkConfig]:
    """The settings with which a training goes on from a run's checkpoint, and those of the network in it.

    Raises:
        RunNotFoundError: if there is no such run.
        DamagedRunError: if the checkpoint is missing, altered, or does not fit the run's settings.
    """
    network = _stored_network(store, run_id, checkpoint).config
    start = StartConfig(
        run_id=run_id,
        checkpoint=checkpoint,
        sha256=store.checkpoint_sha256(run_id, checkpoint),
        num_branches=network.num_branches,
    )
    return start, network


def trained_network(store: RunStore, config: TrainingConfig) -> ESR:
    """The ensemble that ``config.start`` names, in eval mode on the CPU.

    Raises:
        RunNotFoundError: if its run is gone.
        DamagedRunError: if the checkpoint is missing or is no longer the one the settings name.
        ConfigError: if the settings describe a network that it cannot become.
    """
    start = config.start
    if start is None:
        raise ConfigError("start must name a stored run to go on from, got None")
    sha256 = store.checkpoint_sha256(start.run_id, start.checkpoint)
    if sha256 != start.sha256:
        raise DamagedRunError(
            f"{start.run_id}/checkpoints/{start.checkpoint}.safetensors must have the sha256 {start.sha256[:12]} that "
            f"the training was set up with, found {sha256[:12]}"
        )
    network = _stored_network(store, start.run_id, start.checkpoint)
    require_same_kind(config.network, network.config, start.run_id)
    if not network.branches:
        return _without_branches(network, config.network)
    if network.config.branching_level != config.network.branching_level:
        network = rebranched(network, config.network.branching_level)
    if config.network.affect_head and not network.config.affect_head:
        with seeded(config.seed, 0):  # branches are counted from 1
            network.add_affect_heads()
    return network


def inherited_licence(store: RunStore, config: TrainingConfig) -> dict[str, str]:
    """What a run's environment says of weights trained elsewhere that it goes on from, itself or over other runs.

    Returns:
        Their licence as ``start_licence``; nothing where there are none.
    """
    if config.start is None:
        return {}
    environment = store.environment(config.start.run_id)
    licence = environment.get("imported", {}).get("licence") or environment.get("start_licence")
    return {"start_licence": licence} if licence else {}


def require_same_kind(wanted: NetworkConfig, trained: NetworkConfig, run_id: str) -> None:
    """Raise ConfigError unless a trained network can become the wanted one by adding branches or affect heads.

    A single network can go on at any branching level; several branches begin where they begin. Shared layers alone know
    no classes.
    """
    same = ["architecture"] + ["class_names"] * (trained.num_branches > 0)
    same += ["branching_level"] * (trained.num_branches != 1)
    for name in same:
        if getattr(wanted, name) != getattr(trained, name):
            raise ConfigError(
                f"network.{name} must be that of run {run_id}, {_shown(getattr(trained, name))}, "
                f"got {_shown(getattr(wanted, name))}"
            )


def _stored_network(store: RunStore, run_id: str, checkpoint: str) -> ESR:
    """As ``store.load_network``, but shared layers alone as well."""
    return load_checkpoint(store.folder(run_id), store.config(run_id).network, checkpoint)


def _without_branches(network: ESR, wanted: NetworkConfig) -> ESR:
    """Shared layers for branches of the wanted network."""
    start = ESR.from_config(wanted.replace(num_branches=0))
    start.shared.load_state_dict(network.shared.state_dict())
    return start.eval()


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else repr(value)
