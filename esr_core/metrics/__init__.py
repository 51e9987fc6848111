"""Measures: pure functions on arrays."""

from esr_core.metrics.accuracy import accuracy
from esr_core.metrics.affect import affect_ccc, affect_pearson, affect_rmse, spread_ellipse
from esr_core.metrics.calibration import Reliability, reliability
from esr_core.metrics.classification import ClassScores, class_scores
from esr_core.metrics.confusion import confusion_counts, confusion_shares
from esr_core.metrics.intervals import Estimate, mean_interval, statistic_estimate, trials_estimate
from esr_core.metrics.predictions import Predictions
from esr_core.metrics.significance import corrected_resampled_t_test, holm, paired_t_test, wilcoxon_signed_rank
from esr_core.metrics.uncertainty import Uncertainty, uncertainty
from esr_core.metrics.voting import ENSEMBLE_RULES, EnsembleRule, Vote, mean_probability, plurality_vote, probabilities

__all__ = [
    "ENSEMBLE_RULES",
    "ClassScores",
    "EnsembleRule",
    "Estimate",
    "Predictions",
    "Reliability",
    "Uncertainty",
    "Vote",
    "accuracy",
    "affect_ccc",
    "affect_pearson",
    "affect_rmse",
    "class_scores",
    "confusion_counts",
    "confusion_shares",
    "corrected_resampled_t_test",
    "holm",
    "mean_interval",
    "mean_probability",
    "paired_t_test",
    "plurality_vote",
    "probabilities",
    "reliability",
    "spread_ellipse",
    "statistic_estimate",
    "trials_estimate",
    "uncertainty",
    "wilcoxon_signed_rank",
]
