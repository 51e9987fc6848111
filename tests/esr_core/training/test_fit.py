import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from esr_core.config import ProtocolConfig
from esr_core.data.branch_data import branch_training
from esr_core.errors import TrainingError
from esr_core.metrics import diversity, probabilities
from esr_core.networks import ESR
from esr_core.records import is_better
from esr_core.training import TrainingData, fit, new_network, predict
from esr_core.training.evaluation import evaluate_classes

pytestmark = pytest.mark.usefixtures("narrow_networks")


class Watched(TrainingData):
    """Training data that remembers which pictures were asked for."""

    def __init__(self, data: TrainingData, num_branches: int = 2) -> None:
        branches = branch_training(data.parts, pd.DataFrame(), ProtocolConfig(), num_branches)
        super().__init__(data.pictures, data.labels, data.parts, branches, data.architecture, data.device)
        object.__setattr__(self, "asked", [])

    __slots__ = ("asked",)

    def targets(self, indices):  # validation asks for images alone, so targets are asked for by training steps only
        self.asked.append(indices)
        return super().targets(indices)


def train(config, data) -> tuple[ESR, list]:
    network = new_network(config)
    return network, list(fit(config, network, data))


def weights(module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in module.state_dict().items()}


def assert_same(first: dict, second: dict) -> None:
    assert first.keys() == second.keys()
    for name in first:
        assert torch.equal(first[name], second[name]), name


def moved(config, data) -> tuple[bool, bool]:
    """Whether the shared layers and the first branch change, batch norm included, while the second is trained."""
    network = new_network(config)
    records = fit(config, network, data)
    before = {}
    for record in records:
        if (record.branch, record.epoch) == (2, 0):
            before = {"shared": weights(network.shared), "first": weights(network.branches[0])}
    return tuple(
        any(not torch.equal(old[name], value) for name, value in module.state_dict().items())
        for old, module in ((before["shared"], network.shared), (before["first"], network.branches[0]))
    )


@pytest.mark.parametrize("strategy", ["fixed", "varied"])
def test_shared_layers_and_trained_branches_go_on_learning(strategy, tiny_config, tiny_data):
    assert moved(tiny_config.replace(strategy=strategy), tiny_data) == (True, True)


def test_frozen_parts_do_not_move_by_one_bit_batch_norm_statistics_included(tiny_config, tiny_data):
    assert moved(tiny_config.replace(strategy="frozen"), tiny_data) == (False, False)


def test_learning_rate_zero_is_not_frozen(tiny_config, tiny_data):
    """The published code's way: with rate 0 the batch norm statistics drift all the same."""
    network = new_network(tiny_config)
    before = weights(network.shared)
    network.train()
    torch.optim.SGD(network.parameters(), lr=0.0).step()
    network(tiny_data.images(np.arange(6)))
    drifted = [name for name, value in network.shared.state_dict().items() if not torch.equal(before[name], value)]
    assert drifted
    assert all("running" in name or "num_batches" in name for name in drifted)


def test_every_branch_has_a_record_before_any_update_and_after_each_epoch(tiny_config, tiny_data):
    _, records = train(tiny_config.replace(epochs_first_branch=2), tiny_data)
    assert [(record.branch, record.epoch) for record in records] == [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1)]
    assert [len(record.accuracy) for record in records] == [1, 1, 1, 2, 2]
    assert records[0].training_loss == (None,)
    assert all(loss is not None for loss in records[-1].training_loss)


def test_learning_rates_decay_in_steps_and_start_again_with_each_branch(tiny_config, tiny_data):
    config = tiny_config.replace(
        strategy="frozen", epochs_first_branch=3, epochs_later_branch=3, decay_every_epochs=1, decay_factor=0.5
    )
    _, records = train(config, tiny_data)
    assert [record.learning_rate for record in records] == [0.1, 0.1, 0.05, 0.025, 0.1, 0.1, 0.05, 0.025]


def test_learning_rates_fall_along_half_a_cosine_for_each_branch(tiny_config, tiny_data):
    config = tiny_config.replace(strategy="frozen", epochs_first_branch=3, epochs_later_branch=2, decay="cosine")
    _, records = train(config, tiny_data)
    expected = [0.1, 0.1, 0.075, 0.025, 0.1, 0.1, 0.05]  # 0.1 (1 + cos(pi e / E)) / 2
    np.testing.assert_allclose([record.learning_rate for record in records], expected, atol=1e-9)


def test_records_say_the_rate_of_every_part(tiny_config, tiny_data):
    def of_second_branch(**settings) -> tuple:
        record = train(tiny_config.replace(**settings), tiny_data)[1][-1]
        return record.shared_learning_rate, record.trained_branch_learning_rate, record.learning_rate

    assert of_second_branch(strategy="varied") == (0.1, 0.02, 0.1)
    assert of_second_branch(strategy="fixed") == (0.1, 0.1, 0.1)
    assert of_second_branch(strategy="frozen") == (None, None, 0.1)
    custom = {"strategy": "custom", "shared_learning_rate": 0.05, "trained_branch_learning_rate": 0.0}
    assert of_second_branch(**custom) == (0.05, None, 0.1)


