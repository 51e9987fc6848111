"""A network as a graph that runs without this package, for ``torch.export`` and for ONNX.

Both compute the outputs of ``OUTPUTS`` for any number of images. With the last feature maps ``A``, of h x w positions,
and the classifiers' weights ``W`` Grad-CAM needs no gradients outside either, for what follows the feature maps is a
global average and one linear layer:

    evidence[b, n, c] = sum over k of W[n, c, k] A[b, n, k] / (h w),      Grad-CAM = max(evidence, 0)
"""

import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from esr_core.errors import RunError
from esr_core.exchange.exported_run import ExportedRun
from esr_core.networks import ESR

if TYPE_CHECKING:
    from torch.export import ExportedProgram

IMAGES = "images"
OUTPUTS = {
    "logits": "(batch, branches, classes): of every branch, before softmax",
    "feature_maps": "(batch, branches, channels, height, width): the last ones of every branch, after ReLU",
    "classifier_weights": "(branches, classes, channels): of every branch's linear layer",
    "affect": "(batch, branches, 2): valence and arousal of every branch, trained towards [-1, 1]",
}
"""What a graph computes, by name; ``affect`` only where the network has affect heads."""

TOLERANCE = 1e-4  # of every value against the network's own, absolute or relative
TRIED_IMAGES = 3  # which is not the number that the graph is traced with


class TracedNetwork(nn.Module):
    """What an exported graph computes, as a module."""

    def __init__(self, network: ESR) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """The outputs by name, for images (B, K, H, W) in [0, 1]."""
        maps, branches = self.network.feature_maps(images), list(self.network.each_branch())
        logits = [branch.classify(each) for branch, each in zip(branches, maps, strict=True)]
        outputs = {
            "logits": torch.stack(logits, dim=1),  # (B, N, C)
            "feature_maps": torch.stack(maps, dim=1),  # (B, N, K, h, w)
            "classifier_weights": torch.stack([branch.classifier.weight for branch in branches]),  # (N, C, K)
        }
        if self.network.config.affect_head:
            affect = [branch.affect(each) for branch, each in zip(branches, logits, strict=True)]
            outputs["affect"] = torch.stack(affect, dim=1)  # (B, N, 2)
        return outputs


def outputs_of(network: ESR) -> dict[str, str]:
    """The names of what a network's graph computes, in order, and what each is."""
    return {name: text for name, text in OUTPUTS.items() if name != "affect" or network.config.affect_head}


def any_number_of_images() -> dict[str, dict[int, Any]]:
    """The shapes that a graph takes, for ``torch.export``, which is imported for those who export alone: it is slow."""
    from torch.export import Dim

    return {IMAGES: {0: Dim("batch")}}


def traced(exported: ExportedRun) -> "ExportedProgram":
    """The network as a program of ``torch.export`` that takes any number of images."""
    images = torch.zeros(2, *exported.network.layout.image_shape)
    return torch.export.export(TracedNetwork(exported.network), (images,), dynamic_shapes=any_number_of_images())


def program_file(exported: ExportedRun) -> list[bytes]:
    """The network as ``torch.export.save`` writes it, with description and card as extra files.

    Raises:
        RunError: if the program computes something else than the network.
    """
    program = traced(exported)
    require_equal(exported, program.module())
    buffer = io.BytesIO()
    torch.export.save(program, buffer, extra_files=exported.metadata(outputs=outputs_of(exported.network)))
    return [buffer.getvalue()]


def require_equal(exported: ExportedRun, graph: Callable[[Tensor], Mapping[str, Tensor]]) -> None:
    """Try a graph on random images.

    Args:
        exported: with the network that it was made from.
        graph: computes the outputs by name, of images (B, K, H, W).

    Raises:
        RunError: if an output is further than ``TOLERANCE`` from the network's own.
    """
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(TRIED_IMAGES, *exported.network.layout.image_shape, generator=generator)
    with torch.no_grad():
        expected, found = TracedNetwork(exported.network)(images), graph(images)
    for name, values in expected.items():
        if not torch.allclose(found[name], values, rtol=TOLERANCE, atol=TOLERANCE):
            difference = (found[name] - values).abs().max().item()
            raise RunError(
                f"run {exported.run.run_id} cannot be exported so: {name} must be within {TOLERANCE:g} of the "
                f"network's, found {difference:g} off"
            )
