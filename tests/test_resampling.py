"""What `bench.resampling` shows networks: the same picture, as sharp as it was or softer."""

import pytest
import torch

from bench.resampling import resampled


def sharpness(images: torch.Tensor) -> float:
    return images.diff(dim=3).square().mean().item()


@pytest.mark.parametrize(("kind", "least", "most"), [(None, 1.0, 1.0), ("bicubic", 0.9, 1.1), ("bilinear", 0.3, 0.8)])
def test_bilinear_pictures_are_softer_and_bicubic_ones_are_not(kind, least, most):
    generator = torch.Generator().manual_seed(0)
    low = torch.rand(8, 1, 48, 48, generator=generator)
    images = torch.nn.functional.interpolate(low, (96, 96), mode="bicubic", align_corners=False).clamp(0, 1)
    ratio = sharpness(resampled(images, kind, generator)) / sharpness(images)
    assert least <= ratio <= most
