"""The catalogue of explanation methods: what each is called, takes and costs; menus and options are made from it.

A further method is one function and one :class:`Method` below.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from torch import Tensor

from esr_core.errors import ExplanationError
from esr_core.explanations.captum_maps import (
    grad_cam_maps,
    guided_grad_cam_maps,
    integrated_gradients_maps,
    occlusion_maps,
    saliency_maps,
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A whole number that a method takes."""

    key: str  # of the function's argument
    name: str
    unit: str  # "" where it has none
    default: int
    lowest: int
    highest: int
    step: int  # of a slider
    meaning: str

    @property
    def label(self) -> str:
        """Name and unit, as a control shows them."""
        return f"{self.name}, {self.unit}" if self.unit else self.name

    def written(self, value: int) -> str:
        """A value in words, such as "window 36 px"."""
        return f"{self.name.lower()} {value} {self.unit}".rstrip()

    def check(self, value: int) -> int:
        """The value, if it is possible.

        Raises:
            ExplanationError: if it is no whole number in the parameter's range.
        """
        if not isinstance(value, int) or not self.lowest <= value <= self.highest:
            raise ExplanationError(f"{self.key} must be in {self.lowest}-{self.highest}, got {value!r}")
        return value


@dataclass(frozen=True, slots=True)
class Method:
    """One method of explanation."""

    key: str
    name: str
    function: Callable[..., Tensor]  # of a ``Question`` and its parameters by key; maps (B, N, h, w), see ``attribute``
    is_signed: bool  # whether maps hold evidence against as well as for
    has_blocks: bool  # whether it is asked at a convolution block
    meaning: str  # what it does, in words that follow its name
    value: str  # what a map holds at a position
    cost: str  # of one map, in passes through the network
    source: str
    parameters: tuple[Parameter, ...] = ()

    def settled(self, values: Mapping[str, int]) -> dict[str, int]:
        """All of its parameters by key: these values, and defaults.

        Raises:
            ExplanationError: if a value is out of range, or of no parameter of this method.
        """
        known = {parameter.key: parameter for parameter in self.parameters}
        if unknown := [key for key in values if key not in known]:
            raise ExplanationError(f"{unknown[0]} is not a parameter of {self.key}, got {values[unknown[0]]!r}")
        return {key: parameter.check(values.get(key, parameter.default)) for key, parameter in known.items()}


STEPS = Parameter(
    "steps", "Steps", "", default=20, lowest=5, highest=100, step=5,
    meaning="points on the way from the training set's mean to the image",
)  # fmt: skip
WINDOW = Parameter(
    "window_px", "Window", "px", default=24, lowest=12, highest=48, step=4,
    meaning="side of the window, which moves by half of it",
)  # fmt: skip

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        method.key: method
        for method in (
            Method(
                "grad_cam", "Grad-CAM", grad_cam_maps, is_signed=True, has_blocks=True,
                meaning="weighs a block's channels by their gradients",
                value="channels weighted by their mean gradient, before the ReLU",
                cost="one forward pass for all maps of the last block; of others one backward pass each",
                source="Selvaraju et al. 2017",
            ),
            Method(
                "guided_grad_cam", "Guided Grad-CAM", guided_grad_cam_maps, is_signed=True, has_blocks=True,
                meaning="sharpens Grad-CAM by the image's guided gradient",
                value="guided gradient times the positive part of Grad-CAM (bilinear)",
                cost="two backward passes",
                source="Selvaraju et al. 2017",
            ),
            Method(
                "integrated_gradients", "Integrated Gradients", integrated_gradients_maps, is_signed=True,
                has_blocks=False,
                meaning="shares the answer out among pixels, against the training set's mean",
                value="share of the answer's distance to that of the training mean's image",
                cost="a backward pass for each step",
                source="Sundararajan et al. 2017",
                parameters=(STEPS,),
            ),
            Method(
                "occlusion", "Occlusion", occlusion_maps, is_signed=True, has_blocks=False,
                meaning="covers a window at a time by the training set's mean",
                value="what the answer loses when a window takes the training mean instead",
                cost="a forward pass for each place of the window, for all branches",
                source="Zeiler & Fergus 2014",
                parameters=(WINDOW,),
            ),
            Method(
                "saliency", "Saliency", saliency_maps, is_signed=False, has_blocks=False,
                meaning="is the size of the gradient and has no sign",
                value="size of the gradient in its strongest channel, so never negative",
                cost="one backward pass",
                source="Simonyan et al. 2013",
            ),
        )
    }
)  # fmt: skip
