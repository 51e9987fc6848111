"""What is known of a measure of diversity: a row of the catalogue."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from esr_core.errors import MetricError
from esr_core.metrics.diversity.labels import mean_pairwise

Input = Literal["predictions", "labels", "probabilities", "features", "affect", "affect_targets"]
Inputs = Mapping[Input, np.ndarray]
"""What measures are taken from: class indices (B, N) and (B,), probabilities (B, N, C), features (B, N, K), valence and
arousal (B, N, 2) and (B, 2)."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of diversity."""

    name: str
    key: str  # in stored records and JSON
    function: Callable[..., np.ndarray | float]  # of ``needs`` in order; see ``of`` for what it returns
    needs: tuple[Input, ...]
    is_pairwise: bool
    more_diverse: Literal["higher", "lower", ""]  # where its value is when branches are more diverse; "" for neither
    lowest: float
    highest: float
    question: str
    meaning: str  # what its value says, in a few words
    source: str
    caption: str = ""  # below a matrix of it: how to read it
    most_images: int | None = None  # that it is taken of; None = all

    @property
    def is_signed(self) -> bool:
        """Whether its values lie on both sides of 0."""
        return self.lowest < 0

    def suits(self, inputs: Collection[str]) -> bool:
        """Whether these inputs, or names of inputs, are all that it needs."""
        return set(self.needs) <= set(inputs)

    def of(self, inputs: Inputs) -> np.ndarray | float:
        """A symmetric matrix (N, N) of a pairwise measure; else one number, or one for each image (B,).

        Raises:
            MetricError: if an input is missing, not as its function wants it, or of a single branch.
        """
        if not self.suits(inputs):
            raise MetricError(f"{self.name} needs {', '.join(self.needs)}, got {', '.join(inputs)}")
        return self.function(*(inputs[name][: self.most_images] for name in self.needs))

    def number(self, inputs: Inputs) -> float:
        """One number: the mean over all pairs, or over all images; NaN where it is not defined.

        Raises:
            MetricError: as ``of``.
        """
        values = self.of(inputs)
        if self.is_pairwise:
            return mean_pairwise(np.asarray(values))
        return float(np.mean(values)) if np.size(values) else float("nan")
