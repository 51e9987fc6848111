"""Moments and tiles of film strips."""

from dataclasses import replace

import numpy as np
import pytest

from app.answers import ProbeFaces, ProbeMoment
from app.convergence import film_strip
from app.convergence.film_strip import ProbeFace
from esr_core.records import EpochRecord


def history(branch: int, epochs: range) -> list[EpochRecord]:
    values = (0.5,) * max(branch, 1)
    first = EpochRecord(branch, 0, values, values, values, 0.5, 0.5, 0.1, 0, 0.0)
    return [replace(first, epoch=epoch) for epoch in epochs]


def test_moments_are_those_of_the_branch_alone_at_most_so_many_and_include_both_ends():
    records = history(1, range(3)) + history(2, range(101))
    (moments,) = film_strip.moments({"esr": records}, branch=2).values()
    assert len(moments) == film_strip.MOST_MOMENTS
    assert (moments[0], moments[-1]) == ((2, 0), (2, 100))


def test_runs_are_shown_at_the_same_epochs_as_far_as_they_go():
    histories = {"often": history(1, range(11)), "seldom": history(1, range(0, 11, 5)), "short": history(1, range(2))}
    moments = film_strip.moments(histories, branch=1)
    epochs = {run: [moment and moment[1] for moment in of_run] for run, of_run in moments.items()}
    assert epochs["often"] == [0, 2, 4, 6, 8, 10]
    assert epochs["seldom"] == [0, None, None, 5, None, 10], "each point stands in the column that has reached it"
    assert epochs["short"] == [0, 1, None, None, None, None], "behind its end there are gaps"


def test_branches_trained_in_turn_are_all_there_from_the_start():
    assert film_strip.moments({"interleaved": history(0, range(2))}, branch=4) == {"interleaved": [(0, 0), (0, 1)]}


def test_of_a_branch_that_nobody_has_there_is_no_moment():
    assert film_strip.moments({"single": history(1, range(5))}, branch=2) == {"single": []}
    histories = {"single": history(1, range(5)), "esr": history(2, range(2))}
    assert film_strip.moments(histories, branch=2)["single"] == [None, None]


@pytest.fixture
def moment() -> ProbeMoment:
    """Two branches, three classes, one face: the first branch names the last class, the second the first."""
    logits = np.array([[[0.0, 0.0, 2.0], [2.0, 0.0, 0.0]]])
    evidence = np.zeros((1, 2, 3, 2, 2), dtype=np.float32)
    evidence[0, 0, 2, 0, 0] = 1.0
    return ProbeMoment(2, 5, logits, evidence)


def words(tile) -> list[str]:
    return [tile.name, *tile.lines]


def test_a_tile_says_when_what_and_how_sure(moment):
    (tile,) = film_strip.strip([moment], ProbeFace(0, None), 1, ("fear", "anger", "joy"))
    assert words(tile) == ["epoch 5", "joy 0.79"]  # e^2 / (e^2 + 2)


def test_a_map_without_positive_evidence_is_said_to_be_one(moment):
    (tile,) = film_strip.strip([moment], ProbeFace(0, None), 2, ("fear", "anger", "joy"))
    assert words(tile) == ["epoch 5", "fear 0.79", "no positive evidence"]


def test_a_branch_that_is_not_there_yet_has_no_tile(moment):
    assert film_strip.strip([moment, None], ProbeFace(0, None), 3, ("fear", "anger", "joy")) == [None, None]


def test_the_face_shows_through_where_it_is_there(moment):
    face = np.full((96, 96, 3), 255, dtype=np.uint8)
    without, over = (
        film_strip.strip([moment], ProbeFace(0, picture), 1, ("a", "b", "c"))[0].image for picture in (None, face)
    )
    assert over.mean() > without.mean(), "the face is white"


def test_faces_are_called_by_class_and_id_once_for_all_runs():
    one, other = ProbeFaces(("a", "b"), ("joy", ""), None), ProbeFaces(("b", "c"), ("fear", "fear"), None)
    titles = film_strip.face_titles({"one": one, "other": other})
    assert titles == {"a": "joy · a", "b": "fear · b", "c": "fear · c"}
