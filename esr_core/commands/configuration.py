"""From the options of a training to its configuration."""

import argparse

from esr_core.commands.given import given, refuse
from esr_core.commands.settings import SETTINGS
from esr_core.config import TrainingConfig
from esr_core.data.prepared import PreparedSet
from esr_core.data.protocols import protocol_kind
from esr_core.data.votes import require_votes
from esr_core.errors import ConfigError
from esr_core.folders import absolute
from esr_core.presets import configure
from esr_core.run_store import RunStore
from esr_core.trainer import inherited_settings, require_same_kind, start_from


def read_config(options: argparse.Namespace) -> TrainingConfig:
    """The configuration that the options describe, with the classes of the prepared set.

    With ``--start`` the network is that of the run to go on from; more branches may be asked for.

    Raises:
        DataError: if ``--data`` is not a prepared set, or has no votes to learn from.
        RunError: if ``--start`` is no run that can be gone on from.
        ConfigError: if a value is impossible, or a fold is asked of a set that has parts of its own.
    """
    if options.start is None:
        refuse(given(options) & {"--start-checkpoint"}, "without --start")
    if options.data is None:
        raise ConfigError("--data must name a prepared set, got none; --demo draws one")
    values = vars(options)
    settings = {setting.field: values[setting.field] for setting in SETTINGS if setting.field in values}
    prepared = PreparedSet.open(absolute(options.data))  # whoever trains or reads the run may be elsewhere
    data, class_names = str(prepared.folder), prepared.card.class_names
    if options.start is None:
        return _trainable(configure(data, class_names, settings, options.preset), prepared, given(options))
    start, there = start_from(RunStore(options.runs), options.start, options.start_checkpoint)
    config = configure(data, class_names, inherited_settings(there) | settings, options.preset, start)
    require_same_kind(config.network, there, options.start)
    return _trainable(config, prepared, given(options))


def _trainable(config: TrainingConfig, prepared: PreparedSet, flags: set[str]) -> TrainingConfig:
    """The configuration on that set.

    Raises:
        DataError: if the set lacks what is learned from.
        ConfigError: if ``flags`` name a fold of a set that its owners have divided: every fold would be the same.
    """
    if (folds := flags & {"--fold", "--folds"}) and protocol_kind(prepared.labels, config.protocol) == "official":
        refuse(folds, f"on {prepared.card.title}, which has training and test parts of its own")
    if config.targets == "votes":
        require_votes(prepared.labels, prepared.card.class_names)
    return config.replace(data_set=prepared.card.identity)
