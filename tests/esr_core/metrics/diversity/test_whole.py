"""Single numbers against tables counted by hand, Fleiss' own example and the identities between them."""

import numpy as np
import pytest

from esr_core.errors import MetricError
from esr_core.metrics import diversity

ON_CORRECTNESS = (
    diversity.kohavi_wolpert_variance,
    diversity.entropy_measure,
    diversity.generalised_diversity,
    diversity.difficulty,
)


def right_on(*num_right: int, num_branches: int) -> tuple[np.ndarray, np.ndarray]:
    """Predictions and labels with so many branches right on each image, the first ones; every label is 0."""
    predictions = (np.arange(num_branches) >= np.array(num_right)[:, None]).astype(int)
    return predictions, np.zeros(len(num_right), dtype=int)


# Branches that are right on each image; then by hand: l (N - l) / N^2, min(l, N - l) / (N - ceil(N / 2)),
# 1 - sum i (i - 1) / (N - 1) / sum i over the i that err, variance of l / N
TABLES = [
    # three branches; wrong are 0, 1, 2, 3
    ((3, 2, 1, 0), 3, (0 + 2 + 2 + 0) / 36, (0 + 1 + 1 + 0) / 4, 1 - (2 + 6) / 2 / 6, 5 / 36),
    # two branches, as a table of 2x2 counts: both right 5, one of them 3, neither 3
    ((2,) * 5 + (1,) * 3 + (0,) * 3, 2, 3 / 44, 3 / 11, 1 - 6 / 9, 21 / 121),
    # half of the branches right on every image
    ((2, 2, 2), 4, 1 / 4, 1.0, 1 - 6 / 3 / 6, 0.0),
    # every image easy for all, or difficult for all
    ((4, 0), 4, 0.0, 0.0, 0.0, 1 / 4),
    # never two wrong together
    ((2, 2, 2), 3, 2 / 9, 1.0, 1.0, 0.0),
    # never one wrong: how errors are shared is not defined
    ((3, 3), 3, 0.0, 0.0, np.nan, 0.0),
]


@pytest.mark.parametrize(("num_right", "num_branches", "variance", "entropy", "generalised", "theta"), TABLES)
def test_single_numbers_are_those_of_the_table(num_right, num_branches, variance, entropy, generalised, theta):
    decided = right_on(*num_right, num_branches=num_branches)
    for measure, value in zip(ON_CORRECTNESS, (variance, entropy, generalised, theta), strict=True):
        np.testing.assert_allclose(measure(*decided), value, atol=1e-12, err_msg=measure.__name__)


@pytest.mark.parametrize("num_branches", [2, 3, 9])
def test_the_variance_is_half_the_disagreement_of_different_branches(num_branches):
    """Kuncheva & Whitaker 2003, appendix: KW = (L - 1) / 2L times the mean disagreement."""
    rng = np.random.default_rng(num_branches)
    predictions, labels = rng.integers(0, 3, (500, num_branches)), rng.integers(0, 3, 500)
    mean = diversity.mean_pairwise(diversity.oracle_disagreement(predictions, labels))
    expected = (num_branches - 1) / (2 * num_branches) * mean
    np.testing.assert_allclose(diversity.kohavi_wolpert_variance(predictions, labels), expected)


def test_kappa_of_fleiss_kind_is_that_of_a_worked_example():
    """Ten subjects, fourteen raters, five categories, as the example that is worked everywhere has it: 0.210."""
    table = [
        (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
        (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
    ]  # fmt: skip
    predictions = np.array([np.repeat(np.arange(5), row) for row in table])
    np.testing.assert_allclose(diversity.fleiss_kappa(predictions), 0.20993, atol=1e-5)


def test_kappa_of_fleiss_kind_of_two_branches_by_hand():
    """Agreeing on 2 of 4 images, each class named half of the time: (1/2 - 1/2) / (1 - 1/2)."""
    assert diversity.fleiss_kappa(np.array([[0, 0], [1, 1], [0, 1], [1, 0]])) == 0
    assert diversity.fleiss_kappa(np.array([[0, 0], [1, 1]])) == 1
    assert diversity.fleiss_kappa(np.array([[0, 1], [1, 0]])) == -1


def test_where_one_class_is_named_throughout_kappa_is_not_defined():
    assert np.isnan(diversity.fleiss_kappa(np.full((3, 4), 2)))


@pytest.mark.parametrize("measure", ON_CORRECTNESS)
def test_without_images_no_number_is_defined(measure):
    assert np.isnan(measure(np.zeros((0, 3), dtype=int), np.zeros(0, dtype=int)))


def test_without_images_kappa_is_not_defined():
    assert np.isnan(diversity.fleiss_kappa(np.zeros((0, 3), dtype=int)))


@pytest.mark.parametrize("measure", ON_CORRECTNESS)
def test_a_single_branch_has_no_diversity(measure):
    with pytest.raises(MetricError, match="a single branch has no diversity"):
        measure(np.zeros((5, 1), int), np.zeros(5, int))
    with pytest.raises(MetricError, match="a single branch has no diversity"):
        diversity.fleiss_kappa(np.zeros((5, 1), int))


def test_the_overview_has_every_measure_under_its_functions_name():
    rng = np.random.default_rng(5)
    probabilities = rng.dirichlet(np.ones(4), (60, 3))
    predictions, labels = probabilities.argmax(axis=2), rng.integers(0, 4, 60)
    found = diversity.overview(predictions, labels, probabilities)
    for name in ("label_disagreement", "cohen_kappa"):
        assert found.pop(name) == diversity.mean_pairwise(getattr(diversity, name)(predictions))
    for name in ("oracle_disagreement", "double_fault", "q_statistic", "correlation"):
        assert found.pop(name) == diversity.mean_pairwise(getattr(diversity, name)(predictions, labels))
    for name in ("kohavi_wolpert_variance", "entropy_measure", "generalised_diversity", "difficulty"):
        assert found.pop(name) == getattr(diversity, name)(predictions, labels)
    assert found.pop("fleiss_kappa") == diversity.fleiss_kappa(predictions)
    assert found.pop("jensen_shannon") == diversity.mean_pairwise(diversity.jensen_shannon(probabilities))
    assert found.pop("mutual_information") == diversity.mutual_information(probabilities).mean()
    np.testing.assert_allclose(found.pop("ensemble_error"), found.pop("branch_error") - found.pop("ambiguity"))
    assert not found


def test_the_overview_of_no_images_is_not_defined():
    found = diversity.overview(np.zeros((0, 2), int), np.zeros(0, int), np.zeros((0, 2, 3)))
    assert np.isnan(list(found.values())).all()
