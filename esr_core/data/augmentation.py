"""Random changes to training pictures, a batch at a time, on the device the batch is on."""

import math

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from esr_core.config import AugmentationConfig, Resampling

NUM_DRAWS, NUM_ERASING_DRAWS = 7, 5  # random numbers for each image; those of erasing, if it is erased at all
ERASED_AREA = (0.02, 0.4)  # in shares of the image
ERASED_HEIGHT_TO_WIDTH = (0.3, 1 / 0.3)


def draw_changes(settings: AugmentationConfig, count: int, generator: torch.Generator) -> Tensor:
    """What ``augment`` does to so many images, (7, count) in [0, 1), or (12, count) where some are to be erased.

    Args:
        settings: how strong the changes are at most.
        count: of images.
        generator: on the CPU, whatever device the images are on, so that a seed means the same everywhere.
    """
    return torch.rand(NUM_DRAWS + NUM_ERASING_DRAWS * bool(settings.erasing), count, generator=generator)


def augment(images: Tensor, settings: AugmentationConfig, draws: Tensor) -> Tensor:
    """Every image changed on its own: flipped, rotated, moved, rescaled, then relit, then erased in part.

    Args:
        images: (B, K, H, W) in [0, 1], left as they are.
        settings: how strong the changes are at most; a change that is 0 costs nothing and alters nothing.
        draws: (7, B) or (12, B) in [0, 1) on the CPU, as ``draw_changes`` gives them for these settings.

    Returns:
        Images of the same shape in [0, 1]; what a movement uncovers repeats the border.

    Source: paper, "Training ESRs at Different Branching Levels", for the choice of changes.
    """
    if not len(images):  # torch refuses to sample none
        return images
    draws = draws.to(images.device, non_blocking=True)
    flips = draws[0] < settings.flip
    angle, right, down, zoom, brightness, contrast = 2 * draws[1:NUM_DRAWS] - 1  # each (B,) in [-1, 1)
    if settings.flip:
        images = torch.where(flips[:, None, None, None], images.flip(3), images)
    if settings.rotation_deg or settings.translation or settings.scale:
        shift = settings.translation * torch.stack([right, down], dim=1)
        angles = math.radians(settings.rotation_deg) * angle
        images = move(images, angles, shift, 1 + settings.scale * zoom, settings.resampling)
    if settings.brightness or settings.contrast:
        images = relight(images, settings.brightness * brightness, 1 + settings.contrast * contrast)
    if settings.erasing:
        images = erase(images, settings.erasing, draws[NUM_DRAWS:])
    return images.clamp(0, 1)


def move(images: Tensor, angle: Tensor, shift: Tensor, scale: Tensor, resampling: Resampling = "bicubic") -> Tensor:
    """Images rotated and rescaled about their centre, then shifted, in one resampling.

    Args:
        images: (B, K, H, W).
        angle: (B,) radians, clockwise.
        shift: (B, 2), to the right and down, in shares of the side.
        scale: (B,) above 0; 2 shows everything twice as large.
        resampling: ``bicubic`` keeps the sharpness of the image and may leave its range by a little; ``bilinear``
            softens it.

    Returns:
        Samples of the same shape; outside the image its border is repeated.
    """
    height, width = images.shape[2:]
    cos, sin = angle.cos() / scale, angle.sin() / scale
    back = torch.stack([cos, sin * height / width, -sin * width / height, cos], dim=1).view(-1, 2, 2)
    offset = -back @ (2 * shift[:, :, None])  # grid_sample asks where each output pixel comes from; sides are 2 long
    grid = affine_grid(torch.cat([back, offset], dim=2), list(images.shape), align_corners=False)
    return grid_sample(images, grid, mode=resampling, padding_mode="border", align_corners=False)


def relight(images: Tensor, brightness: Tensor, contrast: Tensor) -> Tensor:
    """Images with contrast scaled about each image's own mean, then brightness added, not clamped.

    Args:
        images: (B, K, H, W) in [0, 1].
        brightness: (B,) added to every pixel.
        contrast: (B,) factor; 1 changes nothing.
    """
    mean = images.mean(dim=(1, 2, 3))
    offset = mean * (1 - contrast) + brightness  # written so that contrast 1 is exact
    return images * contrast[:, None, None, None] + offset[:, None, None, None]


def erase(images: Tensor, probability: float, draws: Tensor) -> Tensor:
    """Some images with a rectangle of random size, shape and place filled with the image's own mean colour.

    A rectangle that reaches beyond the border loses what is outside.

    Args:
        images: (B, K, H, W).
        probability: of each image, in [0, 1].
        draws: (5, B) in [0, 1), on the device of the images.

    Source: Zhong et al. 2020, doi:10.1609/aaai.v34i07.7000, for sizes and shapes; there, rectangles never reach
    beyond the border and are filled with noise.
    """
    chance, area, shape, down, right = draws
    smallest, largest = ERASED_AREA
    lowest, highest = (math.log(ratio) for ratio in ERASED_HEIGHT_TO_WIDTH)
    side = (smallest + (largest - smallest) * area).sqrt()
    stretch = ((lowest + (highest - lowest) * shape) / 2).exp()
    rows = _covered(down, side * stretch, images.shape[2])
    columns = _covered(right, side / stretch, images.shape[3])
    erased = (chance < probability)[:, None, None] & rows[:, :, None] & columns[:, None, :]  # (B, H, W)
    return torch.where(erased[:, None], images.mean(dim=(2, 3), keepdim=True), images)


def _covered(centre: Tensor, extent: Tensor, size: int) -> Tensor:
    """Which pixels of a side of ``size`` lie within ``extent`` about ``centre``, both in shares of it: (B, size)."""
    pixels = (torch.arange(size, device=centre.device) + 0.5) / size
    return (pixels - centre[:, None]).abs() < extent[:, None] / 2
