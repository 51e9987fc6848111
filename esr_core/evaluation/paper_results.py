"""The paper's own accuracies, as printed: Siqueira, Magg and Wermter, AAAI 2020, doi 10.1609/aaai.v34i04.6037.

CK+ is not the set that runs here are tested on, and for FER+ the paper's network was trained on AffectNet first: these
are marks, not rivals. Their networks are those of Figure 3, so that what they cost can be counted.
"""

from dataclasses import dataclass

from esr_core.config import NetworkConfig


@dataclass(frozen=True, slots=True)
class PaperResult:
    """A network of the paper and its test accuracy, mean and deviation as printed."""

    name: str  # the paper's
    data: str
    network: NetworkConfig
    accuracy: float  # in [0, 1]
    deviation: float  # what stands behind its ±, in [0, 1]
    trials: int  # folds or seeds that it is the mean of
    source: str  # table of the paper


def _lab(level: int, branches: int) -> NetworkConfig:
    return NetworkConfig(branching_level=level, num_branches=branches)


PAPER_RESULTS = (
    PaperResult("Single Network", "CK+", _lab(0, 1), 0.855, 0.035, 10, "Table 1"),
    PaperResult("Traditional Ensemble", "CK+", _lab(0, 4), 0.892, 0.012, 10, "Table 1"),
    PaperResult("ESR-4 Lvl. 3", "CK+", _lab(3, 4), 0.894, 0.022, 10, "Table 1"),
    PaperResult("ESR-4 Lvl. 4", "CK+", _lab(4, 4), 0.885, 0.038, 10, "Table 1"),
    PaperResult(
        "ESR-9",
        "FER+",
        NetworkConfig(architecture="wild", branching_level=4, num_branches=9),
        0.8715,
        0.001,
        5,
        "Table 5",
    ),
)
