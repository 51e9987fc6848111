"""Frozen records that cross layers: plain values only, so that they can be stored, cached and drawn."""

from esr_core.records.epochs import EpochRecord, is_better
from esr_core.records.faces import FaceBox
from esr_core.records.jobs import ACTIVE_JOBS, HERE, OPEN_JOBS, JobInfo, JobState, JobUse
from esr_core.records.networks import FaceTime, ParameterCount
from esr_core.records.notes import RunNotes
from esr_core.records.runs import (
    SHIPPED,
    Milestone,
    Progress,
    RunInfo,
    RunState,
    RunStatus,
    without_branches,
)

__all__ = [
    "ACTIVE_JOBS",
    "HERE",
    "OPEN_JOBS",
    "SHIPPED",
    "EpochRecord",
    "FaceBox",
    "FaceTime",
    "JobInfo",
    "JobState",
    "JobUse",
    "Milestone",
    "ParameterCount",
    "Progress",
    "RunInfo",
    "RunNotes",
    "RunState",
    "RunStatus",
    "is_better",
    "without_branches",
]
