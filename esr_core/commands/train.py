"""``train``: train one ensemble and store it as a run."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from tqdm import tqdm

from esr_core.commands.defaults import PREPARED_ROOT, RUNS_ROOT
from esr_core.config import Architecture, AugmentationConfig, NetworkConfig, ProtocolConfig, Strategy, TrainingConfig
from esr_core.data.prepared import PreparedSet
from esr_core.errors import ConfigError, DataError
from esr_core.jobs import demonstration_config, prepare_demonstration, train_run
from esr_core.records import Progress
from esr_core.run_store import RunStore


@dataclass(frozen=True, slots=True)
class Setting:
    """One command line option that sets one field of the configuration."""

    flag: str
    field: str  # dotted path in TrainingConfig
    help: str
    metavar: str | None = None
    choices: Sequence[str] | None = None

    @property
    def default(self) -> Any:  # noqa: ANN401 - the field's own type
        """What the configuration has when the option is not given."""
        *groups, name = self.field.split(".")
        owner: Any = TrainingConfig
        for group in groups:
            owner = type(owner.model_fields[group].default)
        return owner.model_fields[name].default


SETTINGS = (
    Setting(
        "--network", "network.architecture", "lab: grey, 5 blocks; wild: RGB, 8 blocks", choices=get_args(Architecture)
    ),
    Setting("--level", "network.branching_level", "shared convolution blocks; 0 = traditional ensemble", "0-8"),
    Setting("--branches", "network.num_branches", "branches; 1 = single network", "N"),
    Setting("--strategy", "strategy", "what trained parts do while a branch is added", choices=get_args(Strategy)),
    Setting("--learning-rate", "learning_rate", "of new branches and of learning shared layers", "RATE"),
    Setting(
        "--trained-branch-learning-rate", "trained_branch_learning_rate", "of trained branches, varied only", "RATE"
    ),
    Setting("--momentum", "momentum", "of stochastic gradient descent", "SHARE"),
    Setting("--decay-factor", "decay_factor", "learning rates are multiplied by this at each decay", "FACTOR"),
    Setting("--decay-every", "decay_every_epochs", "epochs between decays, counted anew for each branch", "EPOCHS"),
    Setting("--epochs", "epochs_first_branch", "of the first branch, or of all when interleaved", "EPOCHS"),
    Setting("--later-epochs", "epochs_later_branch", "of each later branch", "EPOCHS"),
    Setting("--batch-size", "batch_size", "pictures per step", "PICTURES"),
    Setting("--validate-every", "validate_every_epochs", "epochs between validation points", "EPOCHS"),
    Setting(
        "--protocol",
        "protocol.kind",
        "how pictures are divided",
        choices=("auto", "official", "subject-folds", "random-folds"),
    ),
    Setting("--fold", "protocol.fold", "fold that tests; the next one validates", "0-9"),
    Setting("--training-folds", "protocol.training_folds", "folds that train, of the 8 left", "1-8"),
    Setting(
        "--balance",
        "protocol.balance",
        "give each branch a random subset with as many of each",
        choices=("none", "emotion", "quadrant"),
    ),
    Setting("--max-per-group", "protocol.max_per_group", "pictures of each in such a subset, at most", "N"),
    Setting("--brightness", "augmentation.brightness", "added at most, in shares of the full range", "SHARE"),
    Setting("--contrast", "augmentation.contrast", "factor is 1 plus or minus this", "SHARE"),
    Setting("--flip", "augmentation.flip", "probability of a horizontal flip", "SHARE"),
    Setting("--rotation", "augmentation.rotation_deg", "at most, either way", "DEGREES"),
    Setting("--translation", "augmentation.translation", "at most, in shares of the side", "SHARE"),
    Setting("--scale", "augmentation.scale", "factor is 1 plus or minus this", "SHARE"),
    Setting("--seed", "seed", "the same seed on the same device gives the same weights", "N"),
    Setting("--device", "device", "auto, cpu, cuda, cuda:<index> or mps", "DEVICE"),
)


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``train`` with one option per setting."""
    parser = commands.add_parser(
        "train",
        help="train an ensemble and store it as a run",
        description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--data", metavar="FOLDER", help="prepared set to learn from")
    parser.add_argument("--demo", action="store_true", help="draw built-in faces and train a small ensemble on them")
    parser.add_argument("--queued", metavar="RUN", help="train a run that is already stored as queued, as configured")
    parser.add_argument("--runs", type=Path, default=RUNS_ROOT, metavar="FOLDER", help="where runs are stored")
    parser.add_argument(
        "--prepared", type=Path, default=PREPARED_ROOT, metavar="FOLDER", help="where --demo keeps its faces"
    )
    parser.add_argument("--run-id", metavar="NAME", help="name of the run; by default from the time and the settings")
    for setting in SETTINGS:
        parser.add_argument(
            setting.flag,
            dest=setting.field,
            type=type(setting.default),
            default=setting.default,
            metavar=setting.metavar,
            choices=setting.choices,
            help=setting.help,
        )
    parser.set_defaults(run=_run)


def read_config(options: argparse.Namespace) -> TrainingConfig:
    """The configuration that the options describe, with the classes of the prepared set.

    Raises:
        DataError: if ``--data`` is not a prepared set.
        ConfigError: if a value is impossible.
    """
    if options.data is None:
        raise ConfigError("--data must name a prepared set, got none; --demo draws one")
    chosen = {setting.field: getattr(options, setting.field) for setting in SETTINGS}
    class_names = PreparedSet.open(Path(options.data)).card.class_names
    return TrainingConfig(
        data=options.data,
        network=NetworkConfig(class_names=class_names, **_group(chosen, "network")),
        protocol=ProtocolConfig(**_group(chosen, "protocol")),
        augmentation=AugmentationConfig(**_group(chosen, "augmentation")),
        **{field: value for field, value in chosen.items() if "." not in field},
    )


def _group(chosen: dict[str, Any], name: str) -> dict[str, Any]:
    return {field.removeprefix(f"{name}."): value for field, value in chosen.items() if field.startswith(f"{name}.")}


def _run(options: argparse.Namespace) -> None:
    store = RunStore(options.runs)
    run_id = options.queued or store.create(_chosen_config(options), run_id=options.run_id).run_id
    if options.demo:
        _prepare_demonstration(store, run_id, options.prepared)
    with tqdm(unit="epoch", desc=run_id, disable=bool(options.queued)) as bar:

        def show(progress: Progress) -> None:
            bar.total = progress.epochs_total
            bar.set_postfix_str(
                f"branch {progress.branch}/{progress.num_branches}, {progress.images_per_second:.0f} images/s"
            )
            bar.update(progress.epochs_done - bar.n)

        run = train_run(store, run_id, show)
    accuracy = "n/a" if run.status.test_accuracy is None else f"{run.status.test_accuracy:.1%}"
    print(f"{run_id}: {run.status.state}, test accuracy {accuracy}")  # noqa: T201 - a command line speaks


def _prepare_demonstration(store: RunStore, run_id: str, prepared_root: Path) -> None:
    try:
        prepare_demonstration(prepared_root)
    except DataError as error:
        store.writer(run_id).fail(str(error))
        raise


def _chosen_config(options: argparse.Namespace) -> TrainingConfig:
    return demonstration_config(options.prepared) if options.demo else read_config(options)
