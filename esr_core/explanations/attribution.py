"""Where in a face a network's answer comes from, by any method: signed maps of every branch or of their mean.

Grad-CAM on the last convolution block has a closed form here (see ``grad_cam``); all else is captum's.
"""

from dataclasses import replace

import torch
from torch import Tensor

from esr_core.emotions import AFFECT
from esr_core.errors import ExplanationError
from esr_core.explanations.grad_cam import explain
from esr_core.explanations.methods import METHODS
from esr_core.explanations.reading import Question
from esr_core.explanations.settings import AttributionSettings
from esr_core.networks import ESR, borrowed


def attribute(net: ESR, images: Tensor, settings: AttributionSettings | None = None) -> Tensor:
    """Signed maps of what speaks for an answer and what against it.

    ``METHODS`` says what each method's map holds at a position; those of Grad-CAM are as large as the block's feature
    maps, all others as the image. Where a block is shared, its feature maps are common to all branches, but their
    gradients are not.

    Args:
        net: an ESR in any mode; used in eval mode and given back as it was.
        images: float, in [0, 1], (B, K, H, W) as ``net.layout.image_shape`` has it.
        settings: the question; None is Grad-CAM on the last block for what each branch predicts.

    Returns:
        Maps (B, N, h, w), for the ensemble (B, 1, h, w); always finite, all zeros where nothing bears on the answer.

    Raises:
        ConfigError: if the images have another shape.
        ExplanationError: if the network cannot be asked this, or its own numbers are not finite.
    """
    settings = settings or AttributionSettings()
    settings.require_fit(net.config)
    if _has_closed_form(net, settings):
        maps = explain(net, images).attribution(settings)
    else:
        with borrowed(net):
            columns = _columns(net, images, settings)
            with torch.enable_grad():
                watched = images.detach().clone().requires_grad_()  # so that a frozen network has gradients to pass on
                question = Question(net, watched, settings.quantity, columns, settings.ensemble, settings.block)
                maps = METHODS[settings.method].function(question, **settings.parameters).detach()
    return _finite(maps)


def attribute_all(net: ESR, images: Tensor, settings: AttributionSettings) -> Tensor:
    """Maps of every branch and, last, of the ensemble, (B, N + 1, h, w); as ``attribute``, for both.

    Raises:
        ConfigError, ExplanationError: as ``attribute`` does.
    """
    each, mean = (replace(settings, ensemble=ensemble) for ensemble in (False, True))
    if not _has_closed_form(net, settings):
        return torch.cat([attribute(net, images, each), attribute(net, images, mean)], dim=1)
    settings.require_fit(net.config)
    explanation = explain(net, images)  # one pass for both
    return _finite(torch.cat([explanation.attribution(each), explanation.attribution(mean)], dim=1))


def _has_closed_form(net: ESR, settings: AttributionSettings) -> bool:
    return settings.method == "grad_cam" and settings.block in {None, net.layout.num_blocks}


def _finite(maps: Tensor) -> Tensor:
    if not maps.isfinite().all():
        raise ExplanationError("the network's numbers must be finite to be explained, got NaN or infinity")
    return maps


def _columns(net: ESR, images: Tensor, settings: AttributionSettings) -> Tensor:
    """Which column of a ``Reading`` is asked about, int64 (B, N), for the ensemble (B, 1)."""
    explanation = explain(net, images)
    if settings.quantity in AFFECT:
        columns = torch.full_like(explanation.predictions, AFFECT.index(settings.quantity))
    else:
        columns = explanation.asked_classes(settings)
    return columns[:, :1] if settings.ensemble else columns
