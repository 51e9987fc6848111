"""What the branches say of one face and where they look; the maps themselves draw themselves."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from esr_core.charts.affect_shift import affect_shift_chart
from esr_core.charts.agreement import agreement_chart, matrices_of
from esr_core.charts.before_after import before_after_chart
from esr_core.charts.face_affect import FaceAffect, face_affect_chart
from esr_core.charts.face_answers import FaceAnswers, answer_chart
from esr_core.charts.face_regions import even_shares, face_region_chart, shares_of
from esr_core.charts.palette import BLUE, assign_colours
from esr_core.charts.probabilities import probability_chart
from esr_core.data.face_parts import template_parts
from esr_core.errors import MetricError
from esr_core.explanations import ExplainedFace
from esr_core.metrics import probabilities as softmax
from esr_core.metrics import spread_ellipse
from esr_core.opened_run import OpenedRun


def probabilities(face: ExplainedFace) -> go.Figure:
    """What each branch thinks a face shows: a row per branch, a column per class, the mean below.

    Args:
        face: as ``run.explain`` gives it.
    """
    shares = softmax(face.maps.logits)
    return probability_chart(face.label, face.maps.class_names, shares, shares.mean(axis=0)).titled()


def answers(run: OpenedRun, pictures: Sequence[np.ndarray], names: Sequence[str] | None = None) -> go.Figure:
    """What each branch names of several faces: a row per face, a column per branch.

    Args:
        run: that is asked.
        pictures: faces that are cut out, each uint8 RGB (H, W, 3).
        names: of the faces; None counts them from 1.
    """
    named = names or [f"face {number}" for number in range(1, len(pictures) + 1)]
    return answer_chart(run.info.label, FaceAnswers(named, run.class_names, run.logits(pictures))).titled()


def face_affect(faces: ExplainedFace | Sequence[ExplainedFace]) -> go.Figure:
    """Valence and arousal of a face: every branch, their mean and how far they spread.

    Args:
        faces: one face as several runs explain it, or one run.

    Raises:
        MetricError: if a run has no affect head, or explained two of them.
    """
    by_run = _by_run(faces)
    colours = assign_colours(list(by_run), {})
    rated = []
    for run, face in by_run.items():
        if face.maps.affect is None:
            raise MetricError(f"faces must be explained by runs with an affect head, got {run}")
        rated.append(FaceAffect(run, colours[run], face.maps.affect, spread_ellipse(face.maps.affect)))
    return face_affect_chart(rated).titled()


def face_regions(faces: ExplainedFace | Sequence[ExplainedFace], parts: np.ndarray | None = None) -> go.Figure:
    """How much of each map of a face lies in which region.

    Args:
        faces: one face as several runs explain it, or one run.
        parts: of that face, positions in ``esr_core.emotions.FACE_PARTS`` (96, 96); None takes the mean of 102 people.

    Raises:
        MetricError: if one run explained two of them.
    """
    shown = template_parts() if parts is None else parts
    shares = {run: shares_of(face.maps, shown) for run, face in _by_run(faces).items()}
    return face_region_chart(shares, even_shares(shown)).titled()


def agreement(face: ExplainedFace) -> go.Figure:
    """How alike the branches look at a face and decide, every two of them.

    Raises:
        MetricError: if there is a single branch.
    """
    if len(face.maps.branches) == 1:
        raise MetricError(f"face must be explained by several branches to compare them, got one of {face.label}")
    return agreement_chart("Do they look alike at this face?", matrices_of(face.maps)).titled()


def what_if(before: ExplainedFace, after: ExplainedFace) -> go.Figure:
    """What an edit of a face changes in the probabilities and votes.

    Args:
        before: the face.
        after: the same run on the face as it was changed, for instance by ``esr_core.explanations.edited``.
    """
    maps = before.maps
    return before_after_chart(maps.class_names, maps.logits, after.maps.logits, BLUE).titled()


def what_if_affect(before: ExplainedFace, after: ExplainedFace) -> go.Figure:
    """Where an edit of a face moves valence and arousal; as ``what_if``.

    Raises:
        MetricError: if the run has no affect head.
    """
    if before.maps.affect is None or after.maps.affect is None:
        raise MetricError(f"before and after must be explained by a run with an affect head, got {before.label}")
    return affect_shift_chart(before.maps.affect, after.maps.affect, BLUE).titled()


def _by_run(faces: ExplainedFace | Sequence[ExplainedFace]) -> dict[str, ExplainedFace]:
    """Faces by what the runs that explained them are called; raises MetricError if there is none, or two are alike."""
    each = [faces] if isinstance(faces, ExplainedFace) else list(faces)
    by_run = {face.label: face for face in each}
    if not each or len(by_run) < len(each):
        raise MetricError(f"faces must be one or several, each of another run, got {[face.label for face in each]}")
    return by_run