def test_records_say_how_right_branches_are_on_training_pictures_and_how_fast_they_learn(tiny_config, tiny_data):
    _, records = train(tiny_config.replace(epochs_first_branch=8), tiny_data)
    assert records[0].training_accuracy == (None,)
    assert records[0].images_per_second is None
    assert 0.5 < records[8].training_accuracy[0] <= 1.0
    seen = [record.images_seen for record in records]
    assert seen[:2] == [0, 12]
    expected = (seen[8] - seen[7]) / (records[8].seconds - records[7].seconds)
    assert math.isclose(records[8].images_per_second, expected, rel_tol=0.1)  # seconds are rounded
    assert records[8].device_memory_bytes is None


def test_records_say_how_differently_branches_decide_once_there_are_two(tiny_config, tiny_data):
    network, records = train(tiny_config, tiny_data)
    assert [record.diversity for record in records[:2]] == [None, None]
    validation = tiny_data.parts.validation
    logits = predict(network, tiny_data, validation)
    predictions, labels = logits.argmax(axis=2), tiny_data.labels[validation]
    found = records[-1].diversity
    assert found["label_disagreement"] == (predictions[:, 0] != predictions[:, 1]).mean()
    is_right = predictions == labels[:, None]
    assert found["oracle_disagreement"] == (is_right[:, 0] != is_right[:, 1]).mean()
    assert found.keys() == diversity.overview(predictions, labels, probabilities(logits)).keys()


def test_two_wrong_branches_disagree_in_labels_alone():
    logits = np.array([[[0.0, 1, 0], [0, 0, 1]]] * 2 + [[[1.0, 0, 0], [1, 0, 0]]] * 2)
    found = evaluate_classes(logits, np.zeros(4, dtype=int)).diversity
    assert (found["label_disagreement"], found["oracle_disagreement"]) == (0.5, 0.0)


def test_a_measure_that_is_not_defined_is_nothing_in_a_record_rather_than_nan():
    logits = np.array([[[1.0, 0, 0], [1, 0, 0]]] * 4)
    found = evaluate_classes(logits, np.zeros(4, dtype=int)).diversity
    assert found["q_statistic"] is None
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_each_branch_leaves_its_fold_out(tiny_config, tiny_data):
    data = Watched(tiny_data, num_branches=4)
    config = tiny_config.replace(network=tiny_config.network.replace(num_branches=4), strategy="frozen")
    train(config, data)
    seen = np.concatenate(data.asked).reshape(4, 12)  # 4 branches, 3 folds of 4 pictures each
    for branch in range(4):
        folds = [fold for position, fold in enumerate(tiny_data.parts.training) if position != branch]
        assert sorted(seen[branch]) == sorted(np.concatenate(folds))


def test_a_single_network_learns_from_all_folds(tiny_config, tiny_data):
    data = Watched(tiny_data, num_branches=1)
    train(tiny_config.replace(network=tiny_config.network.replace(num_branches=1)), data)
    assert sorted(np.concatenate(data.asked)) == list(range(16))


def test_interleaved_branches_take_turns_over_all_folds(tiny_config, tiny_data):
    data = Watched(tiny_data)
    network, records = train(tiny_config.replace(strategy="interleaved"), data)
    assert len(network.branches) == 2
    assert [(record.branch, len(record.accuracy)) for record in records] == [(0, 2), (0, 2)]
    assert sorted(np.concatenate(data.asked[0::2])) == sorted(np.concatenate(data.asked[1::2])) == list(range(16))


def test_interleaved_branches_with_balance_keep_to_their_own_subsets(tiny_config, tiny_data):
    data = replace(tiny_data, branches=(np.arange(4), np.arange(8, 12)))
    watched = Watched(data)
    object.__setattr__(watched, "branches", data.branches)
    protocol = ProtocolConfig(balance="emotion", max_per_group=2)
    train(tiny_config.replace(strategy="interleaved", protocol=protocol), watched)
    assert sorted(np.concatenate(watched.asked[0::2])) == list(range(4))
    assert sorted(np.concatenate(watched.asked[1::2])) == list(range(8, 12))


def test_while_there_is_one_branch_esr_and_traditional_ensemble_are_identical(tiny_config, tiny_data):
    """Paper, Figure 5: the curves of branch 1 coincide."""
    levels = [tiny_config.replace(network=tiny_config.network.replace(branching_level=level)) for level in (0, 4)]
    te, esr = (train(config, tiny_data)[1] for config in levels)
    apart = {"seconds": 0.0, "images_per_second": None, "shared_learning_rate": None}  # TE has no shared layers
    assert [replace(record, **apart) for record in te[:2]] == [replace(record, **apart) for record in esr[:2]]


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(tiny_config, tiny_data):
    first, _ = train(tiny_config, tiny_data)
    torch.rand(5)  # what the caller draws in between plays no part
    again, _ = train(tiny_config, tiny_data)
    other, _ = train(tiny_config.replace(seed=1), tiny_data)
    assert_same(first.state_dict(), again.state_dict())
    assert not torch.equal(first.branches[1].classifier.weight, other.branches[1].classifier.weight)


