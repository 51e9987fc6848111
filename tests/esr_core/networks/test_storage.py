"""Weights as they are stored, int8 against PyTorch's own quantisation."""

from typing import get_args

import pytest
import torch
from safetensors.torch import load, save
from torch import nn

from esr_core.architectures import ARCHITECTURES
from esr_core.config import CheckpointDtype
from esr_core.errors import DataError, TrainingError
from esr_core.networks import ESR, weights_from_stored, weights_to_store
from esr_core.networks.storage import SCALE

DTYPES = get_args(CheckpointDtype)
WEIGHT = "branches.1.classifier.weight"


@pytest.fixture
def network() -> ESR:
    torch.manual_seed(0)
    network = ESR("lab", branching_level=3, num_branches=2, affect_head=True).eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.05, 1.0)
    return network


def linear(weights: torch.Tensor) -> nn.Linear:
    """A layer of these weights."""
    layer = nn.Linear(weights.shape[1], weights.shape[0])
    layer.weight.data = weights
    return layer


def read_again(module: nn.Module, dtype: CheckpointDtype) -> dict[str, torch.Tensor]:
    """The state dict of a module after it was written to a file."""
    return weights_from_stored(load(save(weights_to_store(module, dtype))))


def test_each_channel_is_divided_by_its_scale():
    stored = weights_to_store(linear(torch.tensor([[0.5, -1.27], [25.4, 0.1], [0.0, 0.0]])), "int8")
    assert stored["weight"].tolist() == [[50, -127], [127, 0], [0, 0]]
    torch.testing.assert_close(stored["weight_scale"], torch.tensor([0.01, 0.2, 1.0]))
    read = weights_from_stored(stored)["weight"]
    torch.testing.assert_close(read, torch.tensor([[0.5, -1.27], [25.4, 0.0], [0.0, 0.0]]))


def test_int8_is_the_per_channel_quantisation_of_pytorch(network):
    stored = weights_to_store(network, "int8")
    read = weights_from_stored(stored)
    for name, value in network.state_dict().items():
        if value.ndim < 2:
            assert torch.equal(read[name], value), name
            continue
        assert (stored[name].dtype, stored[name].shape) == (torch.int8, value.shape)
        largest = value.abs().amax(dim=tuple(range(1, value.ndim)))
        torch.testing.assert_close(stored[name + SCALE], largest / 127)
        zero = torch.zeros(len(value), dtype=torch.int32)
        expected = torch.fake_quantize_per_channel_affine(value, largest / 127, zero, 0, -127, 127)
        torch.testing.assert_close(read[name], expected, rtol=1e-6, atol=0)


def test_no_weight_is_more_than_half_a_scale_off(network):
    stored = weights_to_store(network, "int8")
    read = weights_from_stored(stored)
    for name in (name for name, value in stored.items() if value.dtype == torch.int8):
        error = (read[name].double() - network.state_dict()[name].double()).abs().flatten(1).amax(1)
        assert (error <= 0.5001 * stored[name + SCALE]).all(), name


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_was_read_is_stored_as_the_same_bytes_again(network, dtype):
    first = save(weights_to_store(network, dtype))
    network.load_state_dict(weights_from_stored(load(first)))
    assert save(weights_to_store(network, dtype)) == first


def test_channels_of_any_size_are_stored_as_the_same_bits_again():
    random = torch.Generator().manual_seed(0)
    sizes = 10 ** (torch.rand(50_000, 1, generator=random) * 82 - 44)  # from subnormal numbers to beyond 1e37
    layer = linear(torch.randn(50_000, 4, generator=random).clamp(-3, 3) * sizes)
    first = weights_to_store(layer, "int8")
    assert (first["weight"].abs().amax(1) == 0).sum() > 1000  # too small to be divided: zeros
    layer.load_state_dict(weights_from_stored(first))
    again = weights_to_store(layer, "int8")
    assert all(torch.equal(again[name], first[name]) for name in first)
    normal = first["weight_scale"] != 1
    assert (first["weight"].abs().amax(1)[normal] == 127).all()


