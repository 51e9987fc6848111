"""Where in a face a network's answer comes from, by five methods: signed maps of every branch or of their mean.

Grad-CAM on the last convolution block has a closed form here (see ``grad_cam``); all else is captum's, which is
imported where it is used: it brings Matplotlib with it, half a second that only those wait for who ask for it.
"""

import warnings
from collections.abc import Callable
from types import MappingProxyType

import torch
from torch import Tensor
from torch.nn import functional

from esr_core.errors import ExplanationError
from esr_core.explanations.grad_cam import explain
from esr_core.explanations.reading import Reading, block_layer, readings
from esr_core.explanations.settings import AFFECT, AttributionSettings, Method
from esr_core.metrics import plurality_vote
from esr_core.networks import ESR, borrowed

PATH_STEPS = 20  # of Integrated Gradients, at the nodes of a Gauss-Legendre rule
WINDOW_PX, STRIDE_PX = 24, 12  # of Occlusion: about an eye, half of it at a time
IMAGES_AT_ONCE = 16  # keeps memory small on any machine


def attribute(net: ESR, images: Tensor, settings: AttributionSettings | None = None) -> Tensor:
    """Signed maps of what speaks for an answer and what against it.

    ======================  ================  ==================================================================
    method                  map               value at a position
    ======================  ================  ==================================================================
    ``grad_cam``            the block's       channels weighted by their mean gradient, before the ReLU
    ``guided_grad_cam``     the image's       guided gradient times the positive part of Grad-CAM (bilinear)
    ``integrated_gradients``  the image's     share of the answer's distance to that of the training mean's image
    ``occlusion``           the image's       what the answer loses when a window takes the training mean instead
    ``saliency``            the image's       size of the gradient in its strongest channel, so never negative
    ======================  ================  ==================================================================

    Where a block is shared, its feature maps are common to all branches, but their gradients are not.

    Args:
        net: an ESR in any mode; used in eval mode and given back as it was.
        images: float, in [0, 1], (B, K, H, W) as ``net.layout.image_shape`` has it.
        settings: the question; None is Grad-CAM on the last block for what each branch predicts.

    Returns:
        Maps (B, N, h, w), for the ensemble (B, 1, h, w); always finite, all zeros where nothing bears on the answer.

    Raises:
        ConfigError: if the images have another shape.
        ExplanationError: if the network cannot be asked this, or its own numbers are not finite.

    Source: Selvaraju et al. 2017 (Grad-CAM, Guided Grad-CAM); Sundararajan et al. 2017 (Integrated Gradients); Zeiler
        and Fergus 2014 (Occlusion); Simonyan et al. 2013 (Saliency).
    """
    settings = settings or AttributionSettings()
    num_blocks = net.layout.num_blocks
    settings.require_fit(net.config, num_blocks)
    if settings.method == "grad_cam" and settings.block in {None, num_blocks}:
        maps = explain(net, images).attribution(settings)
    else:
        with borrowed(net):
            columns = _columns(net, images, settings)
            with torch.enable_grad():
                watched = (
                    images.detach().clone().requires_grad_()
                )  # also a frozen network then has gradients to pass on
                maps = _METHODS[settings.method](net, watched, settings, columns).detach()
    if not maps.isfinite().all():
        raise ExplanationError("the network's numbers must be finite to be explained, got NaN or infinity")
    return maps


def _columns(net: ESR, images: Tensor, settings: AttributionSettings) -> Tensor:
    """Which column of a ``Reading`` is asked about, int64 (B, N), for the ensemble (B, 1)."""
    with torch.no_grad():
        logits = net(images)
    if settings.quantity in AFFECT:
        columns = torch.tensor(AFFECT.index(settings.quantity))
    elif settings.class_idx is not None:
        columns = torch.tensor(settings.class_idx)
    elif settings.ensemble:
        columns = torch.from_numpy(plurality_vote(logits.numpy(force=True)).predictions)[:, None]
    else:
        columns = logits.argmax(dim=2)
    return columns.to(images.device).expand(len(images), 1 if settings.ensemble else logits.shape[1])


