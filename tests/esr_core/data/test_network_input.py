import numpy as np
import pytest
import torch

from esr_core.data.network_input import as_images, to_images
from esr_core.errors import ConfigError, DataError


def test_wild_sees_red_as_the_first_channel():
    red = np.zeros((1, 2, 2, 3), dtype=np.uint8)
    red[..., 0] = 255
    assert to_images(red, "wild")[0, :, 0, 0].tolist() == [1.0, 0.0, 0.0]


def test_lab_sees_luma():
    """ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B."""
    colour = np.array([[[[100, 150, 200]]]], dtype=np.uint8)
    expected = (0.299 * 100 + 0.587 * 150 + 0.114 * 200) / 255
    assert to_images(colour, "lab").item() == pytest.approx(expected, abs=1e-6)


def test_every_picture_of_a_batch_becomes_grey_exactly():
    """Whole numbers below 2**24 are exact in float32; one division rounds."""
    pictures = np.random.default_rng(0).integers(0, 256, (5, 8, 6, 3), dtype=np.uint8)
    luma = (pictures.astype(np.int64) @ [299, 587, 114]).astype(np.float32) / np.float32(255_000)
    np.testing.assert_array_equal(to_images(pictures, "lab").numpy()[:, 0], luma)
    assert to_images(pictures[:0], "lab").shape == (0, 1, 8, 6)


def test_grey_is_the_same_whether_stored_with_one_channel_or_three():
    grey = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    for architecture in ("lab", "wild"):
        one, three = to_images(grey, architecture), to_images(grey.repeat(3, axis=3), architecture)
        assert torch.equal(one, three)


def test_the_result_is_a_copy():
    pictures = np.zeros((1, 2, 2, 3), dtype=np.uint8)
    to_images(pictures, "wild")[:] = 1
    assert not pictures.any()


def test_what_is_no_picture_is_refused():
    with pytest.raises(DataError, match=r"uint8 \(B, H, W, 1 or 3\), got float64 \(2, 96, 96, 3\)"):
        to_images(np.zeros((2, 96, 96, 3)), "lab")
    with pytest.raises(ConfigError, match="lab, wild, got 'street'"):
        to_images(np.zeros((1, 96, 96, 3), dtype=np.uint8), "street")


@pytest.mark.parametrize("architecture", ["lab", "wild"])
@pytest.mark.parametrize("channels", [1, 3])
def test_on_a_device_the_images_are_the_same(architecture, channels):
    pictures = np.random.default_rng(0).integers(0, 256, (3, 96, 96, channels), dtype=np.uint8)
    there = as_images(torch.tensor(pictures), architecture)
    torch.testing.assert_close(there, to_images(pictures, architecture), rtol=0, atol=1e-6)


def test_what_is_no_picture_is_refused_on_a_device_too():
    with pytest.raises(DataError, match=r"uint8 \(B, H, W, 1 or 3\), got torch.float32 \(2, 96, 96, 3\)"):
        as_images(torch.zeros(2, 96, 96, 3), "lab")
