"""``torch.compile``, tried before the training: without a compiler it would fail within the first step."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from esr_core.config import TrainingConfig
from esr_core.devices import require_compiler, resolve_device
from esr_core.errors import ConfigError

MOST_FORMS = 256  # PyTorch's own bound for all of a process; beyond 8 of one function it would go on uncompiled


def require_compilable(config: TrainingConfig) -> None:
    """Check, without a trial, that a training that is to be compiled can be on this machine.

    Raises:
        ConfigError: if it cannot, or the machine does not have the device.
    """
    if config.compile:
        require_compiler(resolve_device(config.device))


def compiled(function: Callable[..., Any], device: torch.device) -> Callable[..., Any]:
    """The function compiled when it is called first, on a device where a small one could be compiled.

    It is compiled anew for each set of branches that learn. What was compiled in this process before is forgotten, for
    it would count as well.

    Raises:
        ConfigError: if it could not, because of a compiler, its headers or a limit of this machine.
    """
    require_compiler(device)
    torch.compiler.reset()
    try:
        torch.compile(lambda values: values.sin() + 1)(torch.zeros(2, device=device))
    except Exception as error:  # torch raises nearly anything where something of a compiler is missing
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise ConfigError(f"compile must be false on this machine, where torch.compile fails: {reason}") from error
    compile_all = partial(torch.compile, recompile_limit=MOST_FORMS)  # which torch's overloads do not name
    return compile_all(function)
