"""What every branch says of every face: a row per face, a column per branch, each cell in its emotion's colour."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.chart import Chart
from esr_core.charts.ink import in_contrasting_ink, is_light
from esr_core.charts.labels import for_chart
from esr_core.charts.palette import class_colours, class_scale, rgb
from esr_core.metrics import mean_probability, plurality_vote, probabilities

ROW_PX, FRAME_PX = 30, 60


@dataclass(frozen=True, slots=True, eq=False)
class FaceAnswers:
    """What N branches say of F faces."""

    faces: Sequence[str]  # their names
    class_names: tuple[str, ...]
    logits: np.ndarray  # (F, N, C)

    @property
    def classes(self) -> np.ndarray:
        """Class index of each branch's prediction, and of the vote where there are several, (F, N or N + 1)."""
        each = self.logits.argmax(axis=2)
        return each if each.shape[1] == 1 else np.column_stack([each, plurality_vote(self.logits).predictions])

    @property
    def shares(self) -> np.ndarray:
        """Probabilities of these, of the vote's class the branches' mean."""
        shares = np.concatenate([probabilities(self.logits), mean_probability(self.logits)[:, None]], axis=1)
        classes = self.classes
        return np.take_along_axis(shares[:, : classes.shape[1]], classes[..., None], axis=2)[..., 0]

    def table(self) -> pd.DataFrame:
        """A row for each face: what each branch and the ensemble name, and with which probability."""
        columns: dict[str, Sequence[object] | np.ndarray] = {"face": self.faces}
        for position, column in enumerate(column_names(self.logits.shape[1])):
            columns[column] = [self.class_names[idx] for idx in self.classes[:, position]]
            columns[f"{column} probability"] = self.shares[:, position]
        return pd.DataFrame(columns)


def answer_chart(label: str, answers: FaceAnswers) -> Chart:
    """The answers of a run that is called so."""
    columns, classes = column_names(answers.logits.shape[1]), answers.classes
    names = [for_chart(name, 14) for name in answers.class_names]
    words = [
        [f"{names[idx]} {share:.2f}" for idx, share in zip(*row, strict=True)]
        for row in zip(classes, answers.shares, strict=True)
    ]
    cells = go.Heatmap(
        z=classes,
        text=words,
        texttemplate="%{text}",
        hovertemplate="%{text}<extra></extra>",
        colorscale=class_scale(answers.class_names),
        zmin=-0.5,
        zmax=len(names) - 0.5,
        showscale=False,
        xgap=1,
        ygap=1,
    )
    light = is_light(np.array([rgb(colour) for colour in class_colours(answers.class_names).values()]))
    figure = go.Figure(in_contrasting_ink(cells, light[classes]))
    faces = [for_chart(face, 28) for face in answers.faces]
    figure.update_xaxes(tickvals=list(range(len(columns))), ticktext=columns, side="top", showgrid=False)
    figure.update_yaxes(tickvals=list(range(len(faces))), ticktext=faces, autorange="reversed", showgrid=False)
    figure.update_layout(height=FRAME_PX + ROW_PX * len(faces))
    apart = int((np.ptp(answers.logits.argmax(axis=2), axis=1) > 0).sum())
    alt = f"{label}: branches differ on {apart} of {len(faces)} faces"
    return Chart(f"What does each branch of {label} name?", figure, answers.table(), alt)


def column_names(num_branches: int) -> list[str]:
    """Of the branches, and of the ensemble where there are several."""
    return [f"branch {number}" for number in range(1, num_branches + 1)] + ["ensemble"] * (num_branches > 1)
