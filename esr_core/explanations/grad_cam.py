"""Grad-CAM of every branch and every class from one forward pass.

The last feature maps A are followed by a global average over their h x w positions and one linear layer W, so the
gradient of logit c is W[c, k] / (h w) at every position of channel k. Grad-CAM's weights (the gradient's average over
positions) are therefore known without a backward pass, and a class's signed map is a 1x1 convolution of A:

    evidence[c] = sum over k of W[c, k] A[k] / (h w),      Grad-CAM[c] = ReLU(evidence[c])

Summed over all positions, evidence is the logit without its bias: the map shows where the logit comes from.

Source: Selvaraju et al. 2017, "Grad-CAM", equations 1 and 2, and section 3.1 on networks of this form.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from esr_core.errors import ExplanationError
from esr_core.networks import ESR, borrowed


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """What every branch says about each image, and where in the image it says so."""

    logits: Tensor  # (B, N, C)
    evidence: Tensor  # (B, N, C, h, w), signed; its sum over positions is the logit without its bias

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
            Maps (B, N, h, w) >= 0; all zeros where nothing speaks for the class (see ``has_evidence``).

        Raises:
            ExplanationError: if class_idx has another shape or type, or holds no class of the network.
        """
        classes = self.predictions if class_idx is None else self._class_indices(class_idx, self.logits.shape[:2])
        return self.evidence.take_along_dim(classes[:, :, None, None, None], dim=2).squeeze(2).relu()

    def ensemble_maps(self, class_idx: int | Tensor) -> Tensor:
        """Grad-CAM of the mean logit of all branches, on the last feature maps of all branches taken together.

        By the closed form that is the ReLU of the branches' mean signed evidence: a branch that sees evidence against
        the class takes from what the others see for it.

        Args:
            class_idx: class to explain in [0, C), for instance the vote: one for all, or an integer tensor (B,).

        Returns:
            Maps (B, h, w) >= 0.

        Raises:
            ExplanationError: as for ``maps``.
        """
        classes = self._class_indices(class_idx, self.logits.shape[:1])
        mean_evidence = self.evidence.mean(dim=1)  # (B, C, h, w)
        return mean_evidence.take_along_dim(classes[:, None, None, None], dim=1).squeeze(1).relu()

    def _class_indices(self, class_idx: int | Tensor, shape: torch.Size) -> Tensor:
        """``class_idx`` as int64 of that shape on the evidence's device, every value checked."""
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
        images: float, in [0, 1], (B, 1, 96, 96) for ``lab`` and (B, 3, 96, 96) for ``wild``.

    Raises:
        ConfigError: if the images have another shape.
    """
    with borrowed(net), torch.no_grad():
        feature_maps = net.feature_maps(images)
        pairs = list(zip(net.each_branch(), feature_maps, strict=True))
        logits = torch.stack([branch.classify(maps) for branch, maps in pairs], dim=1)  # (B, N, C)
        evidence = torch.stack([_evidence(branch.classifier.weight, maps) for branch, maps in pairs], dim=1)
    return Explanation(logits, evidence)


def grad_cam(net: ESR, images: Tensor, class_idx: int | Tensor | None = None) -> Tensor:
    """Raw Grad-CAM maps of every branch; see ``Explanation.maps`` for ``class_idx`` and ``explain`` for the rest.

    Returns:
        Maps (B, N, h, w) >= 0, 7x7 for ``lab`` and 6x6 for ``wild``; neither scaled nor enlarged.

    Raises:
        ConfigError: if the images have another shape.
        ExplanationError: if class_idx has another shape or type, or holds no class of the network.
    """
    return explain(net, images).maps(class_idx)


def has_evidence(maps: Tensor) -> Tensor:
    """Which maps (..., h, w) show any positive evidence, as bool (...); the others are to be marked, not scaled."""
    return maps.amax(dim=(-2, -1)) > 0


def _evidence(weight: Tensor, feature_maps: Tensor) -> Tensor:
    """Signed evidence (B, C, h, w) of linear weights (C, K) on feature maps (B, K, h, w)."""
    height, width = feature_maps.shape[2:]
    return functional.conv2d(feature_maps, weight[:, :, None, None] / (height * width))
