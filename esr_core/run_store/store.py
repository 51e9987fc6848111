"""The stored runs below one folder: create, list, read, check, delete. Readers never lock and never unpickle."""

import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.data.names import printable
from esr_core.errors import ConfigError, DamagedRunError, RunError, RunNotFoundError, as_sentence, cause
from esr_core.folders import PathLike
from esr_core.metrics import Predictions
from esr_core.networks import ESR, parameters_of
from esr_core.records import EpochRecord, Milestone, RunInfo, RunNotes, RunStatus, without_branches
from esr_core.run_store import artefacts, manifest
from esr_core.run_store.artefacts import ProbeMaps
from esr_core.run_store.checkpoints import checkpoint_file, load_checkpoint, load_state
from esr_core.run_store.creation import create_folder
from esr_core.run_store.deletion import deletion_refusal
from esr_core.run_store.history import best_of, read_best, read_history
from esr_core.run_store.naming import absence, is_folder_of_run, misnamed, run_names
from esr_core.run_store.notes import NO_NOTES, read_notes
from esr_core.run_store.parts import read_parts
from esr_core.run_store.status import read_status
from esr_core.run_store.trash import put_in_trash
from esr_core.run_store.verification import require_sound
from esr_core.run_store.writer import RunWriter


class RunStore:
    """Runs below ``root``, one folder each; see docs/architecture.md for their files."""

    def __init__(self, root: PathLike) -> None:
        self.root = Path(root)

    def create(self, config: TrainingConfig, run_id: str | None = None, now: float | None = None) -> RunWriter:
        """A new run, queued.

        Args:
            config: what will be trained.
            run_id: its name; None makes one from the time and the settings.
            now: seconds since the epoch; None takes the clock.

        Raises:
            RunError: if the name is taken, not usable as one, or the folder cannot be written.
        """
        now = time.time() if now is None else now
        try:
            return RunWriter(create_folder(self.root, config, run_id, now))
        except OSError as error:
            name = f"run {run_id}" if run_id else "a new run"
            raise RunError(f"{name} cannot be written to {self.root}: {error.strerror}") from None

    def writer(self, run_id: str) -> RunWriter:
        """The writer of a run that ``create`` made earlier, perhaps in another process."""
        return RunWriter(self.folder(run_id))

    def folder(self, run_id: str) -> Path:
        """The run's folder.

        Raises:
            RunNotFoundError: if there is no such run; a name that is not one is never looked up.
        """
        folder = self.root / run_id
        if not is_folder_of_run(self.root, run_id):
            raise RunNotFoundError(absence(self.root, run_id))
        return folder

    def list(self) -> Sequence[RunInfo]:
        """All runs, the newest first, unreadable ones as damaged, why; raises OSError where ``root`` is no folder."""
        found = []
        for name in run_names(self.root):
            with suppress(RunNotFoundError):  # deleted meanwhile
                found.append(self.info(name))
        return newest_first(found)

    def info(self, run_id: str) -> RunInfo:
        """What is known of a run, without reading its weights.

        Raises:
            RunNotFoundError: if there is no such run.
        """
        if reason := misnamed(self.root, run_id):
            return _damaged(printable(run_id), reason)
        folder, notes = self.folder(run_id), read_notes(self.root, run_id)
        try:
            config = self.config(run_id)
            status = read_status(folder)
            best = read_best(folder) if status.state == "finished" else best_of(self.history(run_id))
            require_sound(folder)
            created = status.created or min((folder / "config.json").stat().st_mtime, status.updated)
        except (DamagedRunError, OSError) as error:
            self.folder(run_id)  # it was deleted while it was read: not damaged, but not there
            return _damaged(run_id, as_sentence(error), notes)
        return RunInfo(run_id, status, config, created, parameters_of(config.network), best, notes)

    def config(self, run_id: str) -> TrainingConfig:
        """What the run was trained with.

        Raises:
            DamagedRunError: if config.json is missing or not a configuration.
        """
        path = self.folder(run_id) / "config.json"
        try:
            config = TrainingConfig.from_json(path.read_bytes())
        except FileNotFoundError:
            raise DamagedRunError(f"{run_id} has no config.json, so it is not a run") from None
        except (ConfigError, OSError) as error:
            raise DamagedRunError(f"{run_id}/config.json cannot be read: {cause(error)}") from None
        return artefacts.on_its_set(path.parent, config)

    def history(self, run_id: str) -> Sequence[EpochRecord]:
        """The validation points so far, as :func:`read_history` reads them.

        Raises:
            DamagedRunError: if a line before the last cannot be read.
        """
        return read_history(self.folder(run_id))

    def load_network(self, run_id: str, checkpoint: str = "best") -> ESR:
        """The trained network, in eval mode on the CPU.

        Raises:
            DamagedRunError: if the checkpoint is missing, altered since it was stored, or does not fit the settings.
            RunError: if the run has shared layers alone.
        """
        return load_checkpoint(self.folder(run_id), _with_branches(run_id, self.config(run_id)), checkpoint)

    def checkpoint_sha256(self, run_id: str, checkpoint: str = "best") -> str:
        """What names a checkpoint's weights exactly; raises DamagedRunError if it is missing or was altered."""
        name = checkpoint_file(self.folder(run_id), checkpoint).name
        return manifest.require_unaltered(self.folder(run_id), f"checkpoints/{name}")

    def training_state(self, run_id: str) -> dict[str, Any] | None:
        """What a ``Course`` needs to go on; None where nothing was stored. Raises DamagedRunError if it is damaged."""
        return load_state(self.folder(run_id))

    def milestones(self, run_id: str) -> Sequence[Milestone]:
        """Moments of training whose weights are kept, in order; ``load_network`` takes their checkpoints' names."""
        return artefacts.milestones(self.folder(run_id))

    def probe_maps(self, run_id: str, moments: Collection[tuple[int, int]] | None = None) -> Sequence[ProbeMaps]:
        """Maps of the run's probe faces (part ``probes``), as ``read_probe_maps`` says; raises DamagedRunError."""
        return artefacts.read_probe_maps(self.folder(run_id), moments)

    def predictions(self, run_id: str, part: str) -> Predictions:
        """What the ensemble said of ``validation`` or ``test``; raises DamagedRunError."""
        return artefacts.read_predictions(self.folder(run_id), part)

    def parts(self, run_id: str) -> dict[str, Sequence[str]]:
        """Sample ids of every part and of what each branch learned from; raises DamagedRunError."""
        return read_parts(self.folder(run_id))

    def environment(self, run_id: str) -> dict[str, Any]:
        """What the run was made with: versions, device, fingerprint of its data; raises DamagedRunError."""
        return artefacts.read_environment(self.folder(run_id))

    def log_tail(self, run_id: str, lines: int = 40) -> Sequence[str]:
        """The last lines of the log."""
        path = self.folder(run_id) / "log.txt"
        return path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:] if path.exists() else []

    def check(self, run_id: str) -> Sequence[str]:
        """What is wrong with a run's files, held against the manifest; empty when nothing is."""
        return manifest.faults(self.folder(run_id))

    def delete(self, run_id: str) -> None:
        """Put a run into the trash, from which ``restore_from_trash`` brings it back.

        Raises:
            RunError: if it waits or trains, or its folder cannot be moved.
        """
        if reason := deletion_refusal(self.info(run_id), ()):
            raise RunError(reason)
        put_in_trash(self.folder(run_id))


def newest_first(runs: Iterable[RunInfo]) -> list[RunInfo]:
    """Runs in the order in which they are listed."""
    return sorted(runs, key=lambda run: (run.created or 0, run.run_id), reverse=True)


def _with_branches(run_id: str, config: TrainingConfig) -> NetworkConfig:
    """The settings of a run's network; raises RunError if it has shared layers alone."""
    if reason := without_branches(run_id, config):
        raise RunError(reason)
    return config.network


def _damaged(run_id: str, reason: str, notes: RunNotes = NO_NOTES) -> RunInfo:
    status = RunStatus(state="damaged", updated=0.0, message=reason)
    return RunInfo(run_id, status, config=None, created=None, parameters=None, best=None, notes=notes)
