"""Records of networks: what they cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ParameterCount:
    """Trainable parameters of an ensemble."""

    shared: int
    per_branch: int
    total: int


@dataclass(frozen=True, slots=True)
class FaceTime:
    """How long a network takes for one face."""

    seconds: float  # median
    passes: int  # that it is the median of
    device: str
    threads: int  # of PyTorch, on a CPU
