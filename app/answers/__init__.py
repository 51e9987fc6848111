"""What the app asks of esr_core, in thin calls: read anew where it can change, else kept by what makes it change."""

from app.answers.atlas import RunAtlas, atlas_difference, atlas_means, explain_all, mean_face, mean_maps, run_atlas
from app.answers.branch_features import block_maps, branch_features
from app.answers.costs import block_multiply_adds, cost, face_time, measure_face_time, multiply_adds
from app.answers.cross_sets import ask, cross_evaluation, set_pictures
from app.answers.evaluations import card, evaluation, groups, quality, quality_of_group, trials
from app.answers.explanations import Explained, explanation, face_maps
from app.answers.face_parts import FaceParts, face_parts
from app.answers.faithfulness import agreement_on_test, faithfulness, randomisation
from app.answers.job_queue import Forecast, forecast, has_worker, job_use, jobs, pause_reason, pictures_of, place, queue
from app.answers.photographs import crop, faces, photograph, real_faces
from app.answers.precision import precision_advice
from app.answers.prepared_sets import (
    absent,
    damaged,
    duplicates,
    prepared,
    prepared_set,
    rejected,
    set_of_run,
    summary,
)
from app.answers.probe_faces import ProbeFaces, ProbeMoment, probe_faces, probe_moments
from app.answers.provenance import command_of, program, provenance
from app.answers.reproductions import Reproduction, reproduction
from app.answers.stored_runs import (
    class_names,
    deletion_warning,
    history,
    milestones,
    parameters,
    predictions,
    run,
    runs,
    store,
    trash,
    trash_bytes,
)
from app.answers.videos import VideoReader, video_crop, video_frame, video_info, video_reader

__all__ = [
    "Explained",
    "FaceParts",
    "Forecast",
    "ProbeFaces",
    "ProbeMoment",
    "Reproduction",
    "RunAtlas",
    "VideoReader",
    "absent",
    "agreement_on_test",
    "ask",
    "atlas_difference",
    "atlas_means",
    "block_maps",
    "block_multiply_adds",
    "branch_features",
    "card",
    "class_names",
    "command_of",
    "cost",
    "crop",
    "cross_evaluation",
    "damaged",
    "deletion_warning",
    "duplicates",
    "evaluation",
    "explain_all",
    "explanation",
    "face_maps",
    "face_parts",
    "face_time",
    "faces",
    "faithfulness",
    "forecast",
    "groups",
    "has_worker",
    "history",
    "job_use",
    "jobs",
    "mean_face",
    "mean_maps",
    "measure_face_time",
    "milestones",
    "multiply_adds",
    "parameters",
    "pause_reason",
    "photograph",
    "pictures_of",
    "place",
    "precision_advice",
    "predictions",
    "prepared",
    "prepared_set",
    "probe_faces",
    "probe_moments",
    "program",
    "provenance",
    "quality",
    "quality_of_group",
    "queue",
    "randomisation",
    "real_faces",
    "rejected",
    "reproduction",
    "run",
    "run_atlas",
    "runs",
    "set_of_run",
    "set_pictures",
    "store",
    "summary",
    "trash",
    "trash_bytes",
    "trials",
    "video_crop",
    "video_frame",
    "video_info",
    "video_reader",
]
