"""Whether a map points at what the network looks at: take its strongest pixels away, or give them alone.

Deletion replaces the pixels of a face by a baseline, the map's strongest first; insertion starts from a blurred face
and puts the pixels back in the same order. After each step the network is asked for the probability of the class. A map
that is right lets it fall soon and rise soon.

    area = integral of the probability over the share of pixels changed, by trapezoids

The share runs from 0 to 1 and the probability is not rescaled, so an area is in [0, 1]: the mean probability along the
way. It says little alone, for it depends on how sure the branch is: hold it against the areas of maps that know nothing
of the network, random ones and a blob in the centre, for the same branch, class and face.

Source: Petsiuk et al. 2018, "RISE: Randomized Input Sampling for Explanation", section 4.1 (arXiv:1806.07421).
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor

from esr_core.architectures import PICTURE_SIZE_PX
from esr_core.errors import ExplanationError
from esr_core.explanations.overlay import enlarged
from esr_core.networks import ESR, borrowed

Baseline = Literal["grey", "blur"]

BLUR_SIGMA_PX = 10.0  # of a face 96 px wide: leaves where light and dark are, and no expression
BLOB_SIGMA = 0.25  # of the centre map, in sides of the face
BATCH = 32  # pictures in one forward pass


@dataclass(frozen=True, slots=True)
class FaithfulnessSettings:
    """How deletion and insertion are measured."""

    steps: int = 12  # in which all pixels are changed, equally many in each
    deletion_baseline: Baseline = "grey"  # the face's mean, or the face blurred; insertion always starts from blur
    random_maps: int = 5
    seed: int = 0  # of the random maps, and of the order of pixels that are equally strong

    def __post_init__(self) -> None:
        if not 1 <= self.steps <= PICTURE_SIZE_PX**2:
            raise ExplanationError(f"steps must be in 1-{PICTURE_SIZE_PX**2}, got {self.steps}")
        if self.deletion_baseline not in ("grey", "blur"):
            raise ExplanationError(f"deletion_baseline must be grey or blur, got {self.deletion_baseline!r}")
        if self.random_maps < 1:
            raise ExplanationError(f"random_maps must be at least 1, got {self.random_maps}")


class Curves(NamedTuple):
    """Probability of a map's class along the shares of pixels changed; NaN for a map without positive evidence."""

    deletion: np.ndarray  # (..., M, S + 1)
    insertion: np.ndarray  # (..., M, S + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Faithfulness:
    """Curves of the M maps of N branches and, where M is N + 1, of their ensemble, for one face.

    Beside each stand those of R random maps and of the centre blob, asked of the same branch for the same class.
    """

    shares: np.ndarray  # of the pixels changed, from 0 to 1, (S + 1,)
    own: Curves  # (M, S + 1)
    random: Curves  # (R, M, S + 1)
    centre: Curves  # (M, S + 1)

    def area(self, curves: np.ndarray) -> np.ndarray:
        """Areas (...) in [0, 1] under curves (..., S + 1); NaN where there is no curve."""
        return np.trapezoid(curves, self.shares, axis=-1)


def faithfulness(
    net: ESR, image: Tensor, maps: np.ndarray, classes: np.ndarray, settings: FaithfulnessSettings | None = None
) -> Faithfulness:
    """Deletion and insertion curves of every branch, and of the ensemble if its map is given, for one face.

    Args:
        net: an ESR in any mode; used in eval mode and given back as it was.
        image: float, in [0, 1], (K, H, W) as ``net.layout.image_shape`` has it.
        maps: of its N branches, (N, h, w), or with the ensemble's last, (N + 1, h, w), what is negative counting as 0;
            enlarged to the face as ``overlay`` does.
        classes: class index whose probability is followed, one per map; of the ensemble it is the branches' mean.
        settings: None takes the standard ones.

    Random maps are of the grid of ``maps``, enlarged like them: as smooth, so that they change the face as coarsely.

    Raises:
        ExplanationError: if image, maps or classes do not fit the network, or the maps hold NaN or infinity.
    """
    settings = settings or FaithfulnessSettings()
    _require_fit(net, image, maps, classes)
    generator = np.random.default_rng(settings.seed)
    counts = np.rint(np.linspace(0, 1, settings.steps + 1) * PICTURE_SIZE_PX**2)
    face = _Face(image, settings.deletion_baseline)

    def altered(saliency: np.ndarray) -> Tensor:
        return face.altered(changed_pixels(saliency, counts, generator))

    with borrowed(net), torch.no_grad():
        random = [
            _curves_of_all(net, altered(generator.random(maps.shape[1:])), classes) for _ in range(settings.random_maps)
        ]
        centre = _curves_of_all(net, altered(centre_map()), classes)
        own = [
            _curves_of_one(net, altered(saliency), number, classes)
            if (saliency > 0).any()
            else np.full((2, len(counts)), np.nan)
            for number, saliency in enumerate(maps)
        ]
    return Faithfulness(
        counts / PICTURE_SIZE_PX**2,
        own=Curves(*np.stack(own, axis=1)),
        random=Curves(*np.stack(random, axis=1)),
        centre=Curves(*centre),
    )


