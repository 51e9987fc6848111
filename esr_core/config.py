"""Frozen configuration objects: everything needed to train a network again.

Unknown keys and impossible values are refused with a :class:`~esr_core.errors.ConfigError` that names them.
Read from JSON with ``TrainingConfig.from_json(text)``, write with ``config.to_json()``, vary with
``config.replace(seed=1)``, which checks again.
"""

import json
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from esr_core.emotions import EMOTIONS
from esr_core.errors import ConfigError

Architecture = Literal["lab", "wild"]
Strategy = Literal["fixed", "varied", "frozen", "interleaved", "custom"]
Task = Literal["emotion", "affect"]
Precision = Literal["float32", "bfloat16", "float16"]
CheckpointDtype = Literal["float32", "float16"]
Targets = Literal["majority", "votes"]
Resampling = Literal["bilinear", "bicubic"]
Decay = Literal["step", "cosine"]

MAX_BRANCHING_LEVEL: dict[str, int] = {"lab": 5, "wild": 8}
"""Convolution blocks of each architecture; sharing all of them leaves a branch nothing but its linear layer."""

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
PositiveInt = Annotated[int, Field(ge=1)]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
RateOrFrozen = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def check_branching_level(architecture: str, branching_level: int) -> None:
    """Raise ConfigError unless the architecture can branch after that many convolution blocks."""
    if architecture not in MAX_BRANCHING_LEVEL:
        raise ConfigError(f"architecture must be one of {', '.join(MAX_BRANCHING_LEVEL)}, got {architecture!r}")
    highest = MAX_BRANCHING_LEVEL[architecture]
    if not isinstance(branching_level, int) or not 0 <= branching_level <= highest:
        raise ConfigError(
            f"branching_level must be 0-{highest} for the {architecture} network, got {branching_level!r}"
        )


