"""All that page Compare shows, as a table to save."""

from collections.abc import Sequence

import pandas as pd

from app import answers
from app.compare.column import Absent, Column, Measured
from app.compare.face_cells import verdict


def comparison_table(columns: Sequence[Column], face_id: str) -> pd.DataFrame:
    """A row for each run or group, without rounding; nothing stands where a cell is empty.

    Args:
        columns: as they are drawn.
        face_id: what the vote and the branches' classes are about.
    """
    return pd.DataFrame([_about(each) | _face(each, face_id) for each in columns])


def _about(shown: Column) -> dict[str, object]:
    about = shown.about
    return {
        "name": about.name,
        "runs": " ".join(run.run_id for run in about.runs),
        "architecture": about.network.architecture,
        "branching_level": about.network.branching_level,
        "branches": about.network.num_branches,
        "parameters": shown.parameters.total,
        "saved_against_traditional": shown.saved,
        "multiply_adds": answers.multiply_adds(about.network),
        "seconds_for_a_face": answers.measure_face_time(about.network).seconds,
        **_estimate("test_accuracy", shown.accuracy),
        **_estimate("disagreement", shown.disagreement),
        "best_validation_accuracy": shown.best,
    }


def _estimate(name: str, cell: Measured | Absent) -> dict[str, float | None]:
    values = (None, None, None) if isinstance(cell, Absent) else cell.estimate
    return dict(zip((name, f"{name}_low", f"{name}_high"), values, strict=True))


def _face(shown: Column, face_id: str) -> dict[str, object]:
    if isinstance(shown.look, Absent):
        return {"face": face_id}
    decided, captions = verdict(shown.look), shown.look.maps.captions()[: len(shown.look.maps.branches)]
    return {
        "face": face_id,
        "moment": shown.look.moment or "best",
        "vote": decided.class_name,
        "votes": decided.votes,
        "probability": decided.probability,
        **{f"{caption.name} explained": f"{caption.prediction} {caption.number}" for caption in captions},
    }
