"""The paper's tables and figures as a catalogue: what each is made of and by which function.

A further one is a function of results in ``tables`` and a record here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from esr_core.reproduction import tables
from esr_core.reproduction.confusions import figure_6, figure_7
from esr_core.reproduction.experiments import LEVELS, STRATEGIES
from esr_core.reproduction.results import Results, Table
from esr_core.reproduction.saliency_sheet import saliency_sheet

_BASELINES = ("single", "te")
_LEVELS = tuple(f"level{level}-{strategy}" for level in LEVELS for strategy in STRATEGIES)


def _nothing(_results: Results) -> None:
    """What most exhibits show besides their tables."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A table or figure of the paper."""

    name: str
    title: str  # "Table 1"
    what: str  # what it shows
    experiments: tuple[str, ...]  # that it is made of
    make: Callable[[Results], list[Table]]
    draw: Callable[[Results], np.ndarray | None] = _nothing  # what it shows besides, uint8 RGB (H, W, 3)


_ALL = (
    Exhibit(
        "table1",
        "Table 1",
        "test accuracy and parameters of the most accurate networks and the baselines on CK+",
        tuple(tables.TABLE_1),
        tables.table_1,
    ),
    Exhibit("table2", "Table 2", "paired tests between the networks of Table 1", tuple(tables.TABLE_1), tables.table_2),
    Exhibit(
        "figure4",
        "Figure 4",
        "accuracy on CK+ by branching level and training strategy",
        (*_BASELINES, *_LEVELS),
        tables.figure_4,
    ),
    Exhibit(
        "figure5",
        "Figure 5",
        "convergence of the branches of an ESR and of a traditional ensemble, and where they look meanwhile",
        (tables.FIGURE_5_ESR, "te"),
        tables.figure_5,
        saliency_sheet,
    ),
    Exhibit("table3", "Table 3", "accuracy on AffectNet", ("esr9",), tables.table_3),
    Exhibit("table4", "Table 4", "errors of valence and arousal on AffectNet", ("esr9-affect",), tables.table_4),
    Exhibit("table5", "Table 5", "accuracy on FER+", ("esr9-ferplus",), tables.table_5),
    Exhibit("figure6", "Figure 6", "what is taken for what on AffectNet", ("esr9",), figure_6),
    Exhibit("figure7", "Figure 7", "what is taken for what on FER+", ("esr9-ferplus",), figure_7),
)

EXHIBITS: Mapping[str, Exhibit] = MappingProxyType({each.name: each for each in _ALL})
"""By name, in the paper's order."""
