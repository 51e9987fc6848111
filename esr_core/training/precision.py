"""Mixed precision: which number type the forward pass computes in, and the scaling that float16 needs.

Weights, gradients and the optimiser stay in float32, whatever is chosen.
"""

from typing import Any

import torch
from torch import Tensor

from esr_core.config import Precision
from esr_core.errors import ConfigError

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


class MixedPrecision:
    """How a training computes; for float32 it does nothing."""

    def __init__(self, precision: Precision, device: torch.device) -> None:
        """Choose the type.

        Raises:
            ConfigError: if the device cannot train in it.
        """
        if precision == "float16" and device.type != "cuda":
            raise ConfigError(f"precision float16 needs a CUDA device, got {device}; bfloat16 runs everywhere")
        self.dtype = DTYPES[precision]
        self.device = device
        self._scaler = torch.amp.GradScaler(device.type, enabled=precision == "float16")

    def autocast(self) -> torch.autocast:
        """Inside, convolutions and linear layers compute in the chosen type."""
        return torch.autocast(self.device.type, dtype=self.dtype, enabled=self.dtype != torch.float32)

    def update(self, loss: Tensor, optimiser: torch.optim.Optimizer) -> None:
        """One step of gradient descent on the combined loss (scalar); gradients are cleared first."""
        optimiser.zero_grad(set_to_none=True)
        self._scaler.scale(loss).backward()  # passes through where float16 is not chosen
        self._scaler.step(optimiser)
        self._scaler.update()

    def state_dict(self) -> dict[str, Any]:
        """Plain values, for a checkpoint."""
        return self._scaler.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        if state:
            self._scaler.load_state_dict(state)
