"""Clicks that start and stop processes. The browser names prepared sets and runs, never a path or a command."""

from collections.abc import Mapping
from typing import Any

from app import cached, session, settings
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.data.prepared import PreparedCard
from esr_core.errors import ConfigError, EsrError
from esr_core.jobs import launch, launch_demonstration, prepare_demonstration, stop


def train(choice: Mapping[str, Any], token: str) -> None:
    """Launch what the form says; a token that was spent by an earlier click launches nothing."""
    if not session.spend_launch_token(token):
        return
    try:
        launch(cached.store(), training_config(choice, cached.prepared()))
    except EsrError as error:
        session.set_problem(str(error))


def train_demonstration(token: str) -> None:
    """Launch the demonstration run and pick it."""
    if not session.spend_launch_token(token):
        return
    try:
        session.set_picked_runs([launch_demonstration(cached.store(), settings.prepared_root())])
    except EsrError as error:
        session.set_problem(str(error))


def draw_faces() -> None:
    """Draw the built-in faces that the demonstration run learns from.

    Raises:
        DataError: if they cannot be written, or another process is drawing them.
    """
    prepare_demonstration(settings.prepared_root())


def stop_run(run_id: str) -> None:
    """Ask a run's process to end in good order."""
    try:
        stop(cached.store(), run_id)
    except EsrError as error:
        session.set_problem(str(error))


def training_config(choice: Mapping[str, Any], sets: Mapping[str, PreparedCard]) -> TrainingConfig:
    """The configuration of the form's choices.

    Raises:
        ConfigError: if a value is impossible or the set is not one of those listed.
    """
    if choice["data"] not in sets:
        raise ConfigError(f"data must be one of {', '.join(sets)}, got {choice['data']!r}")
    return TrainingConfig(
        data=str(settings.prepared_root().resolve() / choice["data"]),
        network=NetworkConfig(
            architecture=choice["architecture"],
            branching_level=choice["level"],
            num_branches=choice["branches"],
            class_names=sets[choice["data"]].class_names,
        ),
        strategy=choice["strategy"],
        epochs_first_branch=choice["epochs"],
        epochs_later_branch=choice["later_epochs"],
        validate_every_epochs=max(1, choice["epochs"] // 20),
        learning_rate=choice["learning_rate"],
        batch_size=choice["batch_size"],
        seed=choice["seed"],
        device=choice["device"],
    )
