"""Every cache of the app: thin calls into esr_core, keyed by what makes their answers change."""

from app.cached.evaluations import evaluation, groups, trials
from app.cached.explanations import Explained, explanation
from app.cached.job_queue import Forecast, forecast, jobs, pause_reason, queue
from app.cached.photographs import crop, faces, photograph
from app.cached.prepared_sets import damaged, prepared, prepared_set, rejected, summary
from app.cached.stored_runs import history, parameters, predictions, run, runs, store

__all__ = [
    "Explained",
    "Forecast",
    "crop",
    "damaged",
    "evaluation",
    "explanation",
    "faces",
    "forecast",
    "groups",
    "history",
    "jobs",
    "parameters",
    "pause_reason",
    "photograph",
    "predictions",
    "prepared",
    "prepared_set",
    "queue",
    "rejected",
    "run",
    "runs",
    "store",
    "summary",
    "trials",
]
