"""What to ask of a network about a face: by which method, of which answer, at which convolution block."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from esr_core.config import NetworkConfig
from esr_core.errors import ExplanationError

Method = Literal["grad_cam", "guided_grad_cam", "integrated_gradients", "occlusion", "saliency"]
Quantity = Literal["logit", "probability", "valence", "arousal"]

METHODS: MappingProxyType[Method, str] = MappingProxyType(
    {
        "grad_cam": "Grad-CAM",
        "guided_grad_cam": "Guided Grad-CAM",
        "integrated_gradients": "Integrated Gradients",
        "occlusion": "Occlusion",
        "saliency": "Saliency",
    }
)
"""What each method is called."""

QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)
AFFECT: tuple[Quantity, ...] = ("valence", "arousal")
WITH_BLOCKS: tuple[Method, ...] = ("grad_cam", "guided_grad_cam")


@dataclass(frozen=True, slots=True)
class AttributionSettings:
    """One question; whether a network can answer it is checked when it is asked.

    Raises:
        ExplanationError: if a value is none of those possible, or two of them contradict each other.
    """

    method: Method = "grad_cam"
    quantity: Quantity = "logit"  # of a class; or the valence or arousal of a network with an affect head
    class_idx: int | None = None  # None = what each branch predicts; for the ensemble, its plurality vote
    ensemble: bool = False  # explain the branches' mean instead of each branch
    block: int | None = None  # convolution block of the Grad-CAM methods, counted from 1; None = the last

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ExplanationError(f"method must be one of {', '.join(METHODS)}, got {self.method!r}")
        if self.quantity not in QUANTITIES:
            raise ExplanationError(f"quantity must be one of {', '.join(QUANTITIES)}, got {self.quantity!r}")
        if self.block is not None and self.method not in WITH_BLOCKS:
            raise ExplanationError(f"block must be None for {self.method}, got {self.block}")
        if self.class_idx is not None and self.quantity in AFFECT:
            raise ExplanationError(f"class_idx must be None for {self.quantity}, got {self.class_idx}")

    def require_fit(self, config: NetworkConfig, num_blocks: int) -> None:
        """Raise ExplanationError if a network of these settings and so many blocks cannot be asked this."""
        if self.block is not None and not 1 <= self.block <= num_blocks:
            raise ExplanationError(
                f"block must be in 1-{num_blocks} for the {config.architecture} network, got {self.block}"
            )
        num_classes = len(config.class_names)
        if self.class_idx is not None and not 0 <= self.class_idx < num_classes:
            raise ExplanationError(f"class_idx must be in 0-{num_classes - 1}, got {self.class_idx}")
        if self.quantity in AFFECT and not config.affect_head:
            raise ExplanationError(f"quantity {self.quantity} needs a network with an affect head, got one without")
