"""What bfloat16 would bring, said before a training whose precision nobody chose."""

import argparse
import sys

from esr_core.config import TrainingConfig
from esr_core.training.precision_gain import precision_advice


def note_precision(config: TrainingConfig, options: argparse.Namespace) -> None:
    """Say on standard error how much faster bfloat16 would be, unless ``--precision`` is among the parsed options.

    Raises:
        ConfigError: if this machine does not have the training's device.
    """
    if "precision" not in vars(options) and (advice := precision_advice(config)):
        print(f"note: {advice}", file=sys.stderr)  # noqa: T201 - a command line speaks
