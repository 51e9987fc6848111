"""The process that makes a run: the one place that knows both training and the run store."""

import time
import traceback
from collections.abc import Callable
from dataclasses import asdict

from esr_core.data.duplicates import SEEN_IN_TRAINING, Overlap
from esr_core.errors import DamagedRunError, EsrError, RunError, TrainingError, as_sentence
from esr_core.freed_memory import give_back_freed_memory
from esr_core.networks import weights_from_stored, weights_to_store
from esr_core.records import EpochRecord, Progress, RunInfo
from esr_core.records.results import describe_results
from esr_core.run_store import RunStore, RunWriter
from esr_core.timestamps import stamped
from esr_core.trainer import run_log
from esr_core.trainer.curriculum import inherited_licence
from esr_core.trainer.demonstration import draw_missing_faces
from esr_core.trainer.environment import describe_environment
from esr_core.trainer.equipment import Equipment
from esr_core.trainer.first_branches import FirstBranches
from esr_core.trainer.predictions import save_predictions
from esr_core.trainer.probes import choose_probes, probe_maps
from esr_core.trainer.stopping import StopRequest, StopRequestedError, stop_requests
from esr_core.trainer.throttle import Throttle
from esr_core.trainer.together import failing_together
from esr_core.training import ALONE, Team, refit_classifiers
from esr_core.training.batches import learned_from

OnProgress = Callable[[Progress], None]
REPORT_EVERY_S = 2.0  # how far it has come, as often as the dashboard looks
SAVE_EVERY_S = 60.0  # a state, within a long stretch without validation
LOG_EVERY_S = 600.0  # a line in the log, within a long epoch
GIVE_BACK_EVERY_S = 60.0  # freed memory; blocks of a validation do not fit into the holes that steps leave


def train_run(store: RunStore, run_id: str, on_progress: OnProgress | None = None, team: Team = ALONE) -> RunInfo:
    """Train a queued run, or the rest of one that ended early, in this process and store everything it yields.

    A request to stop (SIGTERM) ends it as cancelled, an error as failed; what was stored so far stays either way.

    Args:
        store: where the run is.
        run_id: of a run that ``store.create`` made.
        on_progress: called at the beginning, every two seconds while it learns, and after every epoch.
        team: the processes that train it together; this is the first of them, and the others ``follow_run``.

    Returns:
        The run as it is afterwards.

    Raises:
        EsrError: if training cannot start or go on; the run says so too.
    """
    with stop_requests(team) as stop:
        with failing_together(team):
            writer, config = store.writer(run_id), store.config(run_id)
            writer.start(describe_environment(config))
        try:
            with failing_together(team):
                draw_missing_faces(config)
                team.meet()
                _Training(store, writer, team).run(stop, on_progress or (lambda _: None))
        except StopRequestedError:
            _cancel(writer)
        except KeyboardInterrupt:
            _cancel(writer)
            raise
        except EsrError as error:
            writer.fail(str(error))
            writer.log(stamped(f"failed: {error}", time.time()))
            raise
        except OSError as error:  # a disk, a file or a limit of this machine
            writer.fail(as_sentence(error))
            writer.log(stamped(f"failed: {as_sentence(error)}", time.time()))
            raise TrainingError(as_sentence(error)) from error
        except Exception as error:
            writer.log(traceback.format_exc())
            writer.fail(f"{type(error).__name__}: {error}")
            raise
    return store.info(run_id)


def _cancel(writer: RunWriter) -> None:
    writer.cancel()
    writer.log(stamped("stopped on request; it can be resumed", time.time()))