def test_the_best_ensemble_is_restored_before_the_next_branch_and_at_the_end(tiny_config, tiny_data):
    config = tiny_config.replace(epochs_first_branch=6, epochs_later_branch=6, learning_rate=0.5, seed=1)  # restless
    network = new_network(config)
    best, best_weights, at_start_of_second = {}, {}, None
    for record in fit(config, network, tiny_data):
        if (record.branch, record.epoch) == (2, 0):
            at_start_of_second = weights(network.shared)
        if record.epoch and is_better(record, best.get(record.branch)):
            best[record.branch], best_weights[record.branch] = record, weights(network)
    assert best[1].epoch != 6, "the last epoch is the best one: this test would pass without any restoring"
    shared = {name.removeprefix("shared."): value for name, value in best_weights[1].items() if "shared" in name}
    assert_same(shared, at_start_of_second)
    assert_same(best_weights[2], network.state_dict())


def test_it_learns(tiny_config, tiny_data):
    _, records = train(tiny_config.replace(epochs_first_branch=8, epochs_later_branch=4), tiny_data)
    assert max(record.ensemble_accuracy for record in records if record.branch == 2) == 1.0


def test_after_training_a_face_gives_the_same_logits_alone_and_in_a_batch(tiny_config, tiny_data):
    network, _ = train(tiny_config, tiny_data)
    assert not any(module.training for branch in network.branches for module in branch.modules())
    together = predict(network, tiny_data, np.arange(8))
    alone = np.concatenate([predict(network, tiny_data, np.array([index])) for index in range(8)])
    np.testing.assert_allclose(alone, together, atol=1e-5)


def test_validation_leaves_no_trace(tiny_config, tiny_data):
    network = new_network(tiny_config).train()
    before = weights(network)
    predict(network, tiny_data, np.arange(8))
    assert_same(before, network.state_dict())
    assert all(module.training for module in network.modules())


def test_inputs_are_normalised_by_the_training_folds_alone(tiny_config, tiny_data):
    network, _ = train(tiny_config, tiny_data)
    values = tiny_data.pictures[:16].astype(np.float64) / 255
    assert math.isclose(network.normalisation.mean.item(), values.mean(), rel_tol=1e-5)
    assert math.isclose(network.normalisation.std.item(), values.std(), rel_tol=1e-5)


def test_a_last_batch_of_one_picture_joins_the_one_before(tiny_config, tiny_data):
    data = Watched(tiny_data, num_branches=1)
    single = tiny_config.replace(network=tiny_config.network.replace(num_branches=1), batch_size=5)
    train(single, data)
    assert sorted(len(indices) for indices in data.asked) == [5, 5, 6]


def test_a_loss_that_is_not_finite_ends_training_with_a_sentence(tiny_config, tiny_data):
    config = tiny_config.replace(learning_rate=1e30, epochs_first_branch=3)
    with pytest.raises(TrainingError, match=r"loss of branch 1 .* in step \d of epoch \d .*learning_rate below 1e\+30"):
        train(config, tiny_data)


def test_an_ensemble_that_the_last_step_has_spoilt_is_not_the_best_one(tiny_config, tiny_data):
    """The losses of an epoch are those before each update: of its only step, the loss was finite."""
    config = tiny_config.replace(learning_rate=1e38, batch_size=32)
    sentence = "validation loss of branch 1 is not finite at the end of epoch 1 of training branch 1; a learning_rate"
    with pytest.raises(TrainingError, match=sentence):
        train(config, tiny_data)


def test_an_exception_in_on_progress_ends_training_and_gives_the_network_back(tiny_config, tiny_data):
    class StopError(Exception):
        pass

    def stop(progress):
        raise StopError

    network = new_network(tiny_config)
    with pytest.raises(StopError):
        list(fit(tiny_config, network, tiny_data, stop))
    assert not network.training
    assert all(parameter.requires_grad for parameter in network.parameters())


def test_progress_counts_every_epoch(tiny_config, tiny_data):
    seen = []
    list(fit(tiny_config, new_network(tiny_config), tiny_data, seen.append))
    assert [(each.branch, each.epoch, each.epochs_done, each.epochs_total) for each in seen] == [
        (1, 1, 1, 2),
        (2, 1, 2, 2),
    ]
    assert seen[-1].share == 1.0
    assert seen[-1].seconds_left == 0.0


def test_a_network_that_already_has_its_branches_is_refused(tiny_config, tiny_data):
    with pytest.raises(TrainingError, match="must come with 1 branches to start from, got 2"):
        list(fit(tiny_config, ESR.from_config(tiny_config.network), tiny_data))