def changed_pixels(saliency: np.ndarray, counts: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Which pixels are changed after each step, the strongest first.

    Equally strong ones, as all those without positive evidence, follow a random map of the same grid: scattered pixels
    would be noise that confuses the network more than any patch does, and make a map of few positions look good.

    Args:
        saliency: (h, w), enlarged to the face; what is negative counts as 0.
        counts: pixels changed after each of S + 1 steps, from 0 to all of the picture's.
        generator: of that random map.

    Returns:
        bool (S + 1, 96, 96).
    """
    strength = np.maximum(enlarged(np.maximum(saliency, 0).astype(np.float32), PICTURE_SIZE_PX), 0).ravel()
    otherwise = enlarged(generator.random(saliency.shape, dtype=np.float32), PICTURE_SIZE_PX).ravel()
    order = np.lexsort((-otherwise, -strength))
    places = np.empty(strength.size)
    places[order] = np.arange(strength.size)
    return (places < counts[:, None]).reshape(-1, PICTURE_SIZE_PX, PICTURE_SIZE_PX)


def centre_map(size_px: int = PICTURE_SIZE_PX) -> np.ndarray:
    """A blob (size_px, size_px) in the centre, 1 there, falling off as a Gaussian with a quarter of the side."""
    offset = (np.arange(size_px) + 0.5) / size_px - 0.5
    fall = np.exp(-np.square(offset / BLOB_SIGMA) / 2)
    return np.outer(fall, fall)


class _Face:
    """A face (K, H, W) and what replaces it."""

    def __init__(self, image: Tensor, deletion_baseline: Baseline) -> None:
        pixels = image.permute(1, 2, 0).numpy(force=True)  # (H, W, K)
        blurred = cv2.GaussianBlur(pixels, (0, 0), BLUR_SIGMA_PX, borderType=cv2.BORDER_REFLECT)
        self.image = image
        self.blurred = torch.from_numpy(blurred.reshape(pixels.shape)).permute(2, 0, 1).to(image)
        grey = image.mean(dim=(1, 2), keepdim=True).expand_as(image)
        self.deleted = self.blurred if deletion_baseline == "blur" else grey

    def altered(self, changed: np.ndarray) -> Tensor:
        """The face along deletion, then along insertion, (2 (S + 1), K, H, W), of masks (S + 1, H, W)."""
        masks = torch.from_numpy(changed)[:, None].to(self.image.device)
        deleted = torch.where(masks, self.deleted, self.image)
        return torch.cat([deleted, torch.where(masks, self.image, self.blurred)])


def _curves_of_all(net: ESR, altered: Tensor, classes: np.ndarray) -> np.ndarray:
    """Curves (2, M, S + 1) of one map for all branches, and for the ensemble where a class is given for it."""
    each = torch.cat([net(images) for images in altered.split(BATCH)]).softmax(dim=2)  # (2 (S + 1), N, C)
    with_mean = torch.cat([each, each.mean(dim=1, keepdim=True)], dim=1)[:, : len(classes)]
    followed = torch.from_numpy(classes).to(each.device)[None, :, None]
    probabilities = with_mean.take_along_dim(followed, dim=2)[..., 0]  # (2 (S + 1), M)
    return probabilities.T.reshape(len(classes), 2, -1).transpose(0, 1).numpy(force=True)


def _curves_of_one(net: ESR, altered: Tensor, number: int, classes: np.ndarray) -> np.ndarray:
    """Curves (2, S + 1) of a map, counted from 0, for whom it belongs to."""
    if number == len(net.branches):
        return _curves_of_all(net, altered, classes)[:, number]
    logits = torch.cat([net.branches[number](net.shared(images)) for images in altered.split(BATCH)])
    return logits.softmax(dim=1)[:, int(classes[number])].reshape(2, -1).numpy(force=True)


def _require_fit(net: ESR, image: Tensor, maps: np.ndarray, classes: np.ndarray) -> None:
    num_branches, num_classes = len(net.branches), len(net.config.class_names)
    shape = net.layout.image_shape
    if tuple(image.shape) != shape:
        raise ExplanationError(f"image must be {shape} for this network, got {tuple(image.shape)}")
    if maps.ndim != 3 or len(maps) not in (num_branches, num_branches + 1):
        raise ExplanationError(
            f"maps must be ({num_branches}, h, w), one per branch, or one more for the ensemble, got {maps.shape}"
        )
    if not np.isfinite(maps).all():
        raise ExplanationError("maps must hold finite numbers, got NaN or infinity")
    if classes.shape != (len(maps),) or not np.issubdtype(classes.dtype, np.integer):
        raise ExplanationError(f"classes must be {len(maps)} whole numbers, got {classes.dtype} {classes.shape}")
    if classes.min() < 0 or classes.max() >= num_classes:
        raise ExplanationError(f"classes must be in 0-{num_classes - 1}, got {classes.tolist()}")
