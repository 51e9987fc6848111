"""The paper's tables and figures from data to document: which runs they need, and the paper's numbers beside ours."""

from esr_core.reproduction.before_tuning import ask_before_tuning
from esr_core.reproduction.cost import seconds_left
from esr_core.reproduction.data_needs import DRAWN, open_sets, sets_in_place
from esr_core.reproduction.exhibits import EXHIBITS, Exhibit
from esr_core.reproduction.experiments import EXPERIMENTS, Experiment
from esr_core.reproduction.planning import PlannedRun, Request, counted, plan_runs, training_key
from esr_core.reproduction.report import Report, markdown, markdown_table, report
from esr_core.reproduction.results import Results, Table
from esr_core.reproduction.scales import SCALES, Scale
from esr_core.reproduction.training import train_left

__all__ = [
    "DRAWN",
    "EXHIBITS",
    "EXPERIMENTS",
    "SCALES",
    "Exhibit",
    "Experiment",
    "PlannedRun",
    "Report",
    "Request",
    "Results",
    "Scale",
    "Table",
    "ask_before_tuning",
    "counted",
    "markdown",
    "markdown_table",
    "open_sets",
    "plan_runs",
    "report",
    "seconds_left",
    "sets_in_place",
    "train_left",
    "training_key",
]
