from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esr_core.config import ProtocolConfig
from esr_core.data.protocols import choose_parts, ten_fold
from esr_core.errors import DataError

subjects_of_pictures = st.lists(st.integers(0, 30), min_size=30, max_size=80).filter(lambda s: len(set(s)) >= 10)


def labels(**columns) -> pd.DataFrame:
    count = len(columns["emotion"])
    return pd.DataFrame({"subject": [None] * count, "split": [None] * count} | columns)


def all_parts(parts) -> list[np.ndarray]:
    return [*parts.training, parts.validation, parts.test]


def test_twelve_subjects_by_hand():
    """Subjects 0-11 go to folds 0-9, 0, 1; trial 1 tests on fold 1, validates on 2, trains on 0, 3, 4, 5."""
    trial = ten_fold(list(range(12)))[1]
    assert trial.test.tolist() == [1, 11]
    assert trial.validation.tolist() == [2]
    assert [fold.tolist() for fold in trial.training] == [[0, 10], [3], [4], [5]]


def test_the_last_trial_validates_on_the_first_fold():
    assert ten_fold(list(range(10)))[9].validation.tolist() == [0]


def test_ck_plus_has_twelve_or_thirteen_subjects_in_each_fold():
    assert sorted(len(trial.test) for trial in ten_fold(range(123))) == [12] * 7 + [13] * 3


@given(subjects_of_pictures, st.integers(1, 8))
def test_no_subject_and_no_picture_is_in_two_parts(subjects, training_folds):
    for trial in ten_fold(subjects, training_folds):
        assert len(trial.training) == training_folds
        for first, second in combinations(all_parts(trial), 2):
            assert not set(first) & set(second)
            assert not {subjects[i] for i in first} & {subjects[i] for i in second}


@given(subjects_of_pictures)
def test_ten_trials_test_every_picture_once(subjects):
    tested = np.concatenate([trial.test for trial in ten_fold(subjects)])
    assert sorted(tested) == list(range(len(subjects)))


@given(subjects_of_pictures)
def test_the_order_of_the_pictures_does_not_matter(subjects):
    order = np.random.default_rng(0).permutation(len(subjects))
    shuffled = ten_fold([subjects[i] for i in order])
    for trial, other in zip(ten_fold(subjects), shuffled, strict=True):
        assert sorted(trial.test) == sorted(order[other.test])


def test_fewer_than_ten_subjects_are_refused():
    with pytest.raises(DataError, match="at least 10 subjects, got 3"):
        ten_fold([1, 2, 3, 3])


def test_auto_prefers_the_owners_split_then_subjects_then_chance():
    emotions = np.tile([0, 1], 30)
    split = np.repeat(["train", "validation", "test"], 20)
    subjects = [f"p{i:02d}" for i in np.repeat(np.arange(30), 2)]
    official = choose_parts(labels(emotion=emotions, split=split, subject=None), ProtocolConfig(), ("a", "b"))
    assert official.test.tolist() == list(range(40, 60))
    by_subject = choose_parts(labels(emotion=emotions, subject=subjects), ProtocolConfig(), ("a", "b"))
    assert by_subject.test.tolist() == ten_fold(subjects)[0].test.tolist()
    by_chance = choose_parts(labels(emotion=emotions), ProtocolConfig(), ("a", "b"), seed=3)
    assert len(by_chance.test) == 6
    assert len(set(np.concatenate(all_parts(by_chance)))) == 6 * 6


@given(st.lists(st.integers(0, 3), min_size=10, max_size=60), st.integers(0, 5))
def test_random_folds_deal_every_class_evenly(emotions, seed):
    frame = labels(emotion=np.array([*emotions, *[0, 1] * 20]))
    protocol = ProtocolConfig(kind="random-folds", training_folds=8)
    sizes = []
    for fold in range(10):
        try:
            parts = choose_parts(frame, protocol.replace(fold=fold), ("a", "b"), seed)
        except DataError:
            continue  # a rare class may be missing from training: that is said, not hidden
        sizes.append((frame["emotion"].to_numpy()[parts.test] == 0).sum())
    assert max(sizes) - min(sizes) <= 1


@given(st.lists(st.sampled_from(["train", "validation", "test"]), max_size=60), st.integers(1, 8), st.integers(0, 5))
def test_official_parts_are_the_owners_and_the_folds_make_up_training(split, training_folds, seed):
    split = ["train", "train", "validation", "test", *split]  # both classes are in training
    frame = labels(emotion=np.arange(len(split)) % 2, split=split)
    parts = choose_parts(frame, ProtocolConfig(kind="official", training_folds=training_folds), ("a", "b"), seed)
    assert sorted(np.concatenate(parts.training)) == np.flatnonzero(frame["split"] == "train").tolist()
    assert parts.validation.tolist() == np.flatnonzero(frame["split"] == "validation").tolist()
    assert parts.test.tolist() == np.flatnonzero(frame["split"] == "test").tolist()


