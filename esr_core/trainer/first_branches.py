"""First branches, trained once: what one run has trained, other runs of the same settings begin with.

Kept in a hidden folder beside the runs, a file for each first branch, under a name made of everything that its training
depends on: settings, pictures, device and versions. It is a cache: whoever deletes it loses time alone.
"""

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from esr_core.config import TrainingConfig
from esr_core.data.prepared import PreparedSet
from esr_core.errors import DamagedRunError, RunError
from esr_core.folders import by_age
from esr_core.records import EpochRecord
from esr_core.run_store import RunStore, RunWriter
from esr_core.run_store.files import replacing
from esr_core.trainer.probes import evidence_dtype
from esr_core.training import Course, TrainingData, first_branch_state, skip_first_branch
from esr_core.training.first_branch import first_branch_settings, first_network

FOLDER = ".first-branches"
FORMAT = "1"  # of the files; another one is looked for under other names
MAX_FILES = 32  # the one that was used longest ago goes first


class FirstBranches:
    """First branches kept below one folder of runs, as one course could use or offer them.

    Args:
        store: the runs.
        course: of one run.
        prepared: the set it learns from.
    """

    def __init__(self, store: RunStore, course: Course, prepared: PreparedSet) -> None:
        self._store = store
        self._course = course
        settings = first_branch_settings(course.config) if course.data.team.size == 1 else None
        name = settings and f"{_key(settings, course.data, prepared)}.pt"
        self.path = store.root / FOLDER / name if name else None  # None where no first branch can be shared

    def begin(self, writer: RunWriter) -> str | None:
        """Let the course go on from a first branch that is kept, and store its validation points with the run.

        Returns:
            The run that trained it; None where none fits, or the course has begun or has no first branch of its own.

        Raises:
            DamagedRunError: if the file cannot be read; it is removed, and the course is as it was.
        """
        if self._course.num_records or self.path is None:
            return None
        kept = _read(self.path)
        if kept is None or not self._has_all(kept):
            return None
        skip_first_branch(self._course, kept["course"])
        for values in kept["records"]:
            self._store_point(writer, EpochRecord.from_dict(values), kept)
        with suppress(OSError):  # another user's file keeps its age
            self.path.touch()
        return kept["run_id"]

    def offer(self, run_id: str) -> None:
        """Keep the first branch that the course has just trained; at any other moment nothing is done.

        Raises:
            RunError: if it cannot be written; the training can go on without.
        """
        state = first_branch_state(self._course)
        if state is None or self.path is None or os.path.exists(self.path):  # noqa: PTH110 - Path's own raises where it may not look
            return
        records = [record for record in self._store.history(run_id) if record.branch == 1]
        maps = [each for each in self._store.probe_maps(run_id) if each.branch == 1]
        milestones = [each for each in self._store.milestones(run_id) if each.branch == 1]
        networks = {each.epoch: self._store.load_network(run_id, each.checkpoint) for each in milestones}
        kept = {
            "run_id": run_id,
            "checkpoint_dtype": self._course.config.checkpoint_dtype,
            "milestone_dtype": self._course.config.dtype_of_milestones,
            "course": state,
            "records": [record.to_dict() for record in records],
            "maps": {each.epoch: {"logits": each.logits, "evidence": each.evidence} for each in maps},
            "milestones": {epoch: network.state_dict() for epoch, network in networks.items()},
        }
        try:
            self.path.parent.mkdir(exist_ok=True)
            with replacing(self.path) as file:
                torch.save(kept, file)
            for path, _ in by_age(self.path.parent)[MAX_FILES:]:  # half-written ones count, too
                path.unlink(missing_ok=True)
        except OSError as error:
            raise RunError(f"{FOLDER} cannot be written: {error.strerror}") from error

    def _has_all(self, kept: Mapping[str, Any]) -> bool:
        """Whether a first branch has all milestones of the run, and storing them and the maps rounds nothing twice.

        Exact ones may be rounded to anything. Those that are rounded are stored as the same bits again in their own
        type alone: int8 of what float16 has rounded can be other values than int8 of the weights.
        """
        config, wanted = self._course.config, self._milestones()
        if not set(wanted) <= kept["milestones"].keys():
            return False
        if wanted and kept["milestone_dtype"] not in ("float32", config.dtype_of_milestones):
            return False
        return evidence_dtype(kept["checkpoint_dtype"]) in (torch.float32, evidence_dtype(config.checkpoint_dtype))

    def _milestones(self) -> list[int]:
        """Epochs of the first branch whose weights the run is to keep."""
        config = self._course.config
        wanted = {*config.milestones, config.epochs_first_branch} if config.milestones else set()
        return sorted(epoch for epoch in wanted if epoch <= config.epochs_first_branch)

    def _store_point(self, writer: RunWriter, record: EpochRecord, kept: Mapping[str, Any]) -> None:
        config = self._course.config
        shared_rate = record.learning_rate if config.network.branching_level else None  # nothing is shared at level 0
        writer.append(replace(record, shared_learning_rate=shared_rate))
        maps = kept["maps"][record.epoch]
        evidence = maps["evidence"].to(evidence_dtype(config.checkpoint_dtype))
        writer.save_probe_maps({"logits": maps["logits"], "evidence": evidence}, record)
        if record.epoch in self._milestones():
            state = kept["course"] | {"network": kept["milestones"][record.epoch]}
            writer.save_milestone(first_network(self._course, state), record, config.dtype_of_milestones)


def _read(path: Path) -> Mapping[str, Any] | None:
    """A first branch that is kept; None where there is none."""
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except OSError:  # not there, or not for this user to read
        return None
    except Exception as error:  # torch raises nearly anything on damage, pickle's own errors included
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise DamagedRunError(f"{FOLDER}/{path.name} cannot be read ({type(error).__name__})") from error


def _key(settings: TrainingConfig, data: TrainingData, prepared: PreparedSet) -> str:
    """A name made of everything that the training of the first branch depends on."""
    pictures = [data.training, data.branches[0], data.parts.validation]
    parts = [
        FORMAT,
        settings.to_json(),
        prepared.card.fingerprint,
        *(hashlib.sha256(indices.tobytes()).hexdigest() for indices in pictures),
        f"{data.device.type} {torch.__version__}",
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
