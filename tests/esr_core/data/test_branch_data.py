import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esr_core.config import ProtocolConfig
from esr_core.data.branch_data import balanced_subset, branch_training, quadrants
from esr_core.data.protocols import Parts, ten_fold
from esr_core.errors import DataError

NO_LABELS = pd.DataFrame()
groups_of_pictures = st.lists(st.integers(-1, 4), min_size=1, max_size=60).map(np.array)


def test_a_single_network_learns_from_all_folds_and_branches_leave_one_out_in_turn():
    parts = ten_fold(list(range(20)))[0]
    everything = np.concatenate(parts.training)
    (single,) = branch_training(parts, NO_LABELS, ProtocolConfig(), 1)
    assert sorted(single) == sorted(everything)
    for branch, indices in enumerate(branch_training(parts, NO_LABELS, ProtocolConfig(), 6)):
        assert set(everything) - set(indices) == set(parts.training[branch % 4])


def test_one_fold_alone_is_left_out_by_nobody():
    parts = ten_fold(list(range(20)), training_folds=1)[0]
    for indices in branch_training(parts, NO_LABELS, ProtocolConfig(), 3):
        assert indices.tolist() == parts.training[0].tolist()


@given(groups_of_pictures, st.integers(1, 12), st.integers(0, 9))
def test_a_balanced_subset_has_as_many_of_each_group_as_there_are_up_to_the_bound(groups, most, seed):
    chosen = balanced_subset(groups, most, np.random.default_rng(seed))
    assert len(set(chosen.tolist())) == len(chosen)
    assert (groups[chosen] >= 0).all()
    for group in set(groups.tolist()) - {-1}:
        assert (groups[chosen] == group).sum() == min(most, (groups == group).sum())


def test_every_picture_is_equally_likely_to_be_chosen():
    groups = np.repeat([0, 1], [40, 5])
    chosen = np.concatenate([balanced_subset(groups, 10, np.random.default_rng(seed)) for seed in range(2000)])
    counts = np.bincount(chosen, minlength=45)
    assert (counts[40:] == 2000).all()
    np.testing.assert_allclose(counts[:40], 500, atol=5 * np.sqrt(2000 * 0.25 * 0.75))


def test_quadrants_by_hand():
    plane = pd.DataFrame(
        {"valence": [0.5, -0.5, -0.5, 0.5, 0.0, np.nan, 0.3], "arousal": [0.5, 0.5, -0.5, -0.5, 0, 0, np.nan]}
    )
    assert quadrants(plane).tolist() == [0, 1, 2, 3, 0, -1, -1]


@pytest.fixture
def wild() -> tuple[Parts, pd.DataFrame]:
    """300 pictures, most of them neutral and pleasant; the first 240 train."""
    rng = np.random.default_rng(0)
    labels = pd.DataFrame(
        {
            "emotion": pd.array(rng.choice([0, 1, 2], 300, p=[0.8, 0.15, 0.05]), dtype="Int16"),
            "valence": rng.uniform(-0.2, 1, 300),
            "arousal": rng.uniform(-1, 1, 300),
        }
    )
    return Parts(tuple(np.arange(240).reshape(4, 60)), np.arange(240, 270), np.arange(270, 300)), labels


@pytest.mark.parametrize("balance", ["emotion", "quadrant"])
def test_each_branch_has_its_own_balanced_subset_of_the_whole_training_part(wild, balance):
    parts, labels = wild
    protocol = ProtocolConfig(balance=balance, max_per_group=15)
    branches = branch_training(parts, labels, protocol, 3, seed=7)
    groups = labels["emotion"].to_numpy(int) if balance == "emotion" else quadrants(labels)
    for indices in branches:
        assert set(indices) <= set(range(240))
        counts = np.bincount(groups[indices])
        assert counts.tolist() == np.minimum(15, np.bincount(groups[:240])).tolist()
    assert len({tuple(indices) for indices in branches}) == 3
    again = branch_training(parts, labels, protocol, 2, seed=7)
    assert [indices.tolist() for indices in again] == [indices.tolist() for indices in branches[:2]]


def test_balance_by_what_is_not_rated_is_refused(wild):
    parts, labels = wild
    with pytest.raises(DataError, match=r"protocol\.balance quadrant needs pictures labelled with it, found none"):
        branch_training(parts, labels.assign(valence=np.nan), ProtocolConfig(balance="quadrant"), 2)
