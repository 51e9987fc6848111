"""Pictures that are the same to the pixel, on a set in which they were planted."""

import numpy as np
import pandas as pd
import pytest

from esr_core.config import ProtocolConfig
from esr_core.data.branch_data import branch_training
from esr_core.data.duplicates import (
    Overlap,
    also_in,
    copies_of_training,
    describe_duplicates,
    duplicate_pairs,
    first_alike,
)
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet
from esr_core.data.protocols import choose_parts
from esr_core.errors import DataError
from tests.planted import CLASSES, PLANTED, WARNING, as_made_before, planted_set, planted_source


@pytest.fixture
def planted(tmp_path) -> PreparedSet:
    return planted_set(tmp_path / "planted")


def test_a_picture_is_the_same_only_where_every_pixel_is():
    pictures = np.zeros((600, 96, 96, 3), dtype=np.uint8)  # more than are read at once
    pictures[:, 0, 0, 0] = np.arange(600) % 256
    pictures[:, 0, 0, 1] = np.arange(600) // 256
    pictures[300, 50, 50, 2] = 1
    pictures[599] = pictures[300]
    pictures[598] = pictures[42]
    expected = np.arange(600)
    expected[598:] = [42, 300]
    assert first_alike(pictures).tolist() == expected.tolist()


def test_each_picture_has_the_id_of_the_first_with_its_pixels(planted):
    marks = planted.labels.set_index("id")["duplicate_of"]
    assert marks.dropna().to_dict() == {"c": "a", "e": "b", "g": "a", "h": "f", "i": "d"}
    assert planted.card.num_duplicates == 5


def test_a_set_without_duplicates_says_so(tmp_path):
    card = prepare(planted_source(PLANTED[:2] + PLANTED[5:6] + PLANTED[9:]), tmp_path / "set")
    labels = PreparedSet.open(tmp_path / "set").labels
    assert card.num_duplicates == 0
    assert labels["duplicate_of"].isna().all()
    assert duplicate_pairs(labels).empty


def test_the_fingerprint_is_that_of_a_set_made_before(planted):
    """Its marks follow from its pictures, and runs that began on the set must be able to go on."""
    before = as_made_before(planted)
    assert before.card.fingerprint == planted.card.fingerprint
    assert before.card.num_duplicates is None
    pd.testing.assert_frame_equal(before.marked_labels(), planted.labels)


def test_a_preparation_that_goes_on_marks_what_an_earlier_attempt_had_read(tmp_path):
    rows = [(str(n), n, CLASSES[n % 2], "train") for n in range(40)] + [("again", 3, "anger", "test")]
    rows.append(("other", 90, "anger", "validation"))

    def stop(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(planted_source(rows), tmp_path / "set", stop)
    assert prepare(planted_source(rows), tmp_path / "set").num_duplicates == 1
    assert PreparedSet.open(tmp_path / "set").labels["duplicate_of"].dropna().tolist() == ["3"]


def test_pictures_of_one_part_that_also_stand_in_another(planted):
    labels = planted.labels
    rows = {name: np.flatnonzero(labels["split"] == name) for name in ("train", "validation", "test")}
    assert also_in(labels, rows["test"], rows["train"]).tolist() == [True, False, True, False]  # of g, h, i, j
    assert also_in(labels, rows["test"], rows["validation"]).tolist() == [False, True, False, False]
    assert also_in(labels, rows["validation"], rows["test"]).tolist() == [False, True]  # f, though it is the first
    assert also_in(labels, rows["train"], rows["test"][:0]).tolist() == [False] * 4
    assert copies_of_training(labels) == {"validation": 1, "test": 2}


def test_where_the_owners_have_no_parts_nothing_stands_in_their_training(tmp_path):
    prepare(planted_source([(name, grey, emotion, None) for name, grey, emotion, _ in PLANTED]), tmp_path / "set")
    assert copies_of_training(PreparedSet.open(tmp_path / "set").labels) == {"validation": 0, "test": 0}


def test_pairs_with_different_classes_come_first_then_those_across_parts(planted):
    pairs = duplicate_pairs(planted.labels)
    ids = planted.labels["id"].to_numpy()
    assert (ids[pairs["first"]] + ids[pairs["second"]]).tolist() == ["be", "ag", "fh", "di", "ac"]
    assert pairs["other_class"].tolist() == [True, False, False, False, False]  # no class is not another class
    assert pairs["other_part"].tolist() == [True, True, True, True, False]


def overlap(planted: PreparedSet, **protocol) -> Overlap:
    config = ProtocolConfig(training_folds=2, **protocol)
    parts = choose_parts(planted.labels, config, CLASSES)
    branches = branch_training(parts, planted.labels, config, num_branches=1)
    return Overlap.of(planted.labels, parts, branches)


def test_a_training_knows_which_pictures_it_is_measured_on_are_learned_from(planted):
    found = overlap(planted)
    ids = planted.labels["id"].to_numpy()
    assert {part: ids[rows].tolist() for part, rows in found.seen.items()} == {"test": ["g"], "validation": ["e"]}
    assert found.warning == WARNING


def test_pictures_that_no_branch_learns_from_are_not_seen(planted):
    parts = choose_parts(planted.labels, ProtocolConfig(), CLASSES)
    found = Overlap.of(planted.labels, parts, [np.array([3])])  # d alone
    assert {part: len(rows) for part, rows in found.seen.items()} == {"test": 0, "validation": 0}
    assert found.warning == ""


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda labels: labels.drop(columns="duplicate_of"), r"labels\.parquet lacks the column duplicate_of"),
        (lambda labels: labels.assign(duplicate_of="nobody"), r"has duplicate_of that is the id of no picture"),
    ],
)
def test_marks_that_do_not_fit_the_card_are_refused(planted, change, sentence):
    change(planted.labels).to_parquet(planted.folder / "labels.parquet")
    with pytest.raises(DataError, match=sentence):
        PreparedSet.open(planted.folder)


def test_duplicates_are_described_in_one_sentence(planted):
    same = "5 of 10 pictures are the same to the pixel as an earlier one"
    in_training = "1 of the validation part and 2 of the test part also stand in the training part"
    assert describe_duplicates(planted.labels) == f"{same}, 1 of them with another class; {in_training}"
    assert describe_duplicates(planted.labels.assign(emotion=0, split="train")) == same
