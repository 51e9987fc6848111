"""Groups of seeds, compared as by hand."""

import numpy as np
import pytest

from bench.groups import difference, right_by_group, row
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.emotions import EMOTIONS
from esr_core.metrics import Predictions
from esr_core.run_store import RunStore


def test_a_group_is_the_mean_of_its_seeds():
    labels = np.repeat([0, 1], [80, 20])
    first, second = np.ones(100, dtype=bool), np.zeros(100, dtype=bool)
    second[:80] = True  # right wherever the class is 0: 80 %, recalls 1 and 0
    name, seeds, accuracy, deviation, balanced = row("votes", np.array([first, second]), labels)
    assert (name, seeds, deviation, balanced) == (
        "votes",
        "100.0, 80.0",
        "14.1",
        "75.0 %",
    )  # 20 / sqrt(2); (1 + 0.5) / 2
    assert accuracy.startswith("90.0 % (8")


def test_a_difference_is_that_of_the_means_over_seeds():
    first, second = np.ones((2, 50), dtype=bool), np.zeros((2, 50), dtype=bool)
    assert difference(first, second) == "+100.0 points (+100.0 to +100.0)"
    assert difference(second, second) == "+0.0 points (+0.0 to +0.0)"


def finished(store: RunStore, run_id: str, ids: list[str], labels: list[int]) -> None:
    """A finished run that says class 0 of every picture."""
    writer = store.create(TrainingConfig(data="toy", network=NetworkConfig(), group="g"), run_id=run_id)
    writer.start({})
    logits = np.tile(np.eye(8)[0], (len(ids), 1, 1))
    writer.save_predictions("test", Predictions(np.array(ids), np.array(labels), logits, EMOTIONS))
    writer.finish({"accuracy": 0.5})


def test_pictures_in_another_order_are_not_taken_for_the_same(tmp_path):
    store = RunStore(tmp_path)
    finished(store, "first", ["a", "b"], [0, 1])
    finished(store, "second", ["a", "b"], [0, 1])
    right, labels = right_by_group(store)
    assert (right["g"].tolist(), labels.tolist()) == ([[True, False]] * 2, [0, 1])
    finished(store, "third", ["b", "a"], [1, 0])
    with pytest.raises(SystemExit, match="runs must be tested on the same pictures, which third was not"):
        right_by_group(store)
