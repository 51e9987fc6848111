"""What training does differently on a CUDA card, against the CPU: copies, scaling, fused steps, states, memory."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from esr_core.config import AugmentationConfig, TrainingConfig
from esr_core.data.augmentation import augment, draw_changes
from esr_core.data.network_input import as_images, to_images
from esr_core.errors import TrainingError
from esr_core.networks import ESR
from esr_core.training import Course, TrainingData, new_network
from esr_core.training.batches import epoch_steps
from esr_core.training.data import resident_pictures
from esr_core.training.feed import feed_ahead
from esr_core.training.learner import Learner
from esr_core.training.memory import memory_explained
from esr_core.training.phases import plan
from esr_core.training.precision import MixedPrecision
from esr_core.training.seeding import draw_network, seeded
from esr_core.training.stage import Stage

pytestmark = pytest.mark.cuda
needs_card = pytest.mark.skipif(not torch.cuda.is_available(), reason="cannot be rehearsed without a CUDA card")
CPU = torch.device("cpu")
# Further steps would multiply the rounding of the first: batch norm over few pictures is touchy.
ONE_STEP = {"batch_size": 32, "learning_rate": 0.05, "weight_decay": 0.001}
TOLERANCE = 1e-3  # noise of 1e-6 in the pictures moves a weight by 1e-4 in such a step


@pytest.fixture
def on_card(tiny_data, card) -> TrainingData:
    """The tiny task with its pictures read from memory for each batch, on the card."""
    return replace(tiny_data, device=card)


def weights(network: ESR) -> dict[str, torch.Tensor]:
    return {name: value.detach().cpu() for name, value in network.state_dict().items()}


def require_close(ours: dict[str, torch.Tensor], theirs: dict[str, torch.Tensor], tolerance: float) -> None:
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        torch.testing.assert_close(
            value, theirs[name], rtol=tolerance, atol=tolerance, msg=lambda m, n=name: f"{n}: {m}"
        )


def untrained(config: TrainingConfig) -> ESR:
    with seeded(5):
        return ESR.from_config(config.network)


def after_one_epoch(config: TrainingConfig, data: TrainingData) -> dict[str, torch.Tensor]:
    """Weights of a network with all branches after an epoch of its last phase."""
    network = untrained(config).to(device=data.device, memory_format=torch.channels_last)
    stage = Stage(plan(config)[-1], network, config, data.device)
    Learner(config, network, data).epoch(stage)
    return weights(network)


@pytest.mark.parametrize("strategy", ["fixed", "varied", "frozen", "interleaved"])
def test_a_step_on_the_card_is_that_on_the_cpu(strategy, tiny_config, tiny_data, on_card, exact_float32):
    changed = AugmentationConfig(flip=0.5, rotation_deg=15.0)
    config = tiny_config.replace(strategy=strategy, augmentation=changed, **ONE_STEP)
    expected = after_one_epoch(config, tiny_data)
    require_close(after_one_epoch(config, on_card), expected, TOLERANCE)
    newest = "branches.1.classifier.weight"
    moved = (expected[newest] - weights(untrained(config))[newest]).abs().max()
    assert moved > 5 * TOLERANCE, "nothing was learned that could have differed"


@pytest.mark.parametrize("architecture", ["lab", "wild"])
def test_bytes_become_the_same_images_on_the_card(architecture, card):
    pictures = np.random.default_rng(0).integers(0, 256, (5, 96, 96, 3), dtype=np.uint8)
    images = as_images(torch.from_numpy(pictures).to(card), architecture)
    torch.testing.assert_close(images.cpu(), to_images(pictures, architecture), rtol=0, atol=1e-6)


def test_resident_pictures_are_those_that_are_copied_batch_by_batch(on_card, card):
    resident = resident_pictures(on_card.pictures, card, on_card.pictures.nbytes)
    held, indices = replace(on_card, resident=resident), np.array([5, 0, 23])
    assert resident.device.type == card.type
    assert torch.equal(held.images(indices), on_card.images(indices))
    torch.testing.assert_close(held.images(indices).cpu(), replace(on_card, device=CPU).images(indices))


def test_pictures_copied_while_the_card_computes_are_whole(tiny_config, tiny_data, on_card, card):
    """Copies do not wait for the card: memory that is used again too early would show in one of many steps."""
    busy = torch.rand(1024, 1024, device=card)
    for seed in range(5):
        steps, again = (
            epoch_steps(plan(tiny_config)[0], tiny_data, tiny_config, torch.Generator().manual_seed(seed)) for _ in "ab"
        )
        learner = Learner(tiny_config, new_network(tiny_config), on_card)
        fed = []
        for _step, images, targets in feed_ahead(steps, on_card, learner.task):
            busy = torch.tanh(busy @ busy)
            fed.append((images, targets))
        for (images, targets), step in zip(fed, again, strict=True):
            torch.testing.assert_close(images.cpu(), tiny_data.images(step.indices))
            assert torch.equal(targets.cpu(), tiny_data.targets(step.indices))


def test_augmentation_on_the_card_is_that_on_the_cpu(card):
    images = torch.rand(6, 3, 96, 96, generator=torch.Generator().manual_seed(1))
    settings = AugmentationConfig(erasing=0.5)
    draws = draw_changes(settings, 6, torch.Generator().manual_seed(2))
    changed = augment(images, settings, draws)
    torch.testing.assert_close(augment(images.to(card), settings, draws).cpu(), changed, rtol=0, atol=1e-3)
    assert (changed - images).abs().max() > 0.1


def test_mean_and_deviation_are_those_on_the_cpu(tiny_data, on_card):
    # A card divides bytes by 255 with another last bit of float32.
    np.testing.assert_allclose(on_card.mean_and_std(), tiny_data.mean_and_std(), rtol=2e-7)


@needs_card
def test_float16_skips_a_step_whose_gradient_overflows_and_goes_on_with_a_smaller_scale(card):
    weight = torch.nn.Parameter(torch.ones(1, device=card))
    optimiser = torch.optim.SGD([weight], lr=0.1, fused=True)
    precision = MixedPrecision("float16", card)
    precision.update((weight * torch.inf).sum(), optimiser)
    assert weight.item() == 1
    before = precision.state_dict()["scale"]
    precision.update(weight.sum(), optimiser)
    assert weight.item() == pytest.approx(0.9)
    taken_up = MixedPrecision("float16", card)
    taken_up.load_state_dict(precision.state_dict())
    assert taken_up.state_dict()["scale"] == before < MixedPrecision("float16", card).state_dict()["scale"]


@needs_card
@pytest.mark.parametrize("precision", ["float16", "bfloat16"])
def test_a_course_in_half_precision_learns(precision, tiny_config, on_card):
    config = tiny_config.replace(precision=precision, epochs_first_branch=8, learning_rate=0.02)
    course = Course(config, new_network(config), on_card)
    records = [record for record in course if record.branch == 1]
    assert records[-1].training_loss[0] < 0.5 * records[1].training_loss[0]
    assert {value.dtype for value in course.network.parameters()} == {torch.float32}


def test_a_state_from_the_card_is_taken_up_on_both(tiny_config, tiny_data, on_card, tmp_path, exact_float32):
    """Stored in the middle of the second branch, as a run stores it, read without unpickling objects."""
    config = tiny_config.replace(epochs_later_branch=2, **ONE_STEP)
    whole = Course(config, new_network(config), on_card)
    for record in whole:
        if (record.branch, record.epoch) == (2, 1):
            torch.save(whole.state_dict(), tmp_path / "resume.pt")
    for data in (on_card, tiny_data):
        course = Course(config, new_network(config), data)
        course.load_state_dict(torch.load(tmp_path / "resume.pt", map_location="cpu", weights_only=True))
        (last,) = list(course)
        assert (last.branch, last.epoch, course.epochs_done) == (2, 2, 3)
        assert {value.device.type for value in course.network.parameters()} == {data.device.type}
        require_close(weights(course.network), weights(whole.network), TOLERANCE)


def test_a_validation_point_notes_the_peak_of_the_cards_memory_as_json(tiny_config, on_card, card):
    (record, *_) = Course(tiny_config, new_network(tiny_config), on_card)
    assert (record.device_memory_bytes or 0) > 0 or card.type == "cpu"
    assert json.loads(json.dumps(record.to_dict()))["branch"] == 1


@needs_card
def test_the_peak_is_of_one_training_not_of_those_before_it_in_this_process(tiny_config, on_card, card):
    torch.empty(2**30, dtype=torch.uint8, device=card)
    (record, *_) = Course(tiny_config, new_network(tiny_config), on_card)
    assert record.device_memory_bytes < 2**30


@pytest.mark.parametrize("architecture", ["lab", "wild"])
def test_first_weights_of_a_network_on_the_card_are_those_of_the_cpu(architecture, card):
    network, other = (ESR(architecture, branching_level=2, num_branches=2) for _ in range(2))
    other.to(card)
    state = torch.cuda.get_rng_state(card) if card.type == "cuda" else torch.get_rng_state()
    draw_network(network, seed=3)
    draw_network(other, seed=3)
    assert torch.equal(state, torch.cuda.get_rng_state(card) if card.type == "cuda" else torch.get_rng_state())
    drawn = weights(other)
    assert {value.device.type for value in other.parameters()} == {card.type}
    assert all(torch.equal(value, drawn[name]) for name, value in weights(network).items())


def test_a_card_that_is_full_says_how_much_was_asked_and_what_to_lower(tiny_config, card):
    sentence = rf"{card} has not enough memory: [\d.]+ ?\w+ more was asked for; lower batch_size, which is 6"
    with pytest.raises(TrainingError, match=sentence), memory_explained(tiny_config, card):
        torch.empty(2**50, dtype=torch.uint8, device=card)


@needs_card
@pytest.mark.filterwarnings("ignore")  # torch.compile's own: it warns of its own deprecated parts
def test_a_compiled_epoch_gives_the_weights_of_one_that_is_not(tiny_config, on_card):
    config = tiny_config.replace(strategy="frozen", **ONE_STEP)
    torch.compiler.reset()
    compiled = after_one_epoch(config.replace(compile=True), on_card)
    require_close(compiled, after_one_epoch(config, on_card), TOLERANCE)
