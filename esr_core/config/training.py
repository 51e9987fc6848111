"""The settings of one training."""

import json
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from esr_core.config.groups import (
    AugmentationConfig,
    DataSetConfig,
    NetworkConfig,
    PositiveInt,
    ProtocolConfig,
    StartConfig,
)
from esr_core.config.strict import Config, without_mark
from esr_core.errors import ConfigError

Strategy = Literal["fixed", "varied", "frozen", "interleaved", "custom"]
Task = Literal["emotion", "affect"]
Precision = Literal["float32", "bfloat16", "float16"]
CheckpointDtype = Literal["float32", "float16", "int8"]
Targets = Literal["majority", "votes"]
LogitAdjustment = Literal["log", "fourth-root"]
Decay = Literal["step", "cosine"]

Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
RateOrFrozen = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class TrainingConfig(Config):
    """Everything one run was trained with (paper, Algorithm 1).

    While a branch is added, the ``strategy`` says at which rate the shared layers and the trained branches learn:
    ``fixed`` at ``learning_rate``, ``varied`` the branches at ``trained_branch_learning_rate``, ``frozen`` not at all,
    ``custom`` at ``shared_learning_rate`` and ``trained_branch_learning_rate``, where 0 freezes. ``interleaved`` has
    all branches from the start.
    """

    data: str  # folder of the prepared set, where it was when the training was set up
    data_set: DataSetConfig | None = None  # which set that was; None where it is not prepared yet
    network: NetworkConfig = NetworkConfig()
    protocol: ProtocolConfig = ProtocolConfig()
    task: Task = "emotion"  # `affect` trains the affect heads alone: valence and arousal
    targets: Targets = "majority"  # the labelled class, or the distribution of the annotators' votes
    # Logits learn as if rare classes were less rare: weight of what is added by share s, log s (arXiv 2007.07314)
    # or -s^(-1/4), which favours the rarest most (arXiv 1906.07413).
    logit_adjustment: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] = 0.0
    logit_adjustment_by: LogitAdjustment = "log"
    refit_classifiers: bool = False  # at the end, on each branch's training pictures (arXiv 1910.09217)
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
    # Of stored convolution and linear weights, and of probe maps, which int8 has in float16; results are those of the
    # weights as stored.
    checkpoint_dtype: CheckpointDtype = "float32"
    milestone_dtype: CheckpointDtype | None = None  # of milestones' weights; None takes checkpoint_dtype
    compile: bool = False  # by torch.compile: a minute to start, then fewer and larger kernels
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    device: str = "auto"
    group: str = ""  # name of the sweep it belongs to; empty for a run of its own
    start: StartConfig | None = None  # None starts untrained

    @property
    def data_key(self) -> str:
        """What tells the prepared set from others: its fingerprint; its folder where that is not known."""
        return self.data_set.fingerprint if self.data_set else self.data

    @property
    def dtype_of_milestones(self) -> CheckpointDtype:
        """What milestones' convolution and linear weights are stored in."""
        return self.milestone_dtype or self.checkpoint_dtype

    def anywhere(self) -> Self:
        """The same settings without where the set is: equal for equal trainings on the same set."""
        return self.replace(data=self.data_key, data_set=None)

    def comparable(self) -> Self:
        """The settings that results depend on, and the set: equal for trainings that repeat each other elsewhere."""
        return self.anywhere().replace(device="auto", milestone_dtype=None)

    def is_alike(self, other: Self) -> bool:
        """Whether both are one training: equal settings and set, or folder where one of them does not know its set."""
        if self.data_set is None or other.data_set is None:
            return self.replace(data_set=None) == other.replace(data_set=None)
        return self.anywhere() == other.anywhere()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a configuration, of an older version too; unknown keys and bad values raise ConfigError."""
        return super().from_json(_of_this_version(text))

    @model_validator(mode="after")
    def _can_start_so(self) -> Self:
        if self.task == "affect" and (self.targets != "majority" or self.logit_adjustment or self.refit_classifiers):
            raise ConfigError(
                "the task affect learns no classes: targets must be majority, logit_adjustment 0 and refit_classifiers "
                "false"
            )
        if self.task == "affect" and not self.network.affect_head:
            raise ConfigError("network.affect_head must be true for the task affect, got false")
        if self.start is None:
            if self.task == "affect":
                raise ConfigError("start must name a trained run for the task affect, got none")
            return self
        there, wanted = self.start.num_branches, self.network.num_branches
        if wanted < max(there, 1):
            raise ConfigError(
                f"network.num_branches must be at least {there or 1}, for {self.start.run_id} has {there}, got {wanted}"
            )
        if wanted > there and (self.strategy == "interleaved" or self.task == "affect"):
            what = "strategy interleaved" if self.strategy == "interleaved" else "task affect"
            run_id = self.start.run_id
            reason = (
                f"network.num_branches must be {there} as in {run_id}, got {wanted}" if there else f"{run_id} has none"
            )
            raise ConfigError(f"{what} adds no branches: {reason}")
        return self


def _of_this_version(text: str | bytes) -> str | bytes:
    """A stored configuration with what older versions did wherever they had no setting for it."""
    if b'"resampling"' in (text if isinstance(text, bytes) else text.encode()):
        return text  # of this version already; most are, and there may be ten thousand to read
    try:
        values = json.loads(without_mark(text))
    except ValueError:
        return text  # whoever validates it says what is wrong
    if not isinstance(values, dict) or not isinstance(values.get("augmentation"), dict):
        return text
    return json.dumps(values | {"augmentation": {"resampling": "bilinear"} | values["augmentation"]})
