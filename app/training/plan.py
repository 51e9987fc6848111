"""From the form's choices to configurations, and what of them is impossible, field by field."""

from collections.abc import Callable, Mapping, Sequence

from app import answers
from app.shell import settings
from app.training.training_choice import TrainingChoice
from esr_core.architectures import check_branching_level
from esr_core.config import TrainingConfig
from esr_core.data.prepared import PreparedCard
from esr_core.data.protocols import NUM_FOLDS, protocol_kind
from esr_core.data.votes import require_votes
from esr_core.devices import memory_for_a_training, resolve_device
from esr_core.errors import ConfigError, DataError, EsrError
from esr_core.folders import absolute
from esr_core.presets import configure
from esr_core.records import HERE
from esr_core.sweeps import Sweep, number_list
from esr_core.training import training_memory_bytes

GB = 1e9


def training_configs(choice: TrainingChoice, sets: Mapping[str, PreparedCard]) -> list[TrainingConfig]:
    """The configurations of the form's choices: one for each combination of level, strategy, fold and seed.

    Raises:
        ConfigError: if a value is impossible, nothing is chosen or the set is not one of those listed.
    """
    _require_known(choice.data, sets)
    _require_any("levels", choice.levels)
    _require_any("strategies", choice.strategies)
    settings_of = {**choice.copied, **choice.settings}
    start = settings_of.pop("start", None)
    if choice.preset is None and not choice.copied:
        settings_of["validate_every_epochs"] = max(1, settings_of["epochs_first_branch"] // 20)
    folder, card = str(absolute(settings.prepared_root()) / choice.data), sets[choice.data]
    first = {"network.branching_level": choice.levels[0]}
    base = configure(folder, card.class_names, settings_of | first, choice.preset, start)
    base = base.replace(data_set=card.identity)
    folds, seeds = _numbers("folds", choice.folds), _numbers("seeds", choice.seeds)
    configs = list(Sweep(choice.levels, choice.strategies, folds, seeds).expand(base).values())
    return configs if len(configs) > 1 else [configs[0].replace(group="")]


def require_possible(choice: TrainingChoice, sets: Mapping[str, PreparedCard]) -> None:
    """Raise ConfigError with the first of ``refused_fields``, if there is one."""
    for sentence in refused_fields(choice, sets).values():
        raise ConfigError(sentence)


def refused_fields(choice: TrainingChoice, sets: Mapping[str, PreparedCard]) -> dict[str, str]:
    """Why choices cannot be trained: a sentence for each field of the form that must change; empty where they can.

    What data and memory allow is looked at once every field makes sense on its own. Of a cluster neither devices
    nor memory are known here, and its jobs are not refused for them.
    """
    refused = _senseless(choice, sets)
    if not refused:
        refused = _refused_by_data(choice, sets)
    if not refused and answers.place() == HERE:
        refused = _refused_by_memory(choice, sets)
    return refused


def _senseless(choice: TrainingChoice, sets: Mapping[str, PreparedCard]) -> dict[str, str]:
    """Fields whose values no training could have."""
    checks: dict[str, Callable[[], object]] = {
        "data": lambda: _require_known(choice.data, sets),
        "levels": lambda: _require_levels(choice),
        "strategies": lambda: _require_any("strategies", choice.strategies),
        "seeds": lambda: _numbers("seeds", choice.seeds),
        "folds": lambda: _folds(choice),
    }
    if answers.place() == HERE:  # a cluster's devices and memory are its own
        checks["device"] = lambda: resolve_device(choice.device)
    refused = {}
    for field, check in checks.items():
        try:
            check()
        except ConfigError as error:
            refused[field] = str(error)
    return refused


def _refused_by_data(choice: TrainingChoice, sets: Mapping[str, PreparedCard]) -> dict[str, str]:
    """Fields that ask of the prepared set what it does not have."""
    title = sets[choice.data].title
    try:
        configs = training_configs(choice, sets)
        labels = answers.prepared_set(choice.data).labels
    except EsrError as error:
        return {"data": str(error)}
    protocol = configs[0].protocol
    try:
        if configs[0].targets == "votes":
            require_votes(labels, sets[choice.data].class_names)
        kind = protocol_kind(labels, protocol)
        answers.pictures_of(configs, choice.data)
    except DataError as error:
        return {"data" if protocol.kind == "auto" else "preset": str(error)}
    if kind == "subject-folds" or _folds(choice) == (0,):
        return {}
    why = "has a split of its own" if kind == "official" else "does not know who is on its pictures"
    return {"folds": f"folds must be 0, got {choice.folds!r}: {title} {why}"}


def _refused_by_memory(choice: TrainingChoice, sets: Mapping[str, PreparedCard]) -> dict[str, str]:
    """The number of branches, or the batch where fewer of them would not help, if a training would not fit."""
    pictures, device = sets[choice.data].num_pictures, choice.device
    room = memory_for_a_training(device)
    if resolve_device(device).type != "cuda":  # it waits for those that run, which give theirs back
        room += sum(use.memory_bytes for use in answers.job_use(answers.jobs()).values())
    largest = max(training_configs(choice, sets), key=lambda config: training_memory_bytes(config, pictures))
    need, count = training_memory_bytes(largest, pictures), largest.network.num_branches
    if need <= room:
        return {}
    alone = largest.replace(network=largest.network.replace(num_branches=1))
    would_help = count > 1 and training_memory_bytes(alone, pictures) <= room
    field, value = ("branches", count) if would_help else ("batch_size", largest.batch_size)
    return {
        field: f"{field.replace('_', ' ')} must be less than {value}: the training would take about "
        f"{need / GB:.1f} GB of memory, and device {device} has {room / GB:.1f} GB for it"
    }


def _require_known(name: str, sets: Mapping[str, PreparedCard]) -> None:
    if name not in sets:
        raise ConfigError(f"data must be one of {', '.join(sets)}, got {name!r}")


def _require_any(field: str, chosen: Sequence[object]) -> None:
    if not chosen:
        raise ConfigError(f"{field}: choose at least one")


def _require_levels(choice: TrainingChoice) -> None:
    _require_any("levels", choice.levels)
    for level in choice.levels:
        check_branching_level(choice.architecture, level)


def _folds(choice: TrainingChoice) -> tuple[int, ...]:
    folds = _numbers("folds", choice.folds)
    if max(folds) >= NUM_FOLDS:
        raise ConfigError(f"folds must be of 0-{NUM_FOLDS - 1}, got {choice.folds!r}")
    return folds


def _numbers(field: str, text: str) -> tuple[int, ...]:
    try:
        return number_list(text)
    except ConfigError as error:
        raise ConfigError(f"{field}: {error}") from None
