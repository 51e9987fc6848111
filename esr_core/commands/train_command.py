"""The command that trains a stored configuration again: the inverse of ``read_config`` and of a sweep of one run."""

import shlex
from collections.abc import Iterator
from typing import Any

from esr_core.commands.settings import SETTINGS, Setting
from esr_core.commands.without_effect import has_effect
from esr_core.config import TrainingConfig
from esr_core.trainer import INHERITED


def train_command(config: TrainingConfig) -> str | None:
    """The command line with an option for every setting that is not the default and has an effect.

    A run that goes on from another one names what it would inherit, for the two may differ in it. One that belongs to
    a group is a sweep of one run, whose id the group's name begins.

    Args:
        config: of a stored run.

    Returns:
        One line for a shell; None where a network without a task for it has affect heads, for which there is no option,
        and where nothing is trained, for it has shared layers alone.
    """
    if (config.network.affect_head and config.start is None) or not config.network.num_branches:
        return None
    options = [word for setting in SETTINGS for word in _option(setting, config)]
    command = ["python", "-m", "esr_core", "train", "--data", config.data]
    return shlex.join([*command, *_of_start(config), *options, *_of_group(config)])


def _of_start(config: TrainingConfig) -> list[str]:
    if config.start is None:
        return []
    checkpoint = config.start.checkpoint
    return ["--start", config.start.run_id, *(["--start-checkpoint", checkpoint] if checkpoint != "best" else [])]


def _of_group(config: TrainingConfig) -> list[str]:
    return ["--levels", str(config.network.branching_level), "--group", config.group] if config.group else []


def _option(setting: Setting, config: TrainingConfig) -> Iterator[str]:
    """The words of one option; none where its setting is the default."""
    value: Any = config
    for name in setting.field.split("."):
        value = getattr(value, name)
    is_inherited = config.start is not None and setting.field.removeprefix("network.") in INHERITED
    is_varied = bool(config.group) and setting.field == "network.branching_level"
    if is_varied or (value == setting.default and not is_inherited) or not has_effect(setting.field, config):
        return
    if isinstance(value, bool):
        yield setting.flag if value else setting.flag.replace("--", "--no-", 1)
        return
    yield setting.flag
    yield (",".join(map(str, value)) or "none") if isinstance(value, tuple) else str(value)
