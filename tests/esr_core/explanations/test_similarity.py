import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from esr_core.errors import ExplanationError
from esr_core.explanations import (
    Explanation,
    FaceAgreement,
    compare_branches,
    explain,
    mean_agreement,
    rank_correlation,
    top_overlap,
)


@pytest.fixture
def maps():
    return np.random.default_rng(0).random((3, 4, 7, 7))


def test_rank_correlation_is_scipys_for_every_pair_of_every_face(maps):
    maps[maps < 0.4] = 0  # many equal values, as in maps without negative evidence
    ours = rank_correlation(maps)
    for face in range(3):
        theirs = spearmanr(maps[face].reshape(4, 49), axis=1).statistic
        np.testing.assert_allclose(ours[face], theirs, atol=1e-12)


def test_rank_correlation_of_maps_one_can_rank_by_hand():
    maps = np.array([[[1, 2, 3, 4]], [[10, 200, 3000, 4e9]], [[4, 3, 2, 1]], [[2, 1, 4, 3]]], float)
    # 1 - 6 sum d^2 / (n (n^2 - 1)): the last differs by 1 in all four ranks, so 1 - 6 * 4 / 60
    np.testing.assert_allclose(rank_correlation(maps)[0], [1, 1, -1, 0.6])


def test_overlap_counts_the_strongest_positions():
    maps = np.zeros((3, 1, 10))
    maps[0, 0, :4] = [4, 3, 2, 1]  # 20 % of ten are two: positions 0 and 1
    maps[1, 0, :4] = [1, 4, 3, 2]  # 1 and 2
    maps[2, 0, 9] = 1  # one with positive evidence, so one alone
    np.testing.assert_allclose(top_overlap(maps), [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]])
    np.testing.assert_allclose(top_overlap(maps, 0.4)[0], [1, 1, 0])


def test_positions_that_tie_for_the_last_place_all_count():
    maps = np.array([[[3, 1, 1, 1, 0]], [[0, 0, 3, 2, 0]]], float)
    assert top_overlap(maps, 0.4)[0, 1] == pytest.approx(2 * 2 / (4 + 2))


@pytest.mark.parametrize("measure", [rank_correlation, top_overlap])
def test_a_map_that_is_the_same_everywhere_is_like_no_other(measure, maps):
    maps[1, 2] = 0.0
    maps[2, 0] = 0.7
    compared = measure(maps)
    undefined = np.zeros((3, 4, 4), bool)
    undefined[1, 2, :] = undefined[1, :, 2] = undefined[2, 0, :] = undefined[2, :, 0] = True
    np.testing.assert_array_equal(np.isnan(compared), undefined)


def test_a_map_of_evidence_against_has_no_strongest_positions(maps):
    maps[0, 1] -= 2
    assert np.isnan(top_overlap(maps)[0, 1]).all()
    assert np.isfinite(rank_correlation(maps)[0, 1]).all()


@pytest.mark.parametrize("measure", [rank_correlation, top_overlap])
def test_similarity_does_not_depend_on_the_side_or_strength(measure, maps):
    np.testing.assert_allclose(measure(maps[..., ::-1]), measure(maps))
    np.testing.assert_allclose(measure(1e-9 * maps), measure(maps))


def compared(explanation: Explanation) -> FaceAgreement:
    return compare_branches(explanation.maps().numpy(), explanation.predictions.numpy())


def test_copied_branches_look_and_predict_alike(network, images):
    net = network(num_branches=3)
    net.branches[2].load_state_dict(net.branches[0].state_dict())
    agreement = mean_agreement([compared(explain(net, images(net, count))) for count in (6, 3)])
    assert agreement.num_faces == 9
    for matrix in (agreement.rank_correlation, agreement.top_overlap, agreement.same_prediction):
        assert matrix[0, 2] == pytest.approx(1, abs=1e-12)
        assert matrix[0, 1] < 0.99
        np.testing.assert_array_equal(matrix, matrix.T)


def small_explanation():
    """Two faces, two branches, two classes, maps of 1x2."""
    logits = torch.tensor([[[2.0, 0.0], [1.0, 0.0]], [[2.0, 0.0], [0.0, 1.0]]])
    evidence = torch.zeros(2, 2, 2, 1, 2)
    evidence[0, :, 0, 0] = torch.tensor([[1.0, 2.0], [2.0, 1.0]])  # the first face: opposite maps of one class
    evidence[1, 0, 0, 0] = torch.tensor([1.0, 2.0])  # the second: nothing speaks for what the other branch predicts
    return Explanation(logits, evidence)


def test_a_mean_is_over_the_faces_where_both_maps_say_something():
    agreement = mean_agreement([compared(small_explanation())])
    np.testing.assert_allclose(agreement.rank_correlation, [[1, -1], [-1, 1]])
    np.testing.assert_allclose(agreement.top_overlap, [[1, 0], [0, 1]])
    np.testing.assert_array_equal(agreement.num_compared, [[2, 1], [1, 1]])
    np.testing.assert_allclose(agreement.same_prediction, [[1, 0.5], [0.5, 1]])


def test_where_no_face_can_be_compared_the_mean_is_undefined():
    only_second = Explanation(small_explanation().logits[1:], small_explanation().evidence[1:])
    agreement = mean_agreement([compared(only_second)])
    np.testing.assert_array_equal(np.isnan(agreement.rank_correlation), [[False, True], [True, True]])
    np.testing.assert_array_equal(agreement.num_compared, [[1, 0], [0, 0]])


def test_evidence_against_does_not_count_as_a_look():
    signed = np.array([[[[3.0, -1.0, -2.0]], [[3.0, -2.0, -1.0]]]])
    agreement = compare_branches(signed, np.zeros((1, 2), int))
    np.testing.assert_allclose(agreement.rank_correlation[0], 1)
    assert rank_correlation(signed)[0, 0, 1] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rank_correlation(np.zeros((7, 7))), r"maps must be \(\.\.\., N, h, w\), got \(7, 7\)"),
        (lambda: top_overlap(np.full((1, 2, 2), np.nan)), "maps must hold finite numbers"),
        (lambda: top_overlap(np.ones((1, 2, 2)), 0), "share must be above 0 and at most 1, got 0"),
        (
            lambda: compare_branches(np.ones((2, 3, 7, 7)), np.ones((2, 4), int)),
            r"maps must be \(B, N, h, w\) and predictions \(B, N\), got \(2, 3, 7, 7\) and \(2, 4\)",
        ),
        (lambda: mean_agreement([]), "batches must hold at least one face, got none"),
    ],
)
def test_impossible_arguments_are_refused(call, message):
    with pytest.raises(ExplanationError, match=message):
        call()
