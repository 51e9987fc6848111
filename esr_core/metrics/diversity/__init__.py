"""Diversity: how differently the branches of an ensemble decide.

::

    labels         pairs of branches by the classes they name, right or wrong
    correctness    pairs of branches by when each is right
    whole          one number for the whole ensemble
    information    on probabilities, in bits
    ambiguity      why the ensemble errs less than its branches do on average
    features       what the branches see before they decide
    annotators     where branches disagree, and where people do
    measures       the catalogue: what each measure is called, needs and says
    overview       all of them that predictions suffice for, one number each

Two branches can name different classes on every image and yet be wrong together on all of them: ``label_disagreement``
is then 1 and ``oracle_disagreement`` 0. Which of the two is meant is in every name and docstring.

Pairwise measures are symmetric matrices (N, N). Undefined is NaN, and without images everything is. A single branch
has no diversity: all functions raise a MetricError that says so.
"""

from esr_core.metrics.diversity.ambiguity import Ambiguity, ambiguity_decomposition, brier_decomposition
from esr_core.metrics.diversity.annotators import (
    RankCorrelation,
    annotator_correlation,
    image_disagreement,
    vote_disagreement,
    vote_entropy,
)
from esr_core.metrics.diversity.correctness import (
    PairCounts,
    correlation,
    double_fault,
    oracle_disagreement,
    pair_counts,
    pair_error,
    q_statistic,
)
from esr_core.metrics.diversity.features import linear_cka
from esr_core.metrics.diversity.information import jensen_shannon, mutual_information
from esr_core.metrics.diversity.labels import cohen_kappa, label_disagreement, mean_pairwise
from esr_core.metrics.diversity.measure import Measure
from esr_core.metrics.diversity.measures import MEASURES, PAIRWISE, RECORDED
from esr_core.metrics.diversity.overview import overview
from esr_core.metrics.diversity.whole import (
    difficulty,
    entropy_measure,
    fleiss_kappa,
    generalised_diversity,
    kohavi_wolpert_variance,
)

__all__ = [
    "MEASURES",
    "PAIRWISE",
    "RECORDED",
    "Ambiguity",
    "Measure",
    "PairCounts",
    "RankCorrelation",
    "ambiguity_decomposition",
    "annotator_correlation",
    "brier_decomposition",
    "cohen_kappa",
    "correlation",
    "difficulty",
    "double_fault",
    "entropy_measure",
    "fleiss_kappa",
    "generalised_diversity",
    "image_disagreement",
    "jensen_shannon",
    "kohavi_wolpert_variance",
    "label_disagreement",
    "linear_cka",
    "mean_pairwise",
    "mutual_information",
    "oracle_disagreement",
    "overview",
    "pair_counts",
    "pair_error",
    "q_statistic",
    "vote_disagreement",
    "vote_entropy",
]
