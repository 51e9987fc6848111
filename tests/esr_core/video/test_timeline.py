"""A face over time, by hand."""

import numpy as np
import pandas as pd
import pytest

from esr_core.records import FaceBox
from esr_core.video import Answers, VideoPart, face_table, frames_of_faces, published_table, timeline

NAMES = ("neutral", "happiness")
BOX = FaceBox(10, 20, 30, 30)


@pytest.fixture
def part() -> VideoPart:
    """Three frames: face 1 in the first and the last, face 2 in the last; three branches."""
    votes = np.array([[0, 0, 1], [1, 1, 1], [0, 1, 0]])  # of each face and branch
    logits = np.where(votes[..., None] == np.arange(2), np.log(3.0), 0.0)  # 0.75 for the class that is named
    affect = np.array([[[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], [[1, -1]] * 3, [[0, 0]] * 3], dtype=float)
    frames, numbers = np.array([0, 2, 2]), np.array([1, 1, 2])
    return VideoPart(np.array([0.0, 0.1, 0.5]), frames, numbers, (BOX,) * 3, (Answers(logits, affect),), 1.0)


def test_votes_and_disagreement_of_a_face(part):
    face = timeline(part, 1, NAMES)
    assert frames_of_faces(part) == {1: 2, 2: 1}
    np.testing.assert_array_equal(face.frames, [0, 2])
    np.testing.assert_array_equal(face.vote.predictions, [0, 1])
    np.testing.assert_allclose(face.disagreement, [2 / 3, 0])  # two of three pairs differ
    np.testing.assert_allclose(face.in_all_frames(face.disagreement), [2 / 3, np.nan, 0])
    np.testing.assert_allclose(face.probabilities[0], [[0.75, 0.25], [0.75, 0.25], [0.25, 0.75]])


def test_a_single_branch_has_no_disagreement():
    single = VideoPart(np.zeros(1), np.zeros(1, int), np.ones(1, int), (BOX,), (Answers(np.zeros((1, 1, 2))),), 1.0)
    assert np.isnan(timeline(single, 1, NAMES).disagreement).all()


def test_the_table_has_the_published_tool_s_columns_and_every_frame(part):
    table = published_table(timeline(part, 1, NAMES))
    whose = ["Ensemble", "Branch_0", "Branch_1", "Branch_2"]
    expected = [f"{name}_{what}" for name in whose for what in ("Emotion", "Arousal", "Valence")]
    assert list(table.columns) == ["Timestamp(sec)", *expected]
    assert table["Timestamp(sec)"].tolist() == [0.0, 0.1, 0.5]
    assert table["Ensemble_Emotion"].fillna("").tolist() == ["neutral", "", "happiness"]
    assert table["Branch_2_Emotion"].fillna("").tolist() == ["happiness", "", "happiness"]
    np.testing.assert_allclose(table["Ensemble_Valence"], [0.3, np.nan, 1])
    np.testing.assert_allclose(table["Ensemble_Arousal"], [0.4, np.nan, -1])
    np.testing.assert_allclose(table["Branch_0_Arousal"], [0.2, np.nan, -1])


def test_a_row_for_each_face_says_where_it_is_and_what_each_branch_makes_of_it(part):
    table = face_table(part, NAMES)
    assert table["time_s"].tolist() == [0.0, 0.5, 0.5]
    assert table["face"].tolist() == [1, 1, 2]
    assert table["vote"].tolist() == ["neutral", "happiness", "neutral"]
    assert table["votes"].tolist() == [2, 3, 2]
    assert table.loc[0, ["x", "y", "width", "height", "tilt_deg"]].tolist() == [10, 20, 30, 30, 0]
    np.testing.assert_allclose(table["b3_happiness"], [0.75, 0.75, 0.25])
    np.testing.assert_allclose(table["valence_b2"], [0.3, 1, 0])
    np.testing.assert_allclose(table[["mean_valence", "mean_arousal"]], [[0.3, 0.4], [1, -1], [0, 0]])
    assert isinstance(table, pd.DataFrame)
