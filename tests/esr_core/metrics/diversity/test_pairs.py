"""Pairwise measures against tables counted by hand, scikit-learn, numpy and the identities between them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from esr_core.errors import MetricError
from esr_core.metrics import diversity

ON_LABELS = (diversity.label_disagreement, diversity.cohen_kappa)
ON_CORRECTNESS = (
    diversity.oracle_disagreement,
    diversity.q_statistic,
    diversity.correlation,
    diversity.double_fault,
    diversity.pair_error,
)


def branches(*columns: list[int]) -> np.ndarray:
    """Predictions (B, N) from what each branch says."""
    return np.array(columns).T


def oracle(both: int, first: int, second: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    """Predictions of two branches and labels with such a table of being right; every label is 0."""
    says = [(0, 0)] * both + [(0, 1)] * first + [(1, 0)] * second + [(1, 1)] * neither
    return np.array(says), np.zeros(len(says), dtype=int)


@st.composite
def decisions(draw):
    """Predictions (B, N) and labels (B,) of up to four classes."""
    num_images, num_branches = draw(st.integers(1, 12)), draw(st.integers(2, 5))
    numbers = st.integers(0, 3)
    flat = draw(st.lists(numbers, min_size=num_images * num_branches, max_size=num_images * num_branches))
    labels = draw(st.lists(numbers, min_size=num_images, max_size=num_images))
    return np.array(flat).reshape(num_images, num_branches), np.array(labels)


def test_the_table_counts_images_by_who_is_right():
    counts = diversity.pair_counts(*oracle(5, 2, 1, 3))
    cells = (counts.both, counts.first, counts.second, counts.neither)
    assert [cell[0, 1] for cell in cells] == [5, 2, 1, 3]
    assert [cell[1, 0] for cell in cells] == [5, 1, 2, 3]
    assert [cell[0, 0] for cell in cells] == [7, 0, 0, 4]


# both right, the first alone, the second alone, neither; then by hand from the formulas
TABLES = [
    # (5, 2, 1, 3): Q = (15 - 2) / (15 + 2), rho = (15 - 2) / sqrt(7 * 4 * 6 * 5)
    ((5, 2, 1, 3), 3 / 11, 13 / 17, 13 / np.sqrt(840), 3 / 11, (4 / 11 + 5 / 11) / 2),
    # independent: the rows of the table are in proportion
    ((4, 2, 2, 1), 4 / 9, 0.0, 0.0, 1 / 9, 1 / 3),
    # never right together, never wrong together
    ((0, 3, 1, 0), 1.0, -1.0, -1.0, 0.0, 1 / 2),
    # always alike
    ((3, 0, 0, 1), 0.0, 1.0, 1.0, 1 / 4, 1 / 4),
    # both always right: neither Q nor the correlation is defined
    ((4, 0, 0, 0), 0.0, np.nan, np.nan, 0.0, 0.0),
    # the first always right: Q is not defined, since both products are 0
    ((3, 1, 0, 0), 1 / 4, np.nan, np.nan, 0.0, 1 / 8),
    # Q is defined, and 1, as soon as one of its products is not 0
    ((3, 1, 0, 2), 1 / 6, 1.0, 6 / np.sqrt(72), 1 / 3, 5 / 12),
]


@pytest.mark.parametrize(("table", "disagreement", "q", "rho", "fault", "error"), TABLES)
def test_measures_of_correctness_are_those_of_the_table(table, disagreement, q, rho, fault, error):
    expected = (disagreement, q, rho, fault, error)
    for measure, value in zip(ON_CORRECTNESS, expected, strict=True):
        np.testing.assert_allclose(measure(*oracle(*table))[0, 1], value, err_msg=measure.__name__)


def test_branches_can_disagree_on_every_label_and_on_no_correctness():
    """Both are wrong on every image, each in its own way."""
    predictions, labels = branches([1, 1, 1], [2, 2, 2]), np.array([0, 0, 0])
    assert diversity.label_disagreement(predictions)[0, 1] == 1
    assert diversity.oracle_disagreement(predictions, labels)[0, 1] == 0
    assert diversity.double_fault(predictions, labels)[0, 1] == 1


def test_a_copied_branch_does_not_disagree():
    rng = np.random.default_rng(0)
    branch, labels = rng.integers(0, 8, 200), rng.integers(0, 8, 200)
    predictions = branches(branch, branch, rng.integers(0, 8, 200))
    assert diversity.label_disagreement(predictions)[0, 1] == 0
    assert diversity.oracle_disagreement(predictions, labels)[0, 1] == 0
    assert diversity.cohen_kappa(predictions)[0, 1] == 1
    assert diversity.q_statistic(predictions, labels)[0, 1] == 1
    np.testing.assert_allclose(diversity.correlation(predictions, labels)[0, 1], 1)


def test_kappa_of_cohens_kind_by_hand():
    """20 of 50 times yes from both, 15 times no from both: (0.7 - 0.5) / (1 - 0.5)."""
    says = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15
    np.testing.assert_allclose(diversity.cohen_kappa(np.array(says))[0, 1], 0.4)


def test_kappa_is_not_defined_where_both_name_one_class_throughout():
    assert np.isnan(diversity.cohen_kappa(branches([3, 3], [3, 3]))).all()
    assert diversity.cohen_kappa(branches([3, 3], [2, 2]))[0, 1] == 0


def test_kappa_is_scikit_learns():
    predictions = np.random.default_rng(1).integers(0, 5, (300, 4)) * np.array([1, 1, 0, 1])
    kappa = diversity.cohen_kappa(predictions)
    for first, second in ((0, 1), (0, 2), (1, 3)):
        np.testing.assert_allclose(
            kappa[first, second], cohen_kappa_score(predictions[:, first], predictions[:, second])
        )


def test_correlation_is_numpys():
    rng = np.random.default_rng(2)
    predictions, labels = rng.integers(0, 3, (300, 4)), rng.integers(0, 3, 300)
    is_right = predictions == labels[:, None]
    np.testing.assert_allclose(diversity.correlation(predictions, labels), np.corrcoef(is_right.T), atol=1e-12)


@given(decisions())
def test_pairwise_measures_are_symmetric_and_in_their_ranges(decided):
    predictions, labels = decided
    for measure, low in zip((*ON_LABELS, *ON_CORRECTNESS), (0, -1, 0, -1, -1, 0, 0), strict=True):
        matrix = measure(predictions) if measure in ON_LABELS else measure(predictions, labels)
        np.testing.assert_array_equal(matrix, matrix.T)
        defined = matrix[~np.isnan(matrix)]
        assert ((defined >= low - 1e-9) & (defined <= 1 + 1e-9)).all(), measure.__name__


@given(decisions())
def test_the_four_cells_cover_all_images_and_being_right_differently_means_different_labels(decided):
    predictions, labels = decided
    counts = diversity.pair_counts(predictions, labels)
    assert (counts.both + counts.first + counts.second + counts.neither == len(labels)).all()
    in_labels, in_oracle = diversity.label_disagreement(predictions), diversity.oracle_disagreement(predictions, labels)
    assert (in_oracle <= in_labels).all()


def test_the_mean_over_pairs_leaves_out_the_diagonal_and_what_is_not_defined():
    predictions = np.array([[0, 0, 1]])
    np.testing.assert_allclose(diversity.mean_pairwise(diversity.label_disagreement(predictions)), 2 / 3)
    assert diversity.mean_pairwise(np.array([[0, np.nan, 1], [np.nan, 0, 3], [1, 3, 0]])) == 2
    assert np.isnan(diversity.mean_pairwise(np.full((2, 2), np.nan)))


@pytest.mark.parametrize("shape", [(2, 3), (1, 1), (4,)])
def test_a_mean_over_pairs_of_no_pairs_is_refused(shape):
    with pytest.raises(MetricError, match=r"matrix must be \(N, N\) of two branches or more"):
        diversity.mean_pairwise(np.zeros(shape))


@pytest.mark.parametrize("measure", ON_LABELS)
def test_without_images_nothing_is_defined_on_labels(measure):
    assert np.isnan(measure(np.zeros((0, 3), dtype=int))).all()


@pytest.mark.parametrize("measure", ON_CORRECTNESS)
def test_without_images_nothing_is_defined_on_correctness(measure):
    matrix = measure(np.zeros((0, 3), dtype=int), np.zeros(0, dtype=int))
    assert matrix.shape == (3, 3)
    assert np.isnan(matrix).all()


@pytest.mark.parametrize("measure", ON_LABELS)
@pytest.mark.parametrize(
    ("predictions", "told"),
    [
        (np.zeros((5, 1), int), r"a single branch has no diversity: predictions must be \(B, N\).*got \(5, 1\)"),
        (np.zeros(5, int), r"predictions must be \(B, N\), got \(5,\)"),
        (np.zeros((5, 2)), "predictions must hold class indices, whole numbers, got float64"),
        (np.full((5, 2), -1), "predictions must hold class indices from 0 on, got -1"),
    ],
)
def test_predictions_of_another_kind_are_refused(measure, predictions, told):
    with pytest.raises(MetricError, match=told):
        measure(predictions)


@pytest.mark.parametrize("measure", ON_CORRECTNESS)
@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (np.zeros(4, int), r"labels must be one for each of 5 images, got \(4,\)"),
        (np.zeros((5, 1), int), r"labels must be one for each of 5 images, got \(5, 1\)"),
        (np.zeros(5), "labels must hold class indices, whole numbers, got float64"),
        (np.array([0, 1, -1, 0, 0]), "labels must hold class indices from 0 on, got -1; leave images without a class"),
    ],
)
def test_labels_of_another_kind_are_refused(measure, labels, told):
    with pytest.raises(MetricError, match=told):
        measure(np.zeros((5, 2), int), labels)


@pytest.mark.parametrize("measure", ON_CORRECTNESS)
def test_a_single_branch_has_no_diversity_of_correctness(measure):
    with pytest.raises(MetricError, match="a single branch has no diversity"):
        measure(np.zeros((5, 1), int), np.zeros(5, int))
