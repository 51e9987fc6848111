"""What runs are called."""

import re
import secrets
from datetime import datetime

from esr_core.config import TrainingConfig

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")
"""A run's name is its folder's: nothing in it can lead out of the runs folder."""


def new_run_id(config: TrainingConfig, now: float) -> str:
    """A readable and unique name, for instance 20261123-1412-lab-level3-frozen-7f3a."""
    moment = datetime.fromtimestamp(now).astimezone().strftime("%Y%m%d-%H%M")
    network = config.network
    what = f"{network.architecture}-level{network.branching_level}-{config.strategy}"
    return f"{moment}-{what}-{secrets.token_hex(2)}"
