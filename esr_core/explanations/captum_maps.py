"""Signed maps by captum, each method a function of a question and of the method's own parameters.

captum is imported where it is used: it brings Matplotlib with it, half a second that only those wait for who ask.
"""

import warnings
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from esr_core.explanations.reading import Question, Reading

IMAGES_AT_ONCE = 16  # keeps memory small on any machine


def grad_cam_maps(question: Question) -> Tensor:
    """Maps (B, N, h, w) of a block; the mean's map is the mean of the branches': weights are linear in the gradient."""
    from captum.attr import LayerGradCam

    columns = question.columns.expand(-1, len(question.net.branches))
    maps = [
        LayerGradCam(Reading(question.net, [branch], question.quantity), question.layer(branch)).attribute(
            question.images, target=columns[:, n]
        )
        for n, branch in enumerate(question.net.each_branch())
    ]
    each = torch.cat(maps, dim=1)  # (B, N, h, w)
    return each.mean(dim=1, keepdim=True) if question.ensemble else each


def guided_grad_cam_maps(question: Question) -> Tensor:
    """Maps (B, N, H, W)."""
    from captum.attr import GuidedBackprop

    def guided(reading: Reading, column: Tensor) -> Tensor:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Setting backward hooks on ReLU")  # they are removed again
            return GuidedBackprop(reading).attribute(question.images, target=column).sum(dim=1)

    size = question.images.shape[2:]
    maps = functional.interpolate(grad_cam_maps(question).relu(), size, mode="bilinear")
    return maps * _for_each(guided, question)


def integrated_gradients_maps(question: Question, steps: int) -> Tensor:
    """Maps (B, N, H, W), from gradients at the nodes of a Gauss-Legendre rule."""
    from captum.attr import IntegratedGradients

    def integrated(reading: Reading, column: Tensor) -> Tensor:
        at_once = max(IMAGES_AT_ONCE, len(question.images))
        settled = {"baselines": question.blank, "n_steps": steps, "internal_batch_size": at_once}
        return IntegratedGradients(reading).attribute(question.images, target=column, **settled).sum(dim=1)

    return _for_each(integrated, question)


def saliency_maps(question: Question) -> Tensor:
    """Maps (B, N, H, W), never negative."""
    from captum.attr import Saliency

    def steepest(reading: Reading, column: Tensor) -> Tensor:
        return Saliency(reading).attribute(question.images, target=column, abs=True).amax(dim=1)

    return _for_each(steepest, question)


def occlusion_maps(question: Question, window_px: int) -> Tensor:
    """Maps (B, N, H, W) of a window that moves by half its side.

    One image at a time: captum then takes the branches' answers as several outputs of one pass.
    """
    from captum.attr import Occlusion

    reading = Reading(question.net, list(question.net.each_branch()), question.quantity)

    def occluded(image: Tensor, blank: Tensor, columns: Tensor) -> Tensor:
        def answers(pictures: Tensor) -> Tensor:
            given = reading(pictures)[:, None] if question.ensemble else reading.each(pictures)
            return given.take_along_dim(columns[None, :, None], dim=2).squeeze(2)  # (P, N or 1)

        maps = Occlusion(answers).attribute(
            image,
            sliding_window_shapes=(image.shape[1], window_px, window_px),
            strides=(image.shape[1], window_px // 2, window_px // 2),
            baselines=blank,
            perturbations_per_eval=IMAGES_AT_ONCE,
        )
        return maps[:, 0]  # all channels are covered at once and share their value

    rows = zip(question.images.detach().split(1), question.blank.split(1), question.columns, strict=True)
    return torch.stack([occluded(*row) for row in rows])


def _for_each(method: Callable[[Reading, Tensor], Tensor], question: Question) -> Tensor:
    """A method's maps (B, H, W) of every branch, or of their mean, as (B, N or 1, H, W)."""
    readings = enumerate(question.readings())
    return torch.stack([method(reading, question.columns[:, n]) for n, reading in readings], dim=1)
