"""What to ask of a network about a face: by which method, of which answer, at which convolution block."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from esr_core.config import NetworkConfig
from esr_core.emotions import AFFECT
from esr_core.errors import ExplanationError
from esr_core.explanations.methods import METHODS
from esr_core.explanations.reading import QUANTITIES, Quantity


@dataclass(frozen=True, slots=True)
class AttributionSettings:
    """One question; whether a network can answer it is checked when it is asked.

    Raises:
        ExplanationError: if a value is none of those possible, or two of them contradict each other.
    """

    method: str = "grad_cam"  # a key of METHODS
    quantity: Quantity = "logit"  # of a class; or the valence or arousal of a network with an affect head
    class_idx: int | None = None  # None = what each branch predicts; for the ensemble, its plurality vote
    ensemble: bool = False  # explain the branches' mean instead of each branch
    block: int | None = None  # convolution block of the Grad-CAM methods, counted from 1; None = the last
    parameters: Mapping[str, int] = field(default_factory=dict)  # of the method, by key; what is left out is standard

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ExplanationError(f"method must be one of {', '.join(METHODS)}, got {self.method!r}")
        if self.quantity not in QUANTITIES:
            raise ExplanationError(f"quantity must be one of {', '.join(QUANTITIES)}, got {self.quantity!r}")
        if self.block is not None and not METHODS[self.method].has_blocks:
            raise ExplanationError(f"block must be None for {self.method}, got {self.block}")
        if self.class_idx is not None and self.quantity in AFFECT:
            raise ExplanationError(f"class_idx must be None for {self.quantity}, got {self.class_idx}")
        object.__setattr__(self, "parameters", METHODS[self.method].settled(self.parameters))

    @property
    def title(self) -> str:
        """The method, its block where that is not the last, and its parameters where they are not standard."""
        method = METHODS[self.method]
        block = f" at block {self.block}" if self.block else ""
        values = ((each, self.parameters[each.key]) for each in method.parameters)
        unusual = "".join(f" with {each.written(value)}" for each, value in values if value != each.default)
        return f"{method.name}{block}{unusual}"

    def require_fit(self, config: NetworkConfig) -> None:
        """Raise ExplanationError if a network of these settings cannot be asked this."""
        num_blocks = config.layout.num_blocks
        if self.block is not None and not 1 <= self.block <= num_blocks:
            raise ExplanationError(
                f"block must be in 1-{num_blocks} for the {config.architecture} network, got {self.block}"
            )
        num_classes = len(config.class_names)
        if self.class_idx is not None and not 0 <= self.class_idx < num_classes:
            raise ExplanationError(f"class_idx must be in 0-{num_classes - 1}, got {self.class_idx}")
        if self.quantity in AFFECT and not config.affect_head:
            raise ExplanationError(f"quantity {self.quantity} needs a network with an affect head, got one without")
