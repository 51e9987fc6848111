"""Packages that only some exports need, each group an extra of this package."""

from importlib.util import find_spec

from esr_core.errors import ConfigError

EXTRAS = {"onnx": ("onnx", "onnxscript", "onnxruntime"), "tensorboard": ("tensorboard",)}
"""The packages of each extra, as they are imported."""


def require_extra(extra: str, what: str) -> None:
    """Check that the packages of an extra are installed.

    Args:
        extra: a key of ``EXTRAS``.
        what: what needs them, which begins the sentence.

    Raises:
        ConfigError: if one is missing; the message says how to install it.
    """
    if missing := [package for package in EXTRAS[extra] if find_spec(package) is None]:
        raise ConfigError(
            f"{what} needs {' and '.join(missing)}, which {'are' if missing[1:] else 'is'} not installed: "
            f"pip install 'esr-lab[{extra}]'"
        )
