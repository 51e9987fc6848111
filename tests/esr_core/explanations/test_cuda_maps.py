"""What Grad-CAM and its relatives give on a CUDA card, against the CPU."""

import pytest
import torch

from esr_core.explanations import explain, grad_cam

pytestmark = pytest.mark.cuda


@pytest.mark.parametrize("architecture", ["lab", "wild"])
def test_maps_on_the_card_are_those_on_the_cpu(architecture, network, images, card, exact_float32):
    net = network(architecture, affect_head=True)
    pictures = images(net)
    expected, maps = explain(net, pictures), grad_cam(net, pictures, 3)
    assert maps.any(), "only empty maps compared"
    on_card = explain(net.to(card), pictures.to(card))
    for name in ("logits", "evidence", "affect", "affect_evidence"):
        ours = getattr(on_card, name)
        assert ours.device.type == card.type
        torch.testing.assert_close(ours.cpu(), getattr(expected, name), rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(grad_cam(net, pictures.to(card), 3).cpu(), maps, rtol=1e-3, atol=1e-4)
