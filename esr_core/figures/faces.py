"""What the branches say of one face; their maps draw themselves."""

import plotly.graph_objects as go

from esr_core.charts.probabilities import probability_chart
from esr_core.explanations import ExplainedFace
from esr_core.metrics import probabilities as softmax


def probabilities(face: ExplainedFace) -> go.Figure:
    """What each branch thinks a face shows: a row per branch, a column per class, the mean below.

    Args:
        face: as ``run.explain`` gives it.
    """
    shares = softmax(face.maps.logits)
    return probability_chart(face.label, face.maps.class_names, shares, shares.mean(axis=0)).titled()
