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

from esr_core.figures.costs import frontier, levels, parameters, settings_and_results
from esr_core.figures.differences import annotators, diversity, diversity_by_class, kappa_error
from esr_core.figures.exhibits import exhibit
from esr_core.figures.faces import (
    agreement,
    answers,
    face_affect,
    face_regions,
    probabilities,
    what_if,
    what_if_affect,
)
from esr_core.figures.looking import region_shares, timeline
from esr_core.figures.results import confusion, people, reliability, scores
from esr_core.figures.sets import affect, class_counts, subjects, votes
from esr_core.figures.training import convergence
from esr_core.figures.trials import p_values, spread
from esr_core.figures.trust import faithfulness, randomisation

__all__ = [
    "affect",
    "agreement",
    "annotators",
    "answers",
    "class_counts",
    "confusion",
    "convergence",
    "diversity",
    "diversity_by_class",
    "exhibit",
    "face_affect",
    "face_regions",
    "faithfulness",
    "frontier",
    "kappa_error",
    "levels",
    "p_values",
    "parameters",
    "people",
    "probabilities",
    "randomisation",
    "region_shares",
    "reliability",
    "scores",
    "settings_and_results",
    "spread",
    "subjects",
    "timeline",
    "votes",
    "what_if",
    "what_if_affect",
]
