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

    seconds: float  # of the fastest pass; on a CPU the processor time of one core
    passes: int  # of which it is the fastest
    device: str
