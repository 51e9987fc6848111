"""Ensembles with shared representations (ESR): networks, data, training, explanations and stored runs.

Source: Siqueira, Magg and Wermter, "Efficient Facial Feature Learning with Wide Ensemble-based
Convolutional Neural Networks", AAAI 2020.

``open_run`` opens a stored run and ``figures`` draws it; everything else is in the packages below.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from esr_core import figures
    from esr_core.opened_run import open_run

__version__ = "0.1.0"
__all__ = ["figures", "open_run"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import PyTorch and the rest only for whoever opens a run: ``esr --version`` needs none of it."""
    if name == "open_run":
        return import_module("esr_core.opened_run").open_run
    if name == "figures":
        return import_module("esr_core.figures")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
