"""Writing one run: one writer at a time, every file whole at every moment, the manifest last."""

import json
import os
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import torch
from safetensors.torch import save

from esr_core.config import CheckpointDtype
from esr_core.errors import DamagedRunError, RunError, cause
from esr_core.folders import PathLike
from esr_core.metrics import Predictions
from esr_core.networks import ESR, weights_to_store
from esr_core.records import EpochRecord, Progress, RunState, RunStatus
from esr_core.records.results import Value
from esr_core.run_store import manifest
from esr_core.run_store.artefacts import moment_name, read_environment
from esr_core.run_store.files import remove_leftovers, replacing, write_atomically
from esr_core.run_store.parts import PARTS_FILE, parts_to_bytes
from esr_core.run_store.process_identity import process_start
from esr_core.run_store.run_lock import RunLock
from esr_core.run_store.status import read_status, write_status


class RunWriter:
    """The one process that writes a run, from ``start`` to ``finish``, ``fail`` or ``cancel``.

    Raises:
        RunError: on ``start``, if the run is complete or another process writes it.
    """

    def __init__(self, folder: PathLike) -> None:
        self.folder = Path(folder)
        self.run_id = self.folder.name
        self._status = read_status(self.folder)
        self._lock: RunLock | None = None

    def start(self, environment: Mapping[str, Any]) -> None:
        """Take the run: from now on it is running, in this process.

        What an earlier attempt noted of its environment stays; this one's is added under ``resumed``.
        """
        if (self.folder / "manifest.json").exists():
            raise RunError(f"run {self.run_id} is complete and is not written again")
        self._lock = RunLock(self.folder)
        with _writing(self.run_id, "what a killed process left"):
            remove_leftovers(self.folder.rglob(".*"))
        if earlier := self.environment():
            environment = earlier | {"resumed": [*earlier.get("resumed", []), environment]}
        self._write_json("environment.json", environment)
        process = psutil.Process()
        self._status = RunStatus(
            state="running",
            updated=time.time(),
            pid=process.pid,
            process_started=process_start(process),
            host=socket.gethostname(),
            run_id=self.run_id,
            inode=self.folder.stat().st_ino,
            created=self._status.created,
        )
        with _writing(self.run_id, "status.json"):
            write_status(self.folder, self._status)

    def add_to_environment(self, **values: Any) -> None:  # noqa: ANN401 - any JSON value
        """Note what is known only after the start."""
        self._write_json("environment.json", self.environment() | values)

    def environment(self) -> dict[str, Any]:
        """What environment.json says; empty before the first start."""
        return read_environment(self.folder) if (self.folder / "environment.json").exists() else {}

    def log(self, text: str) -> None:
        """Add lines to log.txt."""
        with _writing(self.run_id, "log.txt"), (self.folder / "log.txt").open("a", encoding="utf-8") as file:
            file.write(text.rstrip("\n") + "\n")

    def progress(self, progress: Progress) -> None:
        """Say how far it has come; a sign of life, too."""
        self._say(progress=progress)

    def append(self, record: EpochRecord) -> None:
        """Add a line to epochs.jsonl."""
        with _writing(self.run_id, "epochs.jsonl"), (self.folder / "epochs.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(record.to_dict()) + "\n")
            file.flush()
            os.fsync(file.fileno())  # a training state that is stored after it counts on the line

    def keep_records(self, count: int) -> None:
        """Drop what epochs.jsonl has beyond its first ``count`` lines, a torn one included: it will be made again.

        Raises:
            DamagedRunError: if there are fewer.
        """
        path = self.folder / "epochs.jsonl"
        lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
        if len(lines) < count:
            raise DamagedRunError(f"{self.run_id}/epochs.jsonl must hold {count} validation points, found {len(lines)}")
        self._write(path.name, b"".join(lines[:count]))

    def save_state(self, state: Mapping[str, Any]) -> None:
        """Store what a training needs to go on, tensors and plain values, until the run is complete."""
        with _writing(self.run_id, "resume.pt"), replacing(self.folder / "resume.pt") as file:
            torch.save(dict(state), file)

    def save_network(self, network: ESR, name: str = "best", dtype: CheckpointDtype = "float32") -> None:
        """Store the weights as ``checkpoints/<name>.safetensors``, tensors alone; see ``weights_to_store``."""
        self._write(f"checkpoints/{name}.safetensors", save(weights_to_store(network, dtype)))

    def save_milestone(self, network: ESR, record: EpochRecord, dtype: CheckpointDtype = "float32") -> None:
        """Keep the weights of a validation point beside the best ones."""
        self.save_network(network, moment_name(record.branch, record.epoch), dtype)

    def save_probe_maps(self, maps: Mapping[str, torch.Tensor], record: EpochRecord) -> None:
        """Store ``logits`` and ``evidence`` of the probe faces at a validation point."""
        self._write(f"maps/{moment_name(record.branch, record.epoch)}.safetensors", save(dict(maps)))

    def save_parts(self, parts: Mapping[str, Sequence[str]]) -> None:
        """Store the exact sample ids of each part; a part equal to an earlier one as that one's name."""
        self._write(PARTS_FILE, parts_to_bytes(parts))

    def save_predictions(self, part: str, predictions: Predictions) -> None:
        """Store a part's logits as ``predictions/<part>.parquet``."""
        self._write(f"predictions/{part}.parquet", _packed(predictions.to_table()))

    def finish(self, results: Mapping[str, Value]) -> None:
        """The run is complete, with its results by the keys of ``RESULTS``: nothing changes after its manifest."""
        self._say(state="finished", results=dict(results))
        with _writing(self.run_id, "manifest.json"):
            manifest.write(self.folder)
        (self.folder / "resume.pt").unlink(missing_ok=True)  # last: a kill just before can still go on from it
        self._release()

    def fail(self, message: str) -> None:
        """The run ended with an error; ``message`` is one sentence."""
        self._end("failed", message=message)
        self._release()

    def wait(self) -> None:
        """The run waits to be trained, again."""
        self._end("queued", message="")

    def cancel(self) -> None:
        """The run was stopped on request; what it has stored stays."""
        self._end("cancelled")
        self._release()

    def _end(self, state: RunState, **changes: Any) -> None:  # noqa: ANN401 - fields of RunStatus
        self._say(state=state, pid=None, process_started=None, run_id=self.run_id, **changes)

    def _say(self, **changes: Any) -> None:  # noqa: ANN401 - fields of RunStatus
        self._status = replace(self._status, updated=time.time(), **changes)
        with _writing(self.run_id, "status.json"):
            write_status(self.folder, self._status)

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _write_json(self, name: str, values: Mapping[str, Any]) -> None:
        self._write(name, json.dumps(values, indent=2).encode())

    def _write(self, name: str, content: bytes) -> None:
        with _writing(self.run_id, name):
            path = self.folder / name
            if path.parent != self.folder:  # a run that was deleted meanwhile is not brought back
                path.parent.mkdir(exist_ok=True)
            write_atomically(path, content)


def _packed(table: pd.DataFrame) -> bytes:
    """Parquet in a third less space than by default: the bytes of logits compress once they are sorted by place."""
    logits = [name for name in table if table[name].dtype.kind == "f"]
    return table.to_parquet(index=False, compression="zstd", use_dictionary=False, use_byte_stream_split=logits)


@contextmanager
def _writing(run_id: str, name: str) -> Iterator[None]:
    """Say which file could not be written, and that nothing of before is lost."""
    try:
        yield
    except OSError as error:
        raise RunError(
            f"{run_id}/{name} cannot be written: {cause(error)}; what was stored before is whole, and the run can be "
            "resumed"
        ) from error
