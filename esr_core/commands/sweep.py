"""``train`` with lists: one configuration varied over levels, strategies, folds and seeds."""

import argparse
import sys
from collections.abc import Mapping

from tqdm import tqdm

from esr_core.commands.given import given, refuse
from esr_core.commands.precision_note import note_precision
from esr_core.commands.training_bar import training_bar
from esr_core.commands.without_effect import refuse_without_effect
from esr_core.config import TrainingConfig
from esr_core.data.prepared import PreparedCard
from esr_core.errors import ConfigError, TrainingError
from esr_core.evaluation import stored_warning
from esr_core.run_store import RunStore
from esr_core.sweeps import Sweep, number_list
from esr_core.trainer import SweepOutcome, train_sweep
from esr_core.training import require_memory
from esr_core.training.compilation import require_compilable

VARIED = ("levels", "strategies", "folds", "seeds")
INSTEAD = {"--levels": "--level", "--strategies": "--strategy", "--folds": "--fold", "--seeds": "--seed"}


def add_sweep(parser: argparse.ArgumentParser) -> None:
    """Add the options that make a sweep of a training."""
    lists = parser.add_argument_group(
        "sweeps",
        "Each combination is a run of one group. Given again, the same command skips what is finished and goes on with "
        "what is not.",
    )
    lists.add_argument("--levels", type=_numbers, metavar="0,1,2", help="instead of --level")
    lists.add_argument("--strategies", type=_words, metavar="varied,frozen", help="instead of --strategy")
    lists.add_argument("--folds", type=_numbers, metavar="0-9", help="instead of --fold")
    lists.add_argument("--seeds", type=_numbers, metavar="0-2", help="instead of --seed")
    lists.add_argument("--group", metavar="NAME", help="what the runs' names begin with; by default from the settings")


def is_sweep(options: argparse.Namespace) -> bool:
    """Whether any list was given."""
    return any(getattr(options, name) is not None for name in VARIED)


def refuse_unused_lists(options: argparse.Namespace) -> None:
    """Raise ConfigError for what a list stands instead of, and for a name that would name nothing."""
    flags = given(options)
    lists = [name for name in INSTEAD if name in flags]
    if not lists:
        *others, last = INSTEAD
        refuse(flags & {"--group"}, f"without one of {', '.join(others)} and {last}")
    for name in lists:
        refuse(flags & {INSTEAD[name]}, f"with {name}")
        refuse(flags & {"--run-id"}, f"with {name}, whose runs --group names")


def expand(base: TrainingConfig, options: argparse.Namespace) -> dict[str, TrainingConfig]:
    """The configurations that the lists make of one, by run id; raises ConfigError if a value is impossible."""
    return Sweep(**{name: getattr(options, name) or () for name in VARIED}).expand(base, options.group)


def run_sweep(store: RunStore, base: TrainingConfig, options: argparse.Namespace) -> None:
    """Train what the lists expand to and say what became of each run.

    Raises:
        ConfigError: if a value is impossible or has no effect, nothing can be compiled here that is to be, or there is
            too little memory.
        RunError: if a run of the same name was made with other settings.
        TrainingError: at the end, if a run failed.
    """
    configs = expand(base, options)
    refuse_without_effect(options, configs.values())
    require_compilable(base)
    num_pictures = PreparedCard.read(base.data).num_pictures
    for config in configs.values():
        require_memory(config, num_pictures)
    note_precision(base, options)
    train_group(store, configs)


def train_group(store: RunStore, configs: Mapping[str, TrainingConfig]) -> None:
    """Train the runs of one group, by id, and say what became of each.

    Raises:
        RunError: if a run of the same name was made with other settings.
        TrainingError: at the end, if a run failed.
    """
    print(f"{len(configs)} runs of group {next(iter(configs.values())).group}")  # noqa: T201 - a command line speaks
    failed = 0
    warnings: list[str] = []
    with training_bar(f"{len(configs)} runs") as show:
        for number, outcome in enumerate(train_sweep(store, configs, show), start=1):
            failed += outcome.state == "failed"
            tqdm.write(f"{number}/{len(configs)} {describe_outcome(outcome)}")  # above the bar
            if outcome.state == "finished" and (warning := stored_warning(store, outcome.run_id)):
                warnings.append(f"{outcome.run_id}: {warning}")
    if warnings:
        print(f"warning: in {len(warnings)} of {len(configs)} runs, as in {warnings[0]}", file=sys.stderr)  # noqa: T201
    if failed:
        raise TrainingError(f"{failed} of {len(configs)} runs failed; the same command tries them again")


def describe_outcome(outcome: SweepOutcome) -> str:
    """What became of one run, in a line."""
    accuracy = "" if outcome.test_accuracy is None else f", test accuracy {outcome.test_accuracy:.1%}"
    message = f": {outcome.message}" if outcome.message else ""
    return f"{outcome.run_id}: {outcome.state}{accuracy}{message}"


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return number_list(text)
    except ConfigError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.split(",")))
