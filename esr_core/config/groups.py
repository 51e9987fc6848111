"""Groups of settings: the network, the protocol, the augmentation, and what a training goes on from."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from esr_core.architectures import ARCHITECTURES, Architecture, Layout, check_branching_level
from esr_core.config.strict import Config
from esr_core.emotions import AFFECT, EMOTIONS
from esr_core.errors import ConfigError

Resampling = Literal["bilinear", "bicubic"]

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
PositiveInt = Annotated[int, Field(ge=1)]


class NetworkConfig(Config):
    """Which ESR to build (paper, Figure 3)."""

    architecture: Architecture = "lab"
    branching_level: int = 3
    num_branches: Annotated[int, Field(ge=0, le=1000)] = 4  # 0: shared layers alone; a million would fill the memory
    class_names: Annotated[tuple[str, ...], Field(strict=False)] = EMOTIONS  # JSON has lists alone
    affect_head: bool = False

    @property
    def layout(self) -> Layout:
        """Input and blocks of the architecture."""
        return ARCHITECTURES[self.architecture]

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        check_branching_level(self.architecture, self.branching_level)
        if len(self.class_names) < 2:
            raise ConfigError(f"class_names must hold at least two classes, got {list(self.class_names)}")
        if len(set(self.class_names)) != len(self.class_names):
            raise ConfigError(f"class_names must differ from each other, got {list(self.class_names)}")
        if self.affect_head and set(AFFECT) & set(self.class_names):
            raise ConfigError(
                f"class_names must not hold {' or '.join(AFFECT)} beside affect heads, which are called so"
            )
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
    erasing: Share = 0.0  # probability that a rectangle is erased (arXiv 1708.04896)
    # Bilinear pictures are softer than those that validation, test and explanation show.
    resampling: Resampling = "bicubic"


class DataSetConfig(Config):
    """What identifies a prepared set, wherever it is."""

    name: str  # of the data set, as in its card
    fingerprint: str  # of its pictures and labels


class StartConfig(Config):
    """The trained ensemble that a training goes on from (paper, "Continuous affect perception": curriculum learning).

    Branches are added to it, or, where the network has as many already, each is fine-tuned in turn.
    """

    run_id: str
    checkpoint: str = "best"
    sha256: str  # of the checkpoint: these weights and no others
    num_branches: Annotated[int, Field(ge=0)]  # that it has; 0: shared layers alone
