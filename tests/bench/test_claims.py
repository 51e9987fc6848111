"""The numbers on FER+: compared as by hand, and in the documents as the shipped runs have them."""

from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from bench.claims import compared, forgotten, learned, more_diverse, report
from bench.findings import after_each_branch
from esr_core.records import EpochRecord
from esr_core.run_store import RunStore

ROOT = Path(__file__).parents[2]


def test_two_that_are_right_on_different_pictures_are_compared_by_those():
    first, second = np.zeros(100, dtype=bool), np.zeros(100, dtype=bool)
    first[:9] = second[8:10] = True  # 8 against 1, one picture is told right by both
    # McNemar: twice the chance of 8 or more of 9 fair coins, 2 * 10 / 512
    assert compared(first, second).startswith("+7.0 points (+2.0 to +1")
    assert compared(first, second).endswith("), 8 against 1, p = 0.039")
    assert compared(first, first).endswith("0 against 0, p = 1")


def test_disagreement_is_compared_picture_by_picture():
    values, others = np.repeat([1.0, 0.5], 50), np.repeat([0.5, 0.0], 50)  # half a pair more on every picture
    assert more_diverse(values, others) == "disagreement 0.750 against 0.250, +0.500 (+0.500 to +0.500)"


def point(branch: int, epoch: int, *accuracy: float) -> EpochRecord:
    return EpochRecord(branch, epoch, (None,), (1.0,), accuracy, np.mean(accuracy), 0.5, 0.1, 1, 1.0)


def test_what_branches_learn_and_forget_is_read_from_the_validation_points():
    history = [point(1, 1, 0.4), point(1, 2, 0.7), point(1, 3, 0.6)]
    history += [point(2, 1, 0.5, 0.6), point(2, 2, 0.65, 0.7), point(2, 3, 0.6, 0.7)]
    assert learned(history) == "branches after their first epoch: 40.0, 60.0 %"
    assert learned([each for each in history if each.epoch > 1]) == "branches after 2 epochs: 70.0, 70.0 %"
    assert forgotten(history) == "branch 1: 70.0 %, at its worst and as it was left 50.0 then 65.0 with branch 2"


def test_a_branch_that_has_learned_nothing_ends_with_no_vote():
    history = [replace(point(2, epoch, 0.5, 0.5), ensemble_accuracy=vote) for epoch, vote in enumerate((0.9, 0.6, 0.5))]
    assert after_each_branch(history) == {2: 0.6}


@pytest.mark.filterwarnings("error")
def test_the_tables_on_fer_in_the_documents_are_those_of_the_shipped_runs():
    tables = list(islice(report(RunStore(ROOT / "runs")), 5))
    assert all(len(table.splitlines()) > 3 for table in tables)
    text = (ROOT / "docs" / "paper.md").read_text(encoding="utf-8")
    assert [table for table in tables if table not in text] == [], "python -m bench.claims prints them"
