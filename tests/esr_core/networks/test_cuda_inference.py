"""What a network on a CUDA card says, against the CPU."""

import pytest
import torch

from esr_core.networks import for_inference

pytestmark = pytest.mark.cuda


@pytest.mark.parametrize("architecture", ["lab", "wild"])
def test_logits_on_the_card_are_those_on_the_cpu(architecture, network, images, card, exact_float32):
    net = network(architecture)
    pictures = images(net, 4)
    with torch.inference_mode():
        expected = net(pictures)
        for quick in (net.to(card), for_inference(net)):
            torch.testing.assert_close(quick(pictures.to(card)).cpu(), expected, rtol=1e-3, atol=1e-4)
    assert expected.std() > 0.01, "logits that are all alike compare nothing"


@pytest.mark.parametrize("architecture", ["lab", "wild"])
def test_logits_in_bfloat16_on_the_card_stay_near_those_in_float32(architecture, network, images, card):
    net = network(architecture).to(card)
    pictures = images(net, 4).to(card)
    with torch.inference_mode():
        exact, rounded = net(pictures), for_inference(net, torch.bfloat16)(pictures)
    assert rounded.dtype == torch.float32
    assert 0 < ((rounded - exact).abs().mean() / exact.std()).item() < 0.05