@pytest.mark.parametrize(
    ("frame", "protocol", "sentence"),
    [
        (
            labels(emotion=np.tile([0, 1], 30)),
            ProtocolConfig(kind="subject-folds"),
            "needs the subject of every picture",
        ),
        (labels(emotion=np.zeros(60, int)), ProtocolConfig(), "training part has no picture of b"),
        (
            labels(emotion=np.tile([0, 1], 2), split=["train"] * 4),
            ProtocolConfig(),
            "validation part has no",
        ),
        (
            labels(emotion=np.tile([0, 1], 3), split=["train"] * 3 + ["valid", "validation", "test"]),
            ProtocolConfig(),
            r"split to be one of \['train', 'validation', 'test'\] for every picture, got valid for 1 of 6",
        ),
        (
            labels(emotion=np.tile([0, 1], 3), split=["train"] * 4 + [None, "test"]),
            ProtocolConfig(kind="official"),
            "for every picture, got none for 1 of 6",
        ),
        (
            labels(emotion=np.tile([0, 1], 3), split=["train"] * 4 + ["validation", "test"], subject=list("abcdxa")),
            ProtocolConfig(kind="official", training_folds=1),
            "subject a is in two parts, training and test",
        ),
    ],
)
def test_unusable_parts_are_named(frame, protocol, sentence):
    with pytest.raises(DataError, match=sentence):
        choose_parts(frame, protocol, ("a", "b"))


def test_pictures_without_a_class_are_in_no_part():
    emotions = pd.array([0, 1, None] * 20, dtype="Int16")
    subjects = [f"p{i % 10}" for i in range(60)]
    for frame in (labels(emotion=emotions), labels(emotion=emotions, subject=subjects)):
        parts = choose_parts(frame, ProtocolConfig(training_folds=8), ("a", "b"))
        used = np.concatenate(all_parts(parts))
        assert sorted(used) == np.flatnonzero(frame["emotion"].notna()).tolist()


def test_the_owners_split_of_unlabelled_pictures_does_not_matter():
    split = ["train"] * 4 + ["validation", "test", None]
    frame = labels(emotion=pd.array([0, 1, 0, 1, 0, 1, None], dtype="Int16"), split=split)
    assert choose_parts(frame, ProtocolConfig(training_folds=2), ("a", "b")).test.tolist() == [5]


def test_a_test_part_without_classes_is_not_replaced_by_the_validation_part():
    split = ["train"] * 4 + ["validation"] * 2 + ["test"]
    frame = labels(emotion=pd.array([0, 1, 0, 1, 0, 1, None], dtype="Int16"), split=split)
    with pytest.raises(DataError, match="the test part has no pictures with a class"):
        choose_parts(frame, ProtocolConfig(training_folds=2), ("a", "b"))


def test_auto_does_not_pass_over_a_split_or_subjects_that_one_picture_lacks():
    emotions = np.tile([0, 1], 30)
    split = [*np.repeat(["train", "validation", "test"], 20)[:-1], None]
    with pytest.raises(DataError, match=r"protocol official needs split .* for every picture, got none for 1 of 60"):
        choose_parts(labels(emotion=emotions, split=split), ProtocolConfig(), ("a", "b"))
    subjects = [*(f"p{i % 30}" for i in range(59)), None]
    with pytest.raises(DataError, match="protocol subject-folds needs the subject of every picture"):
        choose_parts(labels(emotion=emotions, subject=subjects), ProtocolConfig(), ("a", "b"))


def test_without_an_official_test_part_the_validation_part_tests_as_the_paper_does_on_affectnet():
    frame = labels(emotion=np.tile([0, 1], 3), split=["train"] * 4 + ["validation"] * 2, subject=list("aabbcc"))
    parts = choose_parts(frame, ProtocolConfig(training_folds=2), ("a", "b"))
    assert parts.test.tolist() == parts.validation.tolist() == [4, 5]


def test_too_few_people_for_folds_and_no_split_say_what_would_help():
    frame = labels(emotion=np.tile([0, 1], 30), subject=[f"p{i % 4}" for i in range(60)])
    with pytest.raises(
        DataError, match=r"needs a split for every picture or at least 10 subjects.*no split and 4 subj"
    ):
        choose_parts(frame, ProtocolConfig(), ("a", "b"))


@pytest.mark.parametrize("seed", [0, 1])
def test_without_an_official_validation_part_a_tenth_of_training_validates_each_class_alike(seed):
    frame = labels(emotion=np.tile([0, 1], 60), split=["train"] * 100 + ["test"] * 20)
    parts = choose_parts(frame, ProtocolConfig(training_folds=3), ("a", "b"), seed)
    assert parts.test.tolist() == list(range(100, 120))
    assert len(parts.validation) == 10
    assert (parts.validation % 2).sum() == 5
    assert sorted([*np.concatenate(parts.training), *parts.validation]) == list(range(100))


def test_the_tenth_that_validates_is_people_who_do_not_train():
    people = [f"p{i // 4}" for i in range(100)] + ["other"] * 20
    frame = labels(emotion=np.tile([0, 1], 60), split=["train"] * 100 + ["test"] * 20, subject=people)
    parts = choose_parts(frame, ProtocolConfig(), ("a", "b"))
    validating = {people[row] for row in parts.validation}
    assert len(validating) == 3  # of 25
    assert not validating & {people[row] for row in np.concatenate(parts.training)}


def test_a_validation_part_without_classes_is_not_replaced_by_training():
    split = ["train"] * 20 + ["validation"] + ["test"] * 2
    frame = labels(emotion=pd.array([*[0, 1] * 10, None, 0, 1], dtype="Int16"), split=split)
    with pytest.raises(DataError, match="the validation part has no pictures with a class"):
        choose_parts(frame, ProtocolConfig(training_folds=2), ("a", "b"))
