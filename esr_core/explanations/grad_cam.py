"""Grad-CAM of every branch and every class from one forward pass.

The last feature maps A are followed by a global average over their h x w positions and one linear layer W, so the
gradient of logit c is W[c, k] / (h w) at every position of channel k. Grad-CAM's weights (the gradient's average over
positions) are therefore known without a backward pass, and a class's signed map is a 1x1 convolution of A:

    evidence[c] = sum over k of W[c, k] A[k] / (h w),      Grad-CAM[c] = ReLU(evidence[c])

Summed over all positions, evidence is the logit without its bias: the map shows where the logit comes from.

Source: Selvaraju et al. 2017, "Grad-CAM", equations 1 and 2, and section 3.1 on networks of this form.
"""

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from esr_core.emotions import AFFECT
from esr_core.errors import ExplanationError
from esr_core.explanations.settings import AttributionSettings
from esr_core.metrics import plurality_vote
from esr_core.networks import ESR, borrowed


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """What every branch says about each image, and where in the image it says so."""

    logits: Tensor  # (B, N, C)
    evidence: Tensor  # (B, N, C, h, w), signed; its sum over positions is the logit without its bias
    affect: Tensor | None = None  # valence and arousal, (B, N, 2); None without an affect head
    affect_evidence: Tensor | None = None  # (B, N, 2, h, w), signed

    @property
    def probabilities(self) -> Tensor:
        """Softmax of the logits, (B, N, C)."""
        return self.logits.softmax(dim=2)

    @property
    def predictions(self) -> Tensor:
        """Each branch's own class index, (B, N)."""
        return self.logits.argmax(dim=2)

    def maps(self, class_idx: int | Tensor | None = None) -> Tensor:
        """Grad-CAM of every branch.

        Args:
            class_idx: class to explain in [0, C): one for all, one for each image and branch as an integer tensor
                (B, N), or None for each branch's own prediction.

        Returns:
            Maps (B, N, h, w) >= 0; all zeros where nothing speaks for the class.

        Raises:
            ExplanationError: if class_idx has another shape or type, or holds no class of the network.
        """
        return self.signed_maps(class_idx).relu()

    def signed_maps(self, class_idx: int | Tensor | None = None) -> Tensor:
        """Evidence of every branch for a class and against it, (B, N, h, w); ``maps`` is its positive part."""
        classes = self.predictions if class_idx is None else self._class_indices(class_idx)
        return self.evidence.take_along_dim(classes[:, :, None, None, None], dim=2).squeeze(2)

    def attribution(self, settings: AttributionSettings) -> Tensor:
        """Signed Grad-CAM of any answer on the last feature maps; ``attribute`` says more.

        The gradient of an answer with respect to the feature maps is that with respect to the logits times theirs.

        Args:
            settings: the question; its method and block are not looked at.

        Returns:
            Maps (B, N, h, w), for the ensemble (B, 1, h, w).

        Raises:
            ExplanationError: if the network has no such class or no affect head.
        """
        if settings.quantity in AFFECT:
            if self.affect_evidence is None:
                raise ExplanationError(f"quantity {settings.quantity} needs a network with an affect head")
            maps = self.affect_evidence[:, :, AFFECT.index(settings.quantity)]
        else:
            classes = self.asked_classes(settings)[:, :, None, None, None]  # (B, N, 1, 1, 1)
            maps = self.evidence.take_along_dim(classes, dim=2).squeeze(2)
            if settings.quantity == "probability":
                probabilities = self.probabilities[..., None, None]
                contrast = maps[:, :, None] - self.evidence  # with every other class
                own = probabilities.take_along_dim(classes, dim=2)
                maps = (own * probabilities * contrast).sum(dim=2)  # p_c (dlogit_c - sum of p_k dlogit_k), unsaturated
        return maps.mean(dim=1, keepdim=True) if settings.ensemble else maps

    def asked_classes(self, settings: AttributionSettings) -> Tensor:
        """Class indices (B, N) that a question is about, for the ensemble the same for all branches of an image."""
        if settings.class_idx is not None:
            return self._class_indices(settings.class_idx)
        if not settings.ensemble:
            return self.predictions
        voted = plurality_vote(self.logits.numpy(force=True)).predictions  # (B,)
        return torch.from_numpy(voted).to(self.logits.device)[:, None].expand(self.logits.shape[:2])

    def _class_indices(self, class_idx: int | Tensor) -> Tensor:
        """``class_idx`` as int64 (B, N) on the evidence's device, every value checked."""
        shape = self.logits.shape[:2]
        classes = torch.as_tensor(class_idx, device=self.evidence.device)
        if classes.is_floating_point() or classes.is_complex() or classes.dtype == torch.bool:
            raise ExplanationError(f"class_idx must hold whole numbers, got {classes.dtype}")
        if classes.ndim and classes.shape != shape:
            raise ExplanationError(
                f"class_idx must be one number or of shape {tuple(shape)}, got {tuple(classes.shape)}"
            )
        num_classes = self.logits.shape[2]
        outside = classes[(classes < 0) | (classes >= num_classes)]
        if outside.numel():
            raise ExplanationError(f"class_idx must be in 0-{num_classes - 1}, got {outside[0].item()}")
        return classes.long().expand(shape)


def explain(net: ESR, images: Tensor) -> Explanation:
    """Logits and signed evidence of all branches for all classes, from one forward pass without gradients.

    Args:
        net: an ESR in any mode; used in eval mode and given back as it was.
        images: float, in [0, 1], (B, K, H, W) as ``net.layout.image_shape`` has it.

    Raises:
        ConfigError: if the images have another shape.
    """
    with borrowed(net), torch.no_grad():
        feature_maps = net.feature_maps(images)
        pairs = list(zip(net.each_branch(), feature_maps, strict=True))
        logits = torch.stack([branch.classify(maps) for branch, maps in pairs], dim=1)  # (B, N, C)
        evidence = torch.stack([_evidence(branch.classifier.weight, maps) for branch, maps in pairs], dim=1)
        if not net.config.affect_head:
            return Explanation(logits, evidence)
        affect = torch.stack([branch.affect(logits[:, n]) for n, branch in enumerate(net.each_branch())], dim=1)
        heads = torch.stack([cast(nn.Linear, branch.affect_head).weight for branch in net.each_branch()])  # (N, 2, C)
        passed = (logits > 0).to(logits.dtype)  # the ReLU before the affect head lets these logits through
        return Explanation(logits, evidence, affect, torch.einsum("nac,bnc,bnchw->bnahw", heads, passed, evidence))


def grad_cam(net: ESR, images: Tensor, class_idx: int | Tensor | None = None) -> Tensor:
    """Raw Grad-CAM maps of every branch; see ``Explanation.maps`` for ``class_idx`` and ``explain`` for the rest.

    Returns:
        Maps (B, N, h, w) >= 0, of the last feature maps' size; neither scaled nor enlarged.

    Raises:
        ConfigError: if the images have another shape.
        ExplanationError: if class_idx has another shape or type, or holds no class of the network.
    """
    return explain(net, images).maps(class_idx)


def _evidence(weight: Tensor, feature_maps: Tensor) -> Tensor:
    """Signed evidence (B, C, h, w) of linear weights (C, K) on feature maps (B, K, h, w)."""
    height, width = feature_maps.shape[2:]
    return functional.conv2d(feature_maps, weight[:, :, None, None] / (height * width))
