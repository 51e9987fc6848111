"""Charts of opened runs as plotly figures, those of the dashboard: one run, or several in one figure.

::

    import esr_core as esr

    run = esr.open_run("gallery-level3-varied")
    esr.figures.convergence(run)  # draws itself in a notebook
    esr.figures.scores([run, esr.open_run("gallery-single")])
"""

from importlib.util import find_spec

if find_spec("plotly") is None:
    raise ModuleNotFoundError("figures need plotly, which is not installed: pip install 'esr-lab[figures]'")

from esr_core.figures.costs import frontier, levels, parameters
from esr_core.figures.differences import annotators, diversity, diversity_by_class, kappa_error
from esr_core.figures.faces import probabilities
from esr_core.figures.results import confusion, people, reliability, scores
from esr_core.figures.training import convergence
from esr_core.figures.trials import p_values, spread

__all__ = [
    "annotators",
    "confusion",
    "convergence",
    "diversity",
    "diversity_by_class",
    "frontier",
    "kappa_error",
    "levels",
    "p_values",
    "parameters",
    "people",
    "probabilities",
    "reliability",
    "scores",
    "spread",
]
