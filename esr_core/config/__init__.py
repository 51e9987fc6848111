"""Frozen configuration objects: everything needed to train a network again.

Unknown keys and impossible values are refused with a :class:`~esr_core.errors.ConfigError` that names them.
Read from JSON with ``TrainingConfig.from_json(text)``, write with ``config.to_json()``, vary with
``config.replace(seed=1)``, which checks again.
"""

from esr_core.config.differences import differing_settings, flat_settings
from esr_core.config.groups import (
    Architecture,
    AugmentationConfig,
    DataSetConfig,
    NetworkConfig,
    ProtocolConfig,
    Resampling,
    StartConfig,
)
from esr_core.config.strict import Config, validated, without_mark
from esr_core.config.training import (
    CheckpointDtype,
    Decay,
    LogitAdjustment,
    Precision,
    Strategy,
    Targets,
    Task,
    TrainingConfig,
)

__all__ = [
    "Architecture",
    "AugmentationConfig",
    "CheckpointDtype",
    "Config",
    "DataSetConfig",
    "Decay",
    "LogitAdjustment",
    "NetworkConfig",
    "Precision",
    "ProtocolConfig",
    "Resampling",
    "StartConfig",
    "Strategy",
    "Targets",
    "Task",
    "TrainingConfig",
    "differing_settings",
    "flat_settings",
    "validated",
    "without_mark",
]
