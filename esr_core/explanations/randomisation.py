"""Whether a map depends on what the network has learned: take the learning away, layer by layer, and see it change.

Layers lose their weights in cascade, from the classifier down to the first convolution, in all branches at once, until
the network is as it was before training. A map that stays the same all the way shows the face, not the network.

Maps are compared as signed evidence, before Grad-CAM's ReLU, for the class that was explained before: where a
randomised network finds nothing that speaks for it, the positive part would be empty and have no rank correlation.

Source: Adebayo et al. 2018, "Sanity Checks for Saliency Maps", sections 3 and 4 (arXiv:1810.03292).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from esr_core.architectures import ARCHITECTURES, Architecture
from esr_core.errors import ExplanationError
from esr_core.explanations.grad_cam import Explanation, explain
from esr_core.explanations.settings import AttributionSettings
from esr_core.explanations.similarity import rank_correlation
from esr_core.networks import ESR, for_inference


@dataclass(frozen=True, slots=True, eq=False)
class Randomisation:
    """Similarity of every branch's map to what it was, after each layer that lost its weights."""

    layers: tuple[str, ...]  # L names, in the order in which they lose them
    similarity: np.ndarray  # Spearman's rank correlation (R, L, M); NaN where a map is the same everywhere


def randomisation_check(
    net: ESR, images: Tensor, classes: np.ndarray, repeats: int = 5, seed: int = 0
) -> Randomisation:
    """Randomise a copy of the network in cascade and compare the maps of one face.

    Args:
        net: an ESR in any mode; left as it is.
        images: one face, float in [0, 1], (1, K, H, W) as ``net.layout.image_shape`` has it.
        classes: class index to explain, one per branch (N,), or with the ensemble's last (N + 1,).
        repeats: R cascades, each to other weights.
        seed: of the first; the others count on.

    Raises:
        ConfigError: if the image has another shape.
        ExplanationError: if there is not one face, classes do not fit the network or repeats is below 1.
    """
    if len(images) != 1:
        raise ExplanationError(f"images must hold one face, got {len(images)}")
    if repeats < 1:
        raise ExplanationError(f"repeats must be at least 1, got {repeats}")
    before = _signed_maps(explain(net, images), classes)
    similarity = [
        [
            _similarity(before, _signed_maps(explain(randomised, images), classes))
            for randomised in cascade(net, seed + r)
        ]
        for r in range(repeats)
    ]
    return Randomisation(layer_names(net.config.architecture), np.array(similarity))


def layer_names(architecture: Architecture) -> tuple[str, ...]:
    """A network's layers from the classifier downwards; convolutions are counted from the input, from 1."""
    return ("classifier", *(f"convolution {number}" for number in range(ARCHITECTURES[architecture].num_blocks, 0, -1)))


def cascade(net: ESR, seed: int) -> Iterator[ESR]:
    """One copy of a network, losing one more layer at each step, in the order of ``layer_names``.

    What a layer gets instead are the weights of the same layer of a network before training, drawn anew in every
    branch. The input's normalisation stays.

    Args:
        net: any ESR; left as it is, and so are the random numbers of the rest of the program.
        seed: of the weights.
    """
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)  # of the CPU alone: `torch.manual_seed` is for every device
        fresh = ESR.from_config(net.config)
    copied = for_inference(net)
    for own, other in zip(_layers(copied), _layers(for_inference(fresh)), strict=True):
        own.load_state_dict(other.state_dict())
        yield copied


def _layers(net: ESR) -> Iterator[nn.ModuleList]:
    """The modules of each layer, one per branch or one that they share, from the classifier downwards."""
    branches = list(net.each_branch())
    yield nn.ModuleList(branch.classifier for branch in branches)
    for index in reversed(range(len(branches[0].blocks))):
        yield nn.ModuleList(branch.blocks[index] for branch in branches)
    for block in reversed(list(net.shared)[1:]):  # the first is the input's normalisation
        yield nn.ModuleList([block])


def _signed_maps(explanation: Explanation, classes: np.ndarray) -> Tensor:
    """Maps (1, M, h, w) of every branch and, where a class is left for it, of the ensemble."""
    num_branches = explanation.logits.shape[1]
    each = explanation.signed_maps(torch.from_numpy(classes[:num_branches])[None])
    rest = [
        explanation.attribution(AttributionSettings(class_idx=int(asked), ensemble=True))
        for asked in classes[num_branches:]
    ]
    return torch.cat([each, *rest], dim=1)


def _similarity(before: Tensor, after: Tensor) -> np.ndarray:
    """Rank correlation (M,) of each map before with the same map after, both (1, M, h, w)."""
    pairs = torch.cat([before, after]).transpose(0, 1)  # (M, 2, h, w)
    return rank_correlation(pairs.numpy(force=True))[:, 0, 1]
