"""Votes as targets, against distributions computed by hand."""

import numpy as np
import pandas as pd
import pytest

from esr_core.data.votes import vote_distribution
from esr_core.errors import DataError

NAMES = ("neutral", "happiness", "fear")


def labels(*rows: tuple[int, ...]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["votes_neutral", "votes_happiness", "votes_unknown"], dtype="Int16")
    return table.assign(id=[f"picture{row}" for row in range(len(rows))])


def test_single_votes_and_votes_for_no_class_do_not_count():
    table = labels((6, 2, 2), (1, 5, 4), (9, 1, 0))
    expected = [[0.75, 0.25, 0], [0, 1, 0], [1, 0, 0]]
    np.testing.assert_allclose(vote_distribution(table, NAMES, np.arange(3)), expected)


def test_rows_that_are_not_used_may_have_no_votes():
    table = labels((0, 0, 10), (10, 0, 0))
    np.testing.assert_allclose(vote_distribution(table, NAMES, np.array([1])), [[0, 0, 0], [1, 0, 0]])


def test_set_without_votes_is_refused():
    with pytest.raises(DataError, match="targets votes needs a data set whose annotators voted"):
        vote_distribution(pd.DataFrame({"id": ["a"]}), NAMES, np.array([0]))


@pytest.mark.parametrize("row", [(0, 0, 10), (1, 1, 8), (pd.NA, pd.NA, pd.NA)])
def test_picture_without_votes_is_named(row):
    with pytest.raises(DataError, match="picture1 has no class with two votes or more"):
        vote_distribution(labels((5, 5, 0), row), NAMES, np.arange(2))


def test_negative_votes_are_named():
    with pytest.raises(DataError, match="picture1 has -3 in votes_happiness, expected 0 votes or more"):
        vote_distribution(labels((5, 5, 0), (9, -3, 0)), NAMES, np.arange(2))