class Config(BaseModel):
    """A frozen, strict group of settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - any keyword arrives here and is then checked
        try:
            super().__init__(**settings)
        except ValidationError as error:
            raise ConfigError(_sentence(error)) from None

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a configuration; unknown keys and bad values raise ConfigError."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise ConfigError(_sentence(error)) from None

    def to_json(self) -> str:
        """Indented JSON that ``from_json`` reads back to an equal object."""
        return self.model_dump_json(indent=2)

    def replace(self, **changes: Any) -> Self:  # noqa: ANN401 - see __init__
        """The same settings but for ``changes``, checked again."""
        return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | changes)


class NetworkConfig(Config):
    """Which ESR to build (paper, Figure 3)."""

    architecture: Architecture = "lab"
    branching_level: int = 3
    num_branches: PositiveInt = 4
    class_names: Annotated[tuple[str, ...], Field(strict=False)] = EMOTIONS  # JSON has lists alone
    affect_head: bool = False

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        check_branching_level(self.architecture, self.branching_level)
        if len(self.class_names) < 2:
            raise ConfigError(f"class_names must hold at least two classes, got {list(self.class_names)}")
        if len(set(self.class_names)) != len(self.class_names):
            raise ConfigError(f"class_names must differ from each other, got {list(self.class_names)}")
        return self


class ProtocolConfig(Config):
    """Which pictures train, validate and test (paper, "Methodology" of the redundancy analysis).

    ``kind``: ``official`` splits of the data set's owners, ten ``subject-folds`` (no person in two parts), or ten
    ``random-folds`` where no subjects are known; ``auto`` takes the first of these that there are labels for.
    Fold ``fold`` tests, the next one validates, the first ``training_folds`` of the rest train (paper: 4).

    ``balance`` gives each branch a random subset of the training part instead of leaving a fold out: up to
    ``max_per_group`` pictures of each ``emotion`` or of each ``quadrant`` of valence and arousal (paper, "Facial
    Expression Recognition in the Wild": 5,000).
    """

    kind: Literal["auto", "official", "subject-folds", "random-folds"] = "auto"
    fold: Annotated[int, Field(ge=0, le=9)] = 0
    training_folds: Annotated[int, Field(ge=1, le=8)] = 4
    balance: Literal["none", "emotion", "quadrant"] = "none"
    max_per_group: PositiveInt = 5000


class AugmentationConfig(Config):
    """Random changes to each training picture (paper, "Training ESRs at Different Branching Levels")."""

    brightness: Share = 0.2  # added, at most, in units of the full range
    contrast: Share = 0.2  # factor 1 ± this
    flip: Share = 0.5  # probability of a horizontal flip
    rotation_deg: Annotated[float, Field(ge=0, le=180)] = 30.0  # at most, either way
    translation: Share = 0.1  # at most, in shares of the side
    scale: Annotated[float, Field(ge=0, lt=1)] = 0.1  # factor 1 ± this
    # Bilinear pictures are softer than those that validation, test and explanation show.
    resampling: Resampling = "bicubic"


class StartConfig(Config):
    """The trained ensemble that a training goes on from (paper, "Continuous affect perception": curriculum learning).

    Branches are added to it, or, where the network has as many already, each is fine-tuned in turn.
    """

    run_id: str
    checkpoint: str = "best"
    sha256: str  # of the checkpoint: these weights and no others
    num_branches: PositiveInt  # that it has


class TrainingConfig(Config):
    """Everything one run was trained with (paper, Algorithm 1).

    While a branch is added, the ``strategy`` says at which rate the shared layers and the trained branches learn:
    ``fixed`` at ``learning_rate``, ``varied`` the branches at ``trained_branch_learning_rate``, ``frozen`` not at all,
    ``custom`` at ``shared_learning_rate`` and ``trained_branch_learning_rate``, where 0 freezes. ``interleaved`` has
    all branches from the start.
    """

    data: str  # folder of the prepared set
    network: NetworkConfig = NetworkConfig()
    protocol: ProtocolConfig = ProtocolConfig()
    task: Task = "emotion"  # `affect` trains the affect heads alone: valence and arousal
    targets: Targets = "majority"  # the labelled class, or the distribution of the annotators' votes
    # Logits learn as if classes were equally frequent: weight of the log frequency added to them (arXiv 2007.07314).
    logit_adjustment: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] = 0.0
    strategy: Strategy = "varied"
    learning_rate: Rate = 0.1
    trained_branch_learning_rate: RateOrFrozen = 0.02  # `varied` and `custom`
    shared_learning_rate: RateOrFrozen = 0.1  # `custom` alone
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9
    weight_decay: Annotated[float, Field(ge=0, lt=1)] = 0.0
    decay: Decay = "step"  # or half a cosine from the initial rates to 0 over the epochs of each branch
    decay_factor: Annotated[float, Field(gt=0, le=1)] = 0.5  # `step` alone, as the next one
    decay_every_epochs: PositiveInt = 250
    epochs_first_branch: PositiveInt = 500
    epochs_later_branch: PositiveInt = 250
    batch_size: Annotated[int, Field(ge=2)] = 32  # batch norm has no variance of a single picture
    validate_every_epochs: PositiveInt = 10
    # Epochs of each branch whose weights are kept, and the last one with them; none keeps the best ensemble alone.
    milestones: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(strict=False)] = (0, 1, 50)
    augmentation: AugmentationConfig = AugmentationConfig()
    precision: Precision = "float32"  # of the forward pass; weights stay float32
    # Of stored convolution and linear weights, and of probe maps; results are those of the weights as stored.
    checkpoint_dtype: CheckpointDtype = "float32"
    compile: bool = False  # by torch.compile: a minute to start, then fewer and larger kernels
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    device: str = "auto"
    group: str = ""  # name of the sweep it belongs to; empty for a run of its own
    start: StartConfig | None = None  # None starts untrained

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a configuration, of an older version too; unknown keys and bad values raise ConfigError."""
        return super().from_json(_of_this_version(text))

    @model_validator(mode="after")
    def _can_start_so(self) -> Self:
        if self.task == "affect" and (self.targets != "majority" or self.logit_adjustment):
            raise ConfigError("the task affect learns no classes: targets must be majority and logit_adjustment 0")
        if self.task == "affect" and not self.network.affect_head:
            raise ConfigError("network.affect_head must be true for the task affect, got false")
        if self.start is None:
            if self.task == "affect":
                raise ConfigError("start must name a trained run for the task affect, got none")
            return self
        there, wanted = self.start.num_branches, self.network.num_branches
        if wanted < there:
            raise ConfigError(f"network.num_branches must be at least the {there} of {self.start.run_id}, got {wanted}")
        if wanted > there and (self.strategy == "interleaved" or self.task == "affect"):
            what = "strategy interleaved" if self.strategy == "interleaved" else "task affect"
            raise ConfigError(
                f"{what} adds no branches: network.num_branches must be {there} as in {self.start.run_id}, got {wanted}"
            )
        return self


def _of_this_version(text: str | bytes) -> str | bytes:
    """A stored configuration with what older versions did wherever they had no setting for it."""
    try:
        values = json.loads(text)
    except ValueError:
        return text  # whoever validates it says what is wrong
    if not isinstance(values, dict) or not isinstance(values.get("augmentation"), dict):
        return text
    return json.dumps(values | {"augmentation": {"resampling": "bilinear"} | values["augmentation"]})


def _sentence(error: ValidationError) -> str:
    """The first fault pydantic found, as "field: what was expected, got value"."""
    fault = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in fault["loc"]) or "configuration"
    if fault["type"] == "extra_forbidden":
        return f"{field} is not a known setting"
    if fault["type"] == "missing":
        return f"{field} is missing"
    if fault["type"] == "json_invalid":
        return f"the configuration is not JSON: {fault['ctx']['error']}"
    expectation = fault["msg"][0].lower() + fault["msg"][1:]
    return f"{field}: {expectation}, got {fault['input']!r}"
