import cv2
import numpy as np
import pytest
import torch

from esr_core.config import AugmentationConfig
from esr_core.data.augmentation import augment, draw_changes, erase, move, relight

STILL = AugmentationConfig(brightness=0.0, contrast=0.0, flip=0.0, rotation_deg=0.0, translation=0.0, scale=0.0)


def images(channels: int = 1, count: int = 4) -> torch.Tensor:
    return torch.rand(count, channels, 32, 32, generator=torch.Generator().manual_seed(0))


def draws(seed: int = 0, count: int = 4) -> torch.Tensor:
    return draw_changes(AugmentationConfig(erasing=0.5), count, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("channels", [1, 3])
def test_without_changes_images_stay_bit_for_bit(channels):
    assert torch.equal(augment(images(channels), STILL, draws()), images(channels))


def test_a_certain_flip_is_a_mirror():
    assert torch.equal(augment(images(), STILL.replace(flip=1.0), draws()), images().flip(3))


def test_about_half_are_flipped_at_one_half():
    many = images(count=400)
    flipped = augment(many, STILL.replace(flip=0.5), draws(count=400))
    share = (flipped != many).flatten(1).any(dim=1).float().mean().item()
    assert 0.4 < share < 0.6


def test_the_draws_alone_decide():
    settings = AugmentationConfig()
    torch.manual_seed(1)
    first = augment(images(), settings, draws(7))
    torch.manual_seed(2)
    assert torch.equal(first, augment(images(), settings, draws(7)))
    assert not torch.equal(first, augment(images(), settings, draws(8)))


def test_a_part_of_a_batch_is_changed_as_it_is_within_the_whole():
    settings = AugmentationConfig()
    part = augment(images()[1:3], settings, draws()[:, 1:3])
    torch.testing.assert_close(augment(images(), settings, draws())[1:3], part)
    assert augment(images()[:0], settings, draws()[:, :0]).shape == (0, 1, 32, 32)


def test_values_stay_in_range_and_the_input_stays_as_it_was():
    given = images(3)
    before = given.clone()
    changed = augment(given, AugmentationConfig(brightness=1.0, contrast=1.0), draws())
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert torch.equal(given, before)


def test_a_quarter_turn_clockwise_is_torchs():
    turned = move(images(), torch.full((4,), torch.pi / 2), torch.zeros(4, 2), torch.ones(4))
    torch.testing.assert_close(turned, images().rot90(-1, (2, 3)), atol=1e-4, rtol=0)


def test_movement_equals_opencvs():
    angle, scale, shift = 0.3, 1.2, (0.1, -0.05)
    smooth = cv2.GaussianBlur(np.random.default_rng(0).random((64, 64)).astype(np.float32), (0, 0), 3)
    matrix = cv2.getRotationMatrix2D((31.5, 31.5), -np.degrees(angle), scale)
    matrix[:, 2] += np.multiply(shift, 64)
    expected = cv2.warpAffine(smooth, matrix, (64, 64), borderMode=cv2.BORDER_REPLICATE)
    moved = move(torch.tensor(smooth)[None, None], torch.tensor([angle]), torch.tensor([shift]), torch.tensor([scale]))
    np.testing.assert_allclose(moved[0, 0].numpy(), expected, atol=0.01)


def test_bicubic_resampling_keeps_detail_that_bilinear_resampling_loses():
    """Half a pixel to the right, a wave of four pixels: the two kernels' responses, from their weights by hand."""
    wave = 0.5 + 0.4 * torch.sin(torch.arange(64) * torch.pi / 2).expand(1, 1, 64, 64)
    zero, shift = torch.zeros(1), torch.tensor([[0.5 / 64, 0.0]])
    inner = slice(8, 56)
    for resampling, response in (("bilinear", 0.7071), ("bicubic", 0.9723)):
        moved = move(wave, zero, shift, torch.ones(1), resampling)[0, 0, inner, inner] - 0.5
        amplitude = (2 * moved.square().mean()).sqrt().item()
        assert amplitude / 0.4 == pytest.approx(response, abs=2e-3)


def test_brightness_adds_and_contrast_keeps_the_mean():
    lit = relight(images(), torch.full((4,), 0.1), torch.ones(4))
    torch.testing.assert_close(lit, images() + 0.1)
    soft = relight(images(), torch.zeros(4), torch.full((4,), 0.5))
    torch.testing.assert_close(soft.mean(dim=(1, 2, 3)), images().mean(dim=(1, 2, 3)))
    torch.testing.assert_close(soft.std(), images().std() / 2, rtol=0.02, atol=0)


def test_a_rectangle_is_erased_where_its_draws_say():
    """0.29 of the area, as high as wide, is a square of 17.2 of 32 pixels; the second one's centre is a corner."""
    area = (0.29 - 0.02) / 0.38
    by_hand = torch.tensor([[0.3, 0.3, 0.5], [area, area, area], [0.5, 0.5, 0.5], [0.5, 0.0, 0.5], [0.5, 0.0, 0.5]])
    given = images(3, count=3)
    erased = erase(given, 0.5, by_hand)
    expected = torch.zeros(3, 32, 32, dtype=torch.bool)  # of the third image the chance is not below the probability
    expected[0, 7:25, 7:25] = True
    expected[1, :9, :9] = True
    assert torch.equal((erased != given).any(dim=1), expected)
    torch.testing.assert_close(erased[0, :, 7, 24], given[0].mean(dim=(1, 2)))


def test_erased_rectangles_have_the_areas_and_shapes_of_the_paper():
    draws_of_erasing = torch.rand(5, 2000, generator=torch.Generator().manual_seed(0))
    draws_of_erasing[3:] = 0.5  # about the middle, so that only the longest reach beyond the border
    white = torch.ones(2000, 1, 96, 96) * torch.linspace(0, 1, 96)
    erased = (erase(white, 1.0, draws_of_erasing) != white).any(dim=1)
    area, height, width = erased.float().mean(dim=(1, 2)), erased.any(dim=2).sum(dim=1), erased.any(dim=1).sum(dim=1)
    assert 0.015 < area.min() < 0.03
    assert 0.37 < area.max() < 0.41
    assert area.mean() == pytest.approx(0.21, abs=0.01)
    assert (height / width).log().median() == pytest.approx(0, abs=0.1)
    assert 2.9 < (height / width).max() < 3.7


def test_without_erasing_a_seed_draws_what_it_drew_before_there_was_any():
    drawn = draw_changes(AugmentationConfig(), 4, torch.Generator().manual_seed(3))
    assert torch.equal(drawn, torch.rand(7, 4, generator=torch.Generator().manual_seed(3)))
