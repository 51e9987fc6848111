"""Which options a command line gives, so that one that would not be used is refused instead of ignored."""

import argparse
from collections.abc import Collection

from esr_core.errors import ConfigError


def given(options: argparse.Namespace) -> set[str]:
    """The long names of the options whose values are not their defaults.

    Args:
        options: as parsed; ``parser`` among them is the parser that they are of.
    """
    return {
        next(name for name in action.option_strings if name.startswith("--"))
        for action in options.parser._actions  # argparse has no public list of them
        if action.option_strings and _is_given(action, options)
    }


def _is_given(action: argparse.Action, options: argparse.Namespace) -> bool:
    default = None if action.default is argparse.SUPPRESS else action.default
    return getattr(options, action.dest, default) != default


def refuse(unused: Collection[str], why: str) -> None:
    """Raise ConfigError if there is any option that would not be used.

    Args:
        unused: their names.
        why: what ends the sentence, as "with --demo".
    """
    *others, last = sorted(unused) or [""]
    if last:
        names = f"{', '.join(others)} and {last} are" if others else f"{last} is"
        raise ConfigError(f"{names} not used {why}")
