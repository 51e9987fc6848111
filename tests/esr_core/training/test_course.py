"""A training stopped anywhere and taken up again ends like one that never stopped."""

import io
from dataclasses import replace

import numpy as np
import pytest
import torch

from esr_core.config import AugmentationConfig
from esr_core.errors import ConfigError, TrainingError
from esr_core.training import Course, new_network
from esr_core.training.batches import Step
from esr_core.training.data import resident_pictures
from esr_core.training.evaluation import evaluate
from esr_core.training.feed import feed, feed_ahead
from esr_core.training.memory import memory_explained
from esr_core.training.tasks import EmotionTask

pytestmark = pytest.mark.usefixtures("narrow_networks")


@pytest.fixture
def lively(tiny_config):
    """Three epochs for each of two branches, with augmentation and decay."""
    return tiny_config.replace(
        strategy="varied",
        epochs_first_branch=3,
        epochs_later_branch=3,
        validate_every_epochs=2,
        decay_every_epochs=2,
        augmentation=AugmentationConfig(),
    )


def through_a_file(state: dict) -> dict:
    """What is left of a state once it was stored: nothing may need unpickling."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    buffer.seek(0)
    return torch.load(buffer, weights_only=True)


def without_times(records: list) -> list:
    return [replace(record, seconds=0.0, images_per_second=None) for record in records]


def run_with_states(config, data) -> tuple[Course, list, list]:
    """A whole course, its records, and its state after every epoch and at every record with the records so far."""
    states: list[tuple[int, dict]] = []

    def keep(_progress=None):
        states.append((course.num_records, through_a_file(course.state_dict())))

    course = Course(config, new_network(config), data, keep)
    records = []
    for record in course:
        records.append(record)
        keep()
    return course, records, states


@pytest.mark.parametrize("strategy", ["varied", "frozen", "interleaved"])
def test_taken_up_at_any_point_it_ends_with_the_same_bits(strategy, lively, tiny_data):
    config = lively.replace(strategy=strategy)
    whole, records, states = run_with_states(config, tiny_data)
    assert len(states) >= 6
    for count, state in states[::2]:  # after epochs, at records, before any update and between branches
        course = Course(config, new_network(config), tiny_data)
        course.load_state_dict(state)
        rest = list(course)
        assert without_times(records[count:]) == without_times(rest)
        for name, value in whole.network.state_dict().items():
            assert torch.equal(value, course.network.state_dict()[name]), (count, name)


@pytest.mark.parametrize(
    ("strategy", "level", "expected"),
    [("varied", 0, [1, 0, 0, 0]), ("frozen", 4, [1, 0, 0, 0]), ("varied", 4, [1, 1, 1, 1]), ("fixed", 4, [1, 1, 1, 1])],
)
def test_a_branch_that_stays_as_it_is_is_validated_once_in_a_phase(strategy, level, expected, lively, tiny_data):
    network_config = lively.network.replace(branching_level=level)
    config = lively.replace(strategy=strategy, network=network_config, validate_every_epochs=1)
    course, asked, calls = Course(config, new_network(config), tiny_data), [], []
    first_branch = course.network.branches[0]
    first_branch.register_forward_hook(lambda *_: calls.append(torch.is_inference_mode_enabled()))
    for record in course:
        asked += [sum(calls)] * (record.branch == 2)
        anew = evaluate(course.network, tiny_data, tiny_data.parts.validation)
        assert (record.loss, record.accuracy, record.diversity) == (anew.loss, anew.accuracy, anew.diversity)
        calls.clear()
    assert asked == expected


def test_a_course_that_is_over_has_nothing_left(lively, tiny_data):
    course, _, _ = run_with_states(lively, tiny_data)
    again = Course(lively, new_network(lively), tiny_data)
    again.load_state_dict(through_a_file(course.state_dict()))
    assert list(again) == []
    for name, value in course.network.state_dict().items():
        assert torch.equal(value, again.network.state_dict()[name])


def test_without_the_random_state_it_would_end_elsewhere(lively, tiny_data):
    """That the test above can fail: the same state with another order of pictures."""
    whole, _, states = run_with_states(lively, tiny_data)
    _, state = states[1]
    state["learner"]["generator"] = torch.Generator().manual_seed(99).get_state()
    course = Course(lively, new_network(lively), tiny_data)
    course.load_state_dict(state)
    list(course)
    assert not torch.equal(whole.network.branches[0].classifier.weight, course.network.branches[0].classifier.weight)


def test_bfloat16_keeps_weights_in_float32_and_gives_nearly_the_losses_of_float32(tiny_config, tiny_data):
    def last_loss(precision: str) -> float:
        config = tiny_config.replace(precision=precision, strategy="frozen")
        course = Course(config, new_network(config), tiny_data)
        records = list(course)
        assert {value.dtype for value in course.network.parameters()} == {torch.float32}
        return records[1].training_loss[0]

    exact, rounded = last_loss("float32"), last_loss("bfloat16")
    assert exact != rounded
    assert rounded == pytest.approx(exact, rel=0.05)


def test_float16_without_a_cuda_card_is_refused(lively, tiny_data):
    config = lively.replace(precision="float16")
    with pytest.raises(ConfigError, match="precision float16 needs a CUDA device, got cpu"):
        Course(config, new_network(config), tiny_data)


def test_pictures_kept_on_the_device_are_the_same_images(tiny_data):
    resident = resident_pictures(tiny_data.pictures, tiny_data.device, tiny_data.pictures.nbytes)
    held = replace(tiny_data, resident=resident)
    indices = np.array([5, 0, 23])
    assert torch.equal(held.images(indices), tiny_data.images(indices))


def test_pictures_that_do_not_fit_stay_where_they_are(tiny_data):
    assert resident_pictures(tiny_data.pictures, tiny_data.device, tiny_data.pictures.nbytes - 1) is None


def test_pictures_read_ahead_come_in_the_same_order(tiny_data):
    steps = [Step((0,), np.arange(start, start + 3)) for start in range(0, 24, 3)]
    fed, fed_ahead = (way(steps, tiny_data, EmotionTask()) for way in (feed, feed_ahead))
    for first, second in zip(fed, fed_ahead, strict=True):
        assert first[0] is second[0]
        assert torch.equal(first[1], second[1])
        assert torch.equal(first[2], second[2])


def test_a_picture_that_cannot_be_read_ahead_is_not_swallowed(tiny_data):
    with pytest.raises(IndexError):
        list(feed_ahead([Step((0,), np.array([99]))], tiny_data, EmotionTask()))


@pytest.mark.parametrize(
    ("error", "asked"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has"), "20.00 MiB"),
        (RuntimeError("MPS backend out of memory. Tried to allocate 1.02 GB on private pool. Use"), "1.02 GB"),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
            "9 bytes",
        ),
    ],
)
def test_running_out_of_memory_says_how_much_was_asked_and_what_to_lower(error, asked, tiny_config):
    sentence = f"cpu has not enough memory: {asked} more was asked for; lower batch_size"
    with pytest.raises(TrainingError, match=sentence), memory_explained(tiny_config, torch.device("cpu")):
        raise error


def test_memory_that_ends_in_the_first_validation_is_explained(tiny_config, tiny_data, monkeypatch):
    def allocate(*_args):
        torch.empty(2**60, dtype=torch.uint8)

    monkeypatch.setattr("esr_core.training.course.evaluate", allocate)
    with pytest.raises(TrainingError, match="cpu has not enough memory"):
        next(iter(Course(tiny_config, new_network(tiny_config), tiny_data)))


def test_a_real_allocation_that_fails_is_explained(tiny_config):
    with (
        pytest.raises(TrainingError, match="cpu has not enough memory"),
        memory_explained(tiny_config, torch.device("cpu")),
    ):
        torch.empty(2**60, dtype=torch.uint8)


def test_other_errors_pass(tiny_config):
    with pytest.raises(RuntimeError, match="something else"), memory_explained(tiny_config, torch.device("cpu")):
        raise RuntimeError("something else")