class _Training:
    """One run being trained: the data, the network, and where they are written."""

    def __init__(self, store: RunStore, writer: RunWriter, team: Team) -> None:
        equipment = Equipment.of(store, writer.run_id, team)
        self.writer = writer
        self.network, self.data, self.labels = equipment.network, equipment.data, equipment.prepared.labels
        self.ids = self.labels["id"].to_numpy()
        self.probes = choose_probes(self.data)
        self.learned = learned_from(equipment.config, self.data.training, self.data.branches)
        self.overlap = Overlap.of(equipment.prepared.marked_labels(), self.data.parts, self.learned)
        self.reporting, self.saving, self.logging = map(Throttle, (REPORT_EVERY_S, SAVE_EVERY_S, LOG_EVERY_S))
        self.freeing = Throttle(GIVE_BACK_EVERY_S)
        self.dtype = equipment.config.checkpoint_dtype
        card = equipment.prepared.card
        writer.add_to_environment(data_fingerprint=card.fingerprint, data=asdict(card))
        writer.add_to_environment(device=str(self.data.device), processes=team.size)
        writer.add_to_environment(**inherited_licence(store, equipment.config))
        writer.save_parts(self._parts())
        # Processes of a team have different numbers of chunks, and must all ask for a stop as often.
        self.after_chunk = self._after_step if team.size == 1 else self._report_if_due
        self.course = equipment.course(self._after_epoch, self._after_step, self.after_chunk)
        self.first_branches = FirstBranches(store, self.course, equipment.prepared)
        for sentence in run_log.beginning(store.info(writer.run_id), equipment, self.course):
            self._say(sentence)
        if self.overlap.warning:
            self._say(f"warning: {self.overlap.warning}")

    def run(self, stop: StopRequest, on_progress: OnProgress) -> None:
        """Train from the stored state, if there is one, to the end."""
        self.stop, self.on_progress = stop, on_progress
        self.writer.keep_records(self.course.num_records)
        self._begin_after_anothers()
        self._report(self.course.progress())
        for record in self.course:
            self._offer_first_branch()
            self.writer.append(record)
            self._log_point(record)
            if record is self.course.best:
                self.writer.save_network(self.network, dtype=self.dtype)
            if self.course.is_milestone(record):
                self.writer.save_milestone(self.network, record, self.course.config.dtype_of_milestones)
            self.writer.save_probe_maps(probe_maps(self.network, self.data, self.probes, self.dtype), record)
            self._save_state()
            if self.freeing.is_due():
                give_back_freed_memory()
                self.freeing.restart()
        self._offer_first_branch()
        self._refit_classifiers()
        self.writer.save_network(self.network, dtype=self.dtype)
        stored = weights_to_store(self.network, self.dtype)
        self.network.load_state_dict(weights_from_stored(stored))  # results are of what is stored
        results = save_predictions(self.writer, self.network, self.data, self.labels)
        self.writer.finish(results)
        self._say(f"finished after {self.course.seconds:.0f} s of training, {describe_results(results)}")

    def _begin_after_anothers(self) -> None:
        """Take the first branch of a run that has trained the same one, if there is such a run."""
        try:
            origin = self.first_branches.begin(self.writer)
        except DamagedRunError as error:
            self._say(f"{error}; the first branch is trained anew")
            return
        if origin is not None:
            self.writer.add_to_environment(first_branch_from=origin)
            self._say(f"begins with the first branch of {origin}: same seed, pictures and settings")
            self.writer.save_network(self.network, dtype=self.dtype)
            self._save_state()

    def _offer_first_branch(self) -> None:
        """Keep the first branch for other runs where it has just been trained; they can do without."""
        try:
            self.first_branches.offer(self.writer.run_id)
        except RunError as error:
            self._say(f"{error}; other runs train this first branch themselves")

    def _refit_classifiers(self) -> None:
        config = self.course.config
        if config.refit_classifiers:
            self._say("fits the classifiers anew on training pictures as they are")
            refit_classifiers(config, self.network, self.data, lambda _share: self.after_chunk())

    def _log_point(self, record: EpochRecord) -> None:
        """Say in the log what a validation point has found."""
        if record.epoch == 0:
            self._say(run_log.branch_beginning(record, self.course))
        self._say(run_log.point(record, self.course))

    def _say(self, sentence: str) -> None:
        self.writer.log(stamped(sentence, time.time()))
        self.logging.restart()

    def _after_epoch(self, progress: Progress) -> None:
        is_over = self.stop.is_made()
        if is_over or self.saving.is_due():
            self._save_state()
        if is_over:
            raise StopRequestedError
        self._report(progress)

    def _after_step(self) -> None:
        if self.stop.is_urgent():
            raise StopRequestedError
        self._report_if_due()

    def _report_if_due(self) -> None:
        if self.reporting.is_due():
            self._report(self.course.progress())

    def _report(self, progress: Progress) -> None:
        """Say how far it has come; in the log, only where nothing else was said for long."""
        self.reporting.restart()
        self.writer.progress(progress)
        if self.logging.is_due():
            self._say(run_log.under_way(progress))
        self.on_progress(progress)

    def _save_state(self) -> None:
        self.writer.save_state(self.course.state_dict())
        self.saving.restart()

    def _parts(self) -> dict[str, list[str]]:
        """Sample ids of every part, of what each branch learns from, and of what is measured although it is learned."""
        data = self.data
        named = {"training": data.training, "validation": data.parts.validation, "test": data.parts.test}
        named |= {"probes": self.probes}
        named |= {f"training of branch {branch}": indices for branch, indices in enumerate(self.learned, start=1)}
        named |= {SEEN_IN_TRAINING.format(part): indices for part, indices in self.overlap.seen.items()}
        return {name: self.ids[indices].tolist() for name, indices in named.items()}
