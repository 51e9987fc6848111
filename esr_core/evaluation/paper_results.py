"""The paper's own numbers, as printed: Siqueira, Magg and Wermter, AAAI 2020, doi 10.1609/aaai.v34i04.6037.

CK+ is not the set that runs here are tested on, and for FER+ the paper's network was trained on AffectNet first: these
are marks, not rivals. Their networks are those of Figure 3, so that what they cost can be counted. Accuracies of
``PAPER_RESULTS`` are in [0, 1]; tables and figures below it are in the units in which they are printed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

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

TABLE_2: Mapping[tuple[str, str], float] = MappingProxyType(
    {
        ("Single Network", "Traditional Ensemble"): 0.004,
        ("Single Network", "ESR-4 Lvl. 3"): 0.005,
        ("Single Network", "ESR-4 Lvl. 4"): 0.043,
        ("Traditional Ensemble", "ESR-4 Lvl. 3"): 0.956,
        ("Traditional Ensemble", "ESR-4 Lvl. 4"): 0.614,
        ("ESR-4 Lvl. 3", "ESR-4 Lvl. 4"): 0.514,
    }
)
"""p-values of the paired t-test on CK+."""

FIGURE_4: Mapping[str, tuple[float, float, float, float]] = MappingProxyType(
    {
        "varied": (89.2, 89.1, 89.2, 87.4),
        "frozen": (88.0, 89.3, 89.4, 88.5),
        "fixed": (89.2, 88.6, 89.2, 87.8),
        "interleaved": (88.0, 87.6, 85.9, 86.3),
    }
)
"""Accuracy in % on CK+ at levels 1 to 4 by strategy, read off the plot to about 0.1."""

FIGURE_5: Mapping[int, tuple[float, float]] = MappingProxyType({2: (50, 25), 3: (45, 25), 4: (40, 25)})
"""Validation accuracy in % after the first epoch of a branch, of the ESR and the traditional ensemble, off the plot."""

TABLE_3: tuple[tuple[str, int, float], ...] = (
    ("ESR-9", 8, 59.3),
    ("AlexNet-WL (Mollahosseini et al. 2019)", 8, 58.0),
    ("VGGNet (Hewitt and Gunes 2018)", 8, 58.0),
    ("MobileNet (Hewitt and Gunes 2018)", 8, 56.0),
    ("AlexNet (Hewitt and Gunes 2018)", 8, 56.0),
    ("AlexNet-US (Mollahosseini et al. 2019)", 8, 47.0),
    ("AlexNet-DS (Mollahosseini et al. 2019)", 8, 40.0),
    ("gACNN (Li et al. 2019)", 7, 58.8),
    ("IPA2LT (Zeng, Shan, and Chen 2018)", 7, 57.3),
    ("pACNN (Li et al. 2019)", 7, 55.3),
)
"""Accuracy in % on AffectNet: approach, number of emotions, accuracy."""

TABLE_4: tuple[tuple[str, float, float], ...] = (
    ("ESR-9", 0.33, 0.36),
    ("VGGNet (Hewitt and Gunes 2018)", 0.37, 0.41),
    ("MobileNet (Hewitt and Gunes 2018)", 0.38, 0.42),
    ("AlexNet (Hewitt and Gunes 2018)", 0.39, 0.41),
    ("AlexNet (Mollahosseini et al. 2019)", 0.41, 0.37),
    ("VGG16-Based (Lindt et al. 2019)", 0.41, 0.45),
)
"""Root-mean-square errors on AffectNet: approach, arousal, valence."""

TABLE_5: tuple[tuple[str, float, float | None], ...] = (
    ("ESR-9", 87.15, 0.1),
    ("SHCNN (Miao et al. 2019)", 86.54, None),
    ("VGG16-PLD (Barsoum et al. 2016)", 84.99, 0.37),
    ("VGG16-CEL (Barsoum et al. 2016)", 84.72, 0.24),
    ("TFE-JL (Li et al. 2018)", 84.3, None),
    ("VGG16-ML (Barsoum et al. 2016)", 83.97, 0.36),
    ("VGG16-MV (Barsoum et al. 2016)", 83.85, 0.63),
    ("ResNet18 + FC (Li et al. 2018)", 83.4, None),
    ("ResNet18 (Li et al. 2018)", 83.1, None),
)
"""Accuracy in % on FER+: approach, mean, deviation."""

BEFORE_TUNING = 57.92
"""Accuracy in % on FER+ of ESR-9 trained on AffectNet alone, as the text says."""

FIGURE_6: tuple[tuple[float, ...], ...] = (
    (58.0, 3.4, 9.4, 9.8, 2.8, 3.2, 6.4, 7.0),
    (4.0, 77.4, 1.2, 2.8, 0.4, 2.0, 0.4, 11.8),
    (13.6, 1.6, 61.4, 3.6, 4.8, 5.4, 8.4, 1.2),
    (9.6, 7.8, 3.4, 55.4, 17.8, 2.4, 2.4, 1.2),
    (3.8, 1.6, 8.4, 13.4, 63.6, 2.4, 6.4, 0.4),
    (4.8, 4.8, 6.8, 3.0, 5.0, 53.8, 19.2, 2.6),
    (12.8, 1.4, 6.8, 4.2, 4.4, 9.4, 59.0, 2.0),
    (16.4, 18.6, 3.6, 3.2, 1.0, 4.4, 7.4, 45.4),
)
"""The vote on AffectNet in % of each labelled class, a row each; rows and columns in the order of ``EMOTIONS``."""

FIGURE_7: tuple[tuple[float, ...], ...] = (
    (89.8, 2.3, 6.0, 0.9, 0.1, 0.0, 0.9, 0.0),
    (2.5, 95.0, 0.7, 1.2, 0.0, 0.0, 0.7, 0.0),
    (20.7, 2.6, 72.5, 0.0, 0.5, 0.3, 3.4, 0.0),
    (5.8, 3.3, 11.6, 89.1, 1.0, 0.0, 0.3, 0.0),
    (7.0, 2.3, 0.0, 31.4, 45.3, 0.0, 2.3, 0.0),
    (0.0, 6.2, 1.9, 12.5, 0.0, 56.2, 25.0, 0.0),
    (7.1, 3.3, 0.0, 1.1, 0.0, 0.4, 86.2, 0.0),
    (40.0, 6.7, 20.0, 0.0, 0.0, 0.0, 13.3, 20.0),
)
"""The vote on FER+ in % of each labelled class, a row each; some rows do not add up to 100, as printed."""

FIGURE_6_LABELS = (75374, 134915, 25959, 14590, 6878, 4303, 25382, 4250)
FIGURE_7_LABELS = (10996, 9038, 3752, 3941, 682, 157, 2656, 151)
"""Pictures of each class in AffectNet and in FER+, in the same order."""
