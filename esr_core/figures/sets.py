"""What a prepared set holds."""

import plotly.graph_objects as go

from esr_core.charts.affect_plane import affect_chart
from esr_core.charts.annotator_votes import vote_chart
from esr_core.charts.class_counts import class_count_chart
from esr_core.charts.subjects import subject_chart
from esr_core.data.prepared import PreparedSet
from esr_core.data.summary import LabelSummary, summarise
from esr_core.errors import DataError


def class_counts(prepared: PreparedSet) -> go.Figure:
    """Pictures of each class, by the owners' part where there is one."""
    return class_count_chart(_summary(prepared).classes, prepared.card.class_names).titled()


def subjects(prepared: PreparedSet) -> go.Figure:
    """How pictures are spread over people; raises DataError if nobody says who is on them."""
    summary = _summary(prepared)
    _require(prepared, not summary.subjects.empty, "the subjects of pictures")
    return subject_chart(summary.subjects).titled()


def votes(prepared: PreparedSet) -> go.Figure:
    """What annotators saw in the pictures of each class; raises DataError if nobody voted."""
    summary = _summary(prepared)
    _require(prepared, not summary.votes.empty, "votes of annotators")
    return vote_chart(summary.votes).titled()


def affect(prepared: PreparedSet) -> go.Figure:
    """Pictures and means of classes by valence and arousal; raises DataError if no picture is rated."""
    summary = _summary(prepared)
    _require(prepared, not summary.points.empty, "valence and arousal")
    return affect_chart(summary.points, summary.affect, prepared.card.class_names).titled()


def _summary(prepared: PreparedSet) -> LabelSummary:
    return summarise(prepared.labels, prepared.card.class_names)


def _require(prepared: PreparedSet, is_there: bool, what: str) -> None:
    if not is_there:
        raise DataError(f"{prepared.folder} must have {what} for this chart, found none")
