"""Entropies against values made by hand, and mutual information against the Jensen-Shannon divergence of SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from esr_core.errors import MetricError
from esr_core.metrics import uncertainty


@pytest.mark.parametrize(
    ("branches", "total", "expected", "information"),
    [
        ([[1, 0], [1, 0]], 0, 0, 0),  # sure, and of the same
        ([[1, 0], [0, 1]], 1, 0, 1),  # sure, and of different classes
        ([[0.5, 0.5], [0.5, 0.5]], 1, 1, 0),  # both without an idea
        ([[0.5, 0.5], [1, 0]], 0.811278, 0.5, 0.311278),  # H(1/4) = 2 - 3/4 log2(3)
        ([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], 2, 0, 2),
        ([[0.25, 0.25, 0.5, 0]] * 3, 1.5, 1.5, 0),
    ],
)
def test_values_by_hand(branches, total, expected, information):
    result = uncertainty(np.array([branches], dtype=float))
    np.testing.assert_allclose(result.total, [total], atol=1e-6)
    np.testing.assert_allclose(result.expected, [expected], atol=1e-6)
    np.testing.assert_allclose(result.mutual_information, [information], atol=1e-6)


def test_a_single_branch_contradicts_nobody():
    result = uncertainty(np.array([[[0.5, 0.5]], [[1.0, 0.0]]]))
    np.testing.assert_allclose(result.total, [1, 0])
    assert np.isnan(result.mutual_information).all()


def test_of_two_branches_it_is_the_jensen_shannon_divergence():
    shares = np.random.default_rng(0).dirichlet(np.ones(8), (20, 2))
    divergence = [jensenshannon(*pair, base=2) ** 2 for pair in shares]
    np.testing.assert_allclose(uncertainty(shares).mutual_information, divergence, atol=1e-12)


@given(st.integers(2, 9), st.integers(2, 8), st.integers(0, 1000))
def test_it_is_never_negative_and_never_more_than_the_whole(num_branches, num_classes, seed):
    shares = np.random.default_rng(seed).dirichlet(np.full(num_classes, 0.3), (5, num_branches)).astype(np.float32)
    result = uncertainty(shares)
    assert (result.mutual_information >= 0).all()
    assert (result.mutual_information <= np.log2(min(num_branches, num_classes)) + 1e-6).all()
    assert (result.total <= np.log2(num_classes) + 1e-6).all()
    np.testing.assert_allclose(result.expected + result.mutual_information, result.total, atol=1e-6)


def test_the_parts_add_up_where_sums_are_rounded():
    shares = np.random.default_rng(2).dirichlet(np.ones(3), (5, 4)) * 1.0009
    result = uncertainty(shares)
    np.testing.assert_allclose(result.expected + result.mutual_information, result.total, atol=1e-12)


def test_what_is_sure_is_nothing_and_not_less():
    result = uncertainty(np.array([[[1.0, 0.0], [1.0, 0.0]]]))
    assert not np.signbit([result.total, result.expected, result.mutual_information]).any()


def test_branches_that_are_alike_to_rounding_share_nothing():
    shares = np.tile(np.random.default_rng(1).dirichlet(np.ones(8), (50, 1)).astype(np.float32), (1, 9, 1))
    information = uncertainty(shares).mutual_information
    assert (information >= 0).all()
    np.testing.assert_allclose(information, 0, atol=1e-12)


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        (np.ones((2, 8)) / 8, r"\(B, N, C\) with at least one branch, got \(2, 8\)"),
        (np.ones((2, 0, 8)), r"at least one branch, got \(2, 0, 8\)"),
        (np.ones((1, 2, 2)), "sum to 1"),
        (np.full((1, 2, 2), np.nan), "sum to 1"),
        (np.array([[[1.5, -0.5]]]), "at least 0"),
    ],
)
def test_what_is_no_probability_is_refused(shares, told):
    with pytest.raises(MetricError, match=told):
        uncertainty(shares)
