"""The speed that a share of the peak is a share of, and the rounding that it is measured with."""

import pytest
import torch

from bench import _peak
from bench._peak import exact_float32, peak, share_of_peak

CPU = torch.device("cpu")


def rounding() -> tuple[bool, bool]:
    """Of convolutions and of matrix products in float32 on a CUDA card."""
    return torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32


def test_work_that_takes_as_long_as_the_peaks_product_has_a_share_of_one(monkeypatch):
    matrix = torch.rand(64, 64)
    monkeypatch.setattr(_peak, "peak", lambda device, dtype: 2 * 64**3 / 0.5)
    assert share_of_peak(lambda: matrix @ matrix, 0.5, CPU, torch.float32) == pytest.approx(1)
    assert share_of_peak(lambda: matrix @ matrix, 2.0, CPU, torch.float32) == pytest.approx(0.25)


def test_the_peaks_product_is_rounded_as_convolutions_are_and_leaves_no_trace(monkeypatch):
    before, during = rounding(), []
    monkeypatch.setattr(_peak, "synchronise", lambda device: during.append(rounding()))
    assert peak(CPU, torch.float32, size=32, repeats=1) > 0
    with exact_float32():
        peak(CPU, torch.float32, size=32, repeats=1)
    assert set(during) == {(True, True), (False, False)}
    assert rounding() == before == (True, False)


def test_exact_float32_ends_with_an_exception(monkeypatch):
    def fail() -> None:
        with exact_float32():
            assert not torch.backends.cudnn.allow_tf32
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        fail()
    assert torch.backends.cudnn.allow_tf32
