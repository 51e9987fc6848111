"""What the app asks of esr_core, in thin calls: read anew where it can change, else kept by what makes it change."""

from app.answers.atlas import (
    RunAtlas,
    atlas_difference,
    atlas_means,
    atlas_precision,
    explain_all,
    mean_face,
    mean_maps,
    run_atlas,
)
from app.answers.branch_features import block_maps, branch_features
from app.answers.costs import cost, face_time, measure_face_time
from app.answers.cross_sets import ask, cross_evaluation, set_pictures
from app.answers.evaluations import card, evaluation, groups, quality, quality_of_group, trials
from app.answers.explanations import Explained, explanation, face_maps
from app.answers.face_parts import face_parts
from app.answers.faithfulness import agreement_on_test, faithfulness, randomisation
from app.answers.job_queue import forecast, has_worker, job_use, jobs, pause_reason, pictures_of, place, queue
from app.answers.networks import cache_problem, remove_leftovers
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
    predictions,
    run,
    runs,
    runs_absence,
    store,
    trash,
    trash_bytes,
)
from app.answers.videos import VideoReader, video_crop, video_frame, video_info, video_reader
from esr_core.networks import parameters_of as parameters
from esr_core.networks.cost import multiply_adds as block_multiply_adds
from esr_core.networks.cost import multiply_adds_of_network as multiply_adds
