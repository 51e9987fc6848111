"""Measures: pure functions on arrays."""

from esr_core.metrics.accuracy import accuracy
from esr_core.metrics.affect import affect_rmse
from esr_core.metrics.predictions import Predictions
from esr_core.metrics.voting import Vote, mean_probability, plurality_vote, probabilities

__all__ = [
    "Predictions",
    "Vote",
    "accuracy",
    "affect_rmse",
    "mean_probability",
    "plurality_vote",
    "probabilities",
]
