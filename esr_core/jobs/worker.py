"""The process that makes a run: the one place that knows both training and the run store."""

import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import numpy as np
import pandas as pd

from esr_core.config import TrainingConfig
from esr_core.data.prepared import PreparedSet
from esr_core.data.protocols import choose_parts
from esr_core.devices import resolve_device
from esr_core.errors import EsrError
from esr_core.jobs.environment import describe_environment
from esr_core.metrics import accuracy, plurality_vote
from esr_core.networks import ESR
from esr_core.records import EpochRecord, Progress, RunInfo, is_better
from esr_core.run_store import RunStore, RunWriter
from esr_core.training import TrainingData, fit, new_network, predict

OnProgress = Callable[[Progress], None]


class StopRequestedError(Exception):
    """SIGTERM arrived: end at the next epoch, in good order."""


def train_run(store: RunStore, run_id: str, on_progress: OnProgress | None = None) -> RunInfo:
    """Train a queued run in this process and store everything it yields.

    A request to stop (SIGTERM) ends it as cancelled, an error as failed; the best checkpoint so far stays either way.

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
    with _stop_on_sigterm() as stop_requested:
        writer.start(describe_environment(config))

        def report(progress: Progress) -> None:
            if stop_requested.is_set():
                raise StopRequestedError
            writer.progress(progress)
            if on_progress:
                on_progress(progress)

        try:
            _train(writer, config, report)
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


def _train(writer: RunWriter, config: TrainingConfig, report: OnProgress) -> None:
    prepared = PreparedSet.open(Path(config.data))
    parts = choose_parts(prepared.labels, config.protocol, prepared.card.class_names, config.seed)
    data = TrainingData.load(config, prepared, parts, resolve_device(config.device))
    writer.add_to_environment(data_fingerprint=prepared.card.fingerprint, device=str(data.device))
    ids = prepared.labels["id"].to_numpy()
    named = {"training": data.training, "validation": parts.validation, "test": parts.test}
    named |= {f"training of branch {branch}": indices for branch, indices in enumerate(data.branches, start=1)}
    writer.save_parts({name: ids[indices].tolist() for name, indices in named.items()})
    network = new_network(config)
    best: EpochRecord | None = None
    for record in fit(config, network, data, report):
        writer.append(record)
        if best is not None and best.branch != record.branch:
            best = None  # another phase, another ensemble
        if record.epoch and is_better(record, best):
            best = record
            writer.save_network(network)
    writer.save_network(network)
    writer.finish(_save_predictions(writer, network, data, ids))


def _save_predictions(writer: RunWriter, network: ESR, data: TrainingData, ids: np.ndarray) -> float:
    """Store all logits of the validation and test parts; return the test accuracy of the vote."""
    test_accuracy = float("nan")
    for part, indices in (("validation", data.parts.validation), ("test", data.parts.test)):
        logits = predict(network, data, indices)
        labels = data.labels[indices]
        writer.save_predictions(part, _prediction_table(logits, ids[indices], labels, network.config.class_names))
        test_accuracy = accuracy(plurality_vote(logits).predictions, labels)
    return test_accuracy


def _prediction_table(
    logits: np.ndarray, ids: np.ndarray, labels: np.ndarray, class_names: tuple[str, ...]
) -> pd.DataFrame:
    """Columns id, label and b<branch>_<class>, branches counted from 1."""
    names = [f"b{branch + 1}_{name}" for branch in range(logits.shape[1]) for name in class_names]
    table = pd.DataFrame(logits.reshape(len(logits), -1), columns=names)
    table.insert(0, "id", ids)
    table.insert(1, "label", labels)
    return table


@contextmanager
def _stop_on_sigterm() -> Iterator[threading.Event]:
    """An event that SIGTERM sets; the handler of before is put back. Only the main thread hears signals."""
    requested = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield requested
        return

    def request(_signal: int, _frame: FrameType | None) -> None:
        requested.set()

    previous = signal.signal(signal.SIGTERM, request)
    try:
        yield requested
    finally:
        signal.signal(signal.SIGTERM, previous)