def test_float32_and_float16_are_stored_without_scales_and_read_as_they_are(network):
    state = network.state_dict()
    assert save(weights_to_store(network, "float32")) == save(state)
    halves = {name: value.half() if value.ndim > 1 else value for name, value in state.items()}
    assert save(weights_to_store(network, "float16")) == save(halves)
    for dtype, expected in (("float32", state), ("float16", halves)):
        read = read_again(network, dtype)
        assert read.keys() == state.keys()
        for name, value in read.items():
            assert value.dtype == state[name].dtype
            assert torch.equal(value, expected[name].to(value.dtype)), name


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_no_parameter_has_the_name_of_a_scale(architecture):
    names = ESR(architecture, branching_level=1, affect_head=True).state_dict()
    assert not any(name.endswith(SCALE) for name in names)


def test_int8_answers_as_the_weights_do(network):
    images = torch.rand(16, 1, 96, 96)
    quantised = ESR.from_config(network.config).eval()
    quantised.load_state_dict(read_again(network, "int8"))
    with torch.inference_mode():
        exact, logits = network(images), quantised(images)
    assert not torch.equal(logits, exact)
    assert (logits - exact).abs().max() < 0.03 * exact.std()
    assert torch.equal(quantised.normalisation.std, network.normalisation.std)


def test_int8_takes_a_quarter_of_the_space():
    network = ESR("wild", branching_level=4, num_branches=2)
    exact, half, quarter = (len(save(weights_to_store(network, dtype))) for dtype in DTYPES)
    assert half < 0.51 * exact
    assert quarter < 0.26 * exact


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), torch.finfo(torch.float32).max])
def test_weight_that_int8_cannot_hold_is_named(network, value):
    network.branches[1].classifier.weight.data[0, 0] = value
    sentence = (
        r"branches\.1\.classifier\.weight must lie within \+-3e\+38 to be stored in torch\.int8, found (nan|inf|3.4)"
    )
    with pytest.raises(TrainingError, match=sentence):
        weights_to_store(network, "int8")


NOT_PER_CHANNEL = "must hold a float32 scale for each output channel of weights of shape (8, 64), found"


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (
            lambda stored: stored.pop(WEIGHT + SCALE),
            f"{WEIGHT} in int8 must have its scales in {WEIGHT}_scale, found none",
        ),
        (
            lambda stored: stored.update({WEIGHT + SCALE: torch.ones(1)}),
            f"{WEIGHT}_scale {NOT_PER_CHANNEL} torch.float32 of shape (1,)",
        ),
        (
            lambda stored: stored.update({WEIGHT + SCALE: torch.ones(8, 64)}),
            f"{WEIGHT}_scale {NOT_PER_CHANNEL} torch.float32 of shape (8, 64)",
        ),
        (
            lambda stored: stored.update({WEIGHT + SCALE: torch.ones(8, dtype=torch.int8)}),
            f"{WEIGHT}_scale {NOT_PER_CHANNEL} torch.int8 of shape (8,)",
        ),
        (
            lambda stored: stored[WEIGHT + SCALE].fill_(float("nan")),
            f"{WEIGHT}_scale must hold finite scales above 0, found nan to nan",
        ),
        (
            lambda stored: stored[WEIGHT + SCALE].fill_(float("inf")),
            f"{WEIGHT}_scale must hold finite scales above 0, found inf to inf",
        ),
        (
            lambda stored: stored[WEIGHT + SCALE].fill_(-1),
            f"{WEIGHT}_scale must hold finite scales above 0, found -1 to -1",
        ),
        (
            lambda stored: stored.update(
                {"counter": torch.tensor(1, dtype=torch.int8), "counter_scale": torch.ones(())}
            ),
            "counter_scale must hold a float32 scale for each output channel of weights of shape (), found",
        ),
    ],
    ids=["missing", "of the tensor", "of each weight", "int8", "nan", "inf", "negative", "number"],
)
def test_damaged_scales_are_named(network, damage, sentence):
    stored = weights_to_store(network, "int8")
    damage(stored)
    with pytest.raises(DataError) as caught:
        weights_from_stored(stored)
    assert str(caught.value).startswith(sentence)