def _grad_cam(net: ESR, images: Tensor, settings: AttributionSettings, columns: Tensor) -> Tensor:
    """The mean's map is the mean of the branches': the weights are linear in the gradient."""
    from captum.attr import LayerGradCam

    columns = columns.expand(-1, len(net.branches))
    maps = [
        LayerGradCam(Reading(net, [branch], settings.quantity), block_layer(net, branch, settings.block)).attribute(
            images, target=columns[:, n]
        )
        for n, branch in enumerate(net.each_branch())
    ]
    each = torch.cat(maps, dim=1)  # (B, N, h, w)
    return each.mean(dim=1, keepdim=True) if settings.ensemble else each


def _guided_grad_cam(net: ESR, images: Tensor, settings: AttributionSettings, columns: Tensor) -> Tensor:
    from captum.attr import GuidedBackprop

    def guided(reading: Reading, column: Tensor) -> Tensor:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Setting backward hooks on ReLU")  # they are removed again
            return GuidedBackprop(reading).attribute(images, target=column).sum(dim=1)

    maps = functional.interpolate(_grad_cam(net, images, settings, columns).relu(), images.shape[2:], mode="bilinear")
    return maps * _for_each(guided, net, settings, columns)


def _integrated_gradients(net: ESR, images: Tensor, settings: AttributionSettings, columns: Tensor) -> Tensor:
    from captum.attr import IntegratedGradients

    def integrated(reading: Reading, column: Tensor) -> Tensor:
        method = IntegratedGradients(reading)
        at_once = max(IMAGES_AT_ONCE, len(images))
        settled = {"baselines": _blank(net, images), "n_steps": PATH_STEPS, "internal_batch_size": at_once}
        return method.attribute(images, target=column, **settled).sum(dim=1)

    return _for_each(integrated, net, settings, columns)


def _saliency(net: ESR, images: Tensor, settings: AttributionSettings, columns: Tensor) -> Tensor:
    from captum.attr import Saliency

    def steepest(reading: Reading, column: Tensor) -> Tensor:
        return Saliency(reading).attribute(images, target=column, abs=True).amax(dim=1)

    return _for_each(steepest, net, settings, columns)


def _occlusion(net: ESR, images: Tensor, settings: AttributionSettings, columns: Tensor) -> Tensor:
    """One image at a time: captum then takes the branches' answers as several outputs of one pass."""
    from captum.attr import Occlusion

    reading = Reading(net, list(net.each_branch()), settings.quantity)

    def occluded(image: Tensor, asked: Tensor) -> Tensor:
        def answers(pictures: Tensor) -> Tensor:
            said = reading(pictures)[:, None] if settings.ensemble else reading.each(pictures)
            return said.take_along_dim(asked[None, :, None], dim=2).squeeze(2)  # (P, N or 1)

        maps = Occlusion(answers).attribute(
            image,
            sliding_window_shapes=(image.shape[1], WINDOW_PX, WINDOW_PX),
            strides=(image.shape[1], STRIDE_PX, STRIDE_PX),
            baselines=_blank(net, image),
            perturbations_per_eval=IMAGES_AT_ONCE,
        )
        return maps[:, 0]  # all channels are covered at once and share their value

    return torch.stack([occluded(image[None], asked) for image, asked in zip(images.detach(), columns, strict=True)])


def _for_each(
    method: Callable[[Reading, Tensor], Tensor], net: ESR, settings: AttributionSettings, columns: Tensor
) -> Tensor:
    """A method's maps (B, H, W) of every branch, or of their mean, as (B, N or 1, H, W)."""
    asked = readings(net, settings.quantity, settings.ensemble)
    return torch.stack([method(reading, columns[:, n]) for n, reading in enumerate(asked)], dim=1)


def _blank(net: ESR, images: Tensor) -> Tensor:
    """The training set's mean everywhere, which the network sees as zeros: an image that says nothing."""
    return net.normalisation.mean[:, None, None].expand_as(images)


_METHODS: MappingProxyType[Method, Callable[[ESR, Tensor, AttributionSettings, Tensor], Tensor]] = MappingProxyType(
    {
        "grad_cam": _grad_cam,
        "guided_grad_cam": _guided_grad_cam,
        "integrated_gradients": _integrated_gradients,
        "occlusion": _occlusion,
        "saliency": _saliency,
    }
)
