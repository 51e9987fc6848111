"""The process that makes a run: the one place that knows both training and the run store."""

import math
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from esr_core.config import TrainingConfig
from esr_core.data.prepared import PreparedSet
from esr_core.data.protocols import choose_parts
from esr_core.devices import resolve_device
from esr_core.errors import EsrError, RunError
from esr_core.jobs.curriculum import trained_network
from esr_core.jobs.demonstration import draw_missing_faces
from esr_core.jobs.environment import describe_environment
from esr_core.jobs.predictions import save_predictions
from esr_core.jobs.probes import choose_probes, probe_maps
from esr_core.records import Progress, RunInfo
from esr_core.run_store import RunStore, RunWriter
from esr_core.training import Course, TrainingData, new_network

OnProgress = Callable[[Progress], None]
END_WITHIN_S = 7.0  # of a request to stop, however long an epoch is; after ten the worker loses its patience
SAVE_EVERY_S = 60.0  # between two states stored within a long stretch without validation


class StopRequestedError(Exception):
    """SIGTERM arrived: end in good order."""


class StopRequest:
    """When SIGTERM arrived, if it has."""

    def __init__(self) -> None:
        self.since = math.inf  # by the monotonic clock

    @property
    def is_made(self) -> bool:
        """Whether the training is to end after this epoch."""
        return self.since < math.inf

    @property
    def is_urgent(self) -> bool:
        """Whether it is to end within this epoch: what was learned since the last stored state is lost."""
        return time.monotonic() - self.since > END_WITHIN_S


def train_run(store: RunStore, run_id: str, on_progress: OnProgress | None = None) -> RunInfo:
    """Train a queued run, or the rest of one that ended early, in this process and store everything it yields.

    A request to stop (SIGTERM) ends it as cancelled, an error as failed; what was stored so far stays either way.

    Args:
        store: where the run is.
        run_id: of a run that ``store.create`` made.
        on_progress: called after every epoch.

    Returns:
        The run as it is afterwards.

    Raises:
        EsrError: if training cannot start or go on; the run says so too.
    """
    writer = store.writer(run_id)
    config = store.config(run_id)
    with _stop_on_sigterm() as stop:
        writer.start(describe_environment(config))
        try:
            draw_missing_faces(config)
            _Training(store, writer, config).run(stop, on_progress or _unwatched)
        except StopRequestedError:
            writer.cancel()
        except KeyboardInterrupt:
            writer.cancel()
            raise
        except EsrError as error:
            writer.fail(str(error))
            raise
        except Exception as error:
            writer.log(traceback.format_exc())
            writer.fail(f"{type(error).__name__}: {error}")
            raise
    return store.info(run_id)


class _Training:
    """One run being trained: the data, the network, and where they are written."""

    def __init__(self, store: RunStore, writer: RunWriter, config: TrainingConfig) -> None:
        prepared = PreparedSet.open(Path(config.data))
        _require_same_data(writer, prepared)
        parts = choose_parts(prepared.labels, config.protocol, prepared.card.class_names, config.seed)
        self.writer = writer
        self.data = TrainingData.load(config, prepared, parts, resolve_device(config.device))
        self.labels = prepared.labels
        self.ids = prepared.labels["id"].to_numpy()
        self.probes = choose_probes(self.data)
        self.state = store.training_state(writer.run_id)
        is_curriculum = config.start is not None and self.state is None  # the state has the weights of its moment
        self.network = trained_network(store, config) if is_curriculum else new_network(config)
        self.saved = time.monotonic()  # when the state was stored last
        writer.add_to_environment(data_fingerprint=prepared.card.fingerprint, device=str(self.data.device))
        writer.save_parts(self._parts())
        self.course = Course(config, self.network, self.data, self._after_epoch, self._after_step)

    def run(self, stop: StopRequest, on_progress: OnProgress) -> None:
        """Train from the stored state, if there is one, to the end."""
        self.stop, self.on_progress = stop, on_progress
        if self.state is not None:
            self.course.load_state_dict(self.state)
        self.writer.keep_records(self.course.num_records)
        for record in self.course:
            self.writer.append(record)
            if record is self.course.best:
                self.writer.save_network(self.network)
            if self.course.is_milestone(record):
                self.writer.save_milestone(self.network, record)
            self.writer.save_probe_maps(probe_maps(self.network, self.data, self.probes), record)
            self._save_state()
        self.writer.save_network(self.network)
        result = save_predictions(self.writer, self.network, self.data, self.labels)
        found = {"test_affect_rmse": result.affect_rmse, "test_accuracy_interval": result.interval}
        self.writer.finish(result.accuracy, **found)

    def _after_epoch(self, progress: Progress) -> None:
        if self.stop.is_made or time.monotonic() - self.saved > SAVE_EVERY_S:
            self._save_state()
        if self.stop.is_made:
            raise StopRequestedError
        self.writer.progress(progress)
        self.on_progress(progress)

    def _after_step(self) -> None:
        if self.stop.is_urgent:
            raise StopRequestedError

    def _save_state(self) -> None:
        self.writer.save_state(self.course.state_dict())
        self.saved = time.monotonic()

    def _parts(self) -> dict[str, list[str]]:
        """Sample ids of every part, and of what each branch learns from."""
        data = self.data
        named = {"training": data.training, "validation": data.parts.validation, "test": data.parts.test}
        named |= {"probes": self.probes}
        named |= {f"training of branch {branch}": indices for branch, indices in enumerate(data.branches, start=1)}
        return {name: self.ids[indices].tolist() for name, indices in named.items()}


def _require_same_data(writer: RunWriter, prepared: PreparedSet) -> None:
    """Raise RunError if the run began on other pictures or labels than its folder holds now."""
    began_with = writer.environment().get("data_fingerprint")
    if began_with not in (None, prepared.card.fingerprint):
        raise RunError(
            f"run {writer.run_id} began on data with fingerprint {began_with}, but {prepared.folder} has "
            f"{prepared.card.fingerprint} now; prepare it as it was, or train a new run"
        )


def _unwatched(_: Progress) -> None:
    """Progress that nobody watches."""


@contextmanager
def _stop_on_sigterm() -> Iterator[StopRequest]:
    """What SIGTERM asks for; the handler of before is put back. Only the main thread hears signals."""
    stop = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def request(_signal: int, _frame: FrameType | None) -> None:
        stop.since = min(stop.since, time.monotonic())

    previous = signal.signal(signal.SIGTERM, request)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, previous)
