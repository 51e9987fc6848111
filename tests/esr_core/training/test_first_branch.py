"""The first branch is the same training at every level and for every strategy that adds branches in turn."""

from dataclasses import replace

import pytest
import torch

from esr_core.config import AugmentationConfig, NetworkConfig
from esr_core.errors import ConfigError, TrainingError
from esr_core.networks import ESR, rebranched
from esr_core.training import Course, first_branch_state, new_network, skip_first_branch
from tests.esr_core.training.test_course import through_a_file

pytestmark = pytest.mark.usefixtures("narrow_networks")

LEVELS = range(6)


@pytest.fixture
def lively(tiny_config):
    """Two epochs for each of two branches, with everything random that there is."""
    return tiny_config.replace(
        epochs_first_branch=2, epochs_later_branch=2, decay_every_epochs=1, augmentation=AugmentationConfig()
    )


def at(config, level, strategy="varied", num_branches=2):
    network = config.network.replace(branching_level=level, num_branches=num_branches)
    return config.replace(network=network, strategy=strategy)


def first_phase(config, data):
    """Records and state of a training up to the end of its first branch."""
    course = Course(config, new_network(config), data)
    records = []
    for record in course:
        if record.branch == 2:
            return records, through_a_file(first_branch_state(course))
        records.append(record)
    return records, through_a_file(first_branch_state(course))


def blocks(network):
    branch = network.branches[0]
    return [*network.shared, *branch.blocks, branch.classifier]


def as_network(state, config) -> ESR:
    settings = config.network.replace(branching_level=state["branching_level"], num_branches=1)
    network = ESR.from_config(settings)
    network.load_state_dict(state["network"])
    return network


def assert_same_blocks(first, second):
    for number, (one, other) in enumerate(zip(blocks(first), blocks(second), strict=True)):
        for name, value in one.state_dict().items():
            assert torch.equal(value, other.state_dict()[name]), (number, name)


def comparable(records):
    """Without times, and without the rate of shared layers, of which level 0 has none."""
    return [replace(record, seconds=0.0, images_per_second=None, shared_learning_rate=None) for record in records]


def test_every_block_begins_with_the_same_weights_at_every_level(tiny_config):
    first = new_network(at(tiny_config, 0))
    for level in LEVELS[1:]:
        assert_same_blocks(first, new_network(at(tiny_config, level)))


def test_branches_blocks_and_seeds_begin_with_different_weights(tiny_config):
    config = at(tiny_config, 3, "interleaved")
    network = new_network(config)
    first, second = (branch.blocks[0][0].weight for branch in network.branches)
    assert not torch.equal(first, second)
    assert not torch.equal(first, network.branches[0].blocks[1][0].weight)
    assert not torch.equal(first, new_network(config.replace(seed=1)).branches[0].blocks[0][0].weight)


def test_first_weights_leave_the_callers_random_state_alone(tiny_config, monkeypatch):
    torch.manual_seed(3)
    monkeypatch.setattr(torch.cuda, "manual_seed_all", lambda _: pytest.fail("cards have random states of their own"))
    before = torch.get_rng_state()
    new_network(tiny_config)
    assert torch.equal(torch.get_rng_state(), before)


def test_first_branch_is_the_same_training_bit_for_bit(lively, tiny_data):
    expected_records, expected = first_phase(at(lively, 0), tiny_data)
    for level, strategy in [(1, "varied"), (3, "frozen"), (4, "fixed"), (5, "custom")]:
        records, state = first_phase(at(lively, level, strategy), tiny_data)
        assert comparable(records) == comparable(expected_records)
        assert_same_blocks(as_network(state, lively), as_network(expected, lively))
        assert torch.equal(state["learner"]["generator"], expected["learner"]["generator"])


@pytest.mark.parametrize(("level", "strategy"), [(0, "varied"), (2, "frozen"), (5, "fixed")])
def test_training_after_anothers_first_branch_ends_as_one_that_trained_its_own(lively, tiny_data, level, strategy):
    _, state = first_phase(at(lively, 3), tiny_data)
    config = at(lively, level, strategy)
    own = Course(config, new_network(config), tiny_data)
    own_records = [record for record in own if record.branch == 2]
    course = Course(config, new_network(config), tiny_data)
    skip_first_branch(course, state)
    records = list(course)
    assert comparable(records) == comparable(own_records)
    for name, value in own.network.state_dict().items():
        assert torch.equal(value, course.network.state_dict()[name]), name


def test_single_network_ends_as_the_first_branch_of_an_ensemble(lively, tiny_data):
    data = replace(tiny_data, branches=(tiny_data.branches[0],))
    _, of_ensemble = first_phase(at(lively, 3), tiny_data)
    _, of_single = first_phase(at(lively, 5, num_branches=1), data)
    assert_same_blocks(as_network(of_ensemble, lively), as_network(of_single, lively))


def test_course_that_has_begun_or_adds_no_branches_skips_none(lively, tiny_data):
    _, state = first_phase(at(lively, 3), tiny_data)
    begun = Course(at(lively, 3), new_network(at(lively, 3)), tiny_data)
    next(iter(begun))
    together = at(lively, 3, "interleaved")
    for course in (begun, Course(together, new_network(together), tiny_data)):
        with pytest.raises(TrainingError, match="has not begun and adds its branches in turn"):
            skip_first_branch(course, state)


def test_rebranched_network_says_the_same(images):
    network = ESR.from_config(NetworkConfig(branching_level=2, num_branches=1, affect_head=True)).eval()
    pictures = images(network)
    for level in LEVELS:
        copy = rebranched(network, level)
        assert copy.config.branching_level == level
        torch.testing.assert_close(copy(pictures), network(pictures), rtol=0, atol=0)
        torch.testing.assert_close(copy.affect(pictures), network.affect(pictures), rtol=0, atol=0)


def test_several_branches_cannot_begin_elsewhere(network):
    with pytest.raises(ConfigError, match="must have one branch to begin its branches elsewhere, got 4 branches"):
        rebranched(network(), 2)
