"""Fetching pictures on several cores: in order, whoever is ready first."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import wait
from typing import NamedTuple

import cv2
import numpy as np

from esr_core.data.names import is_text
from esr_core.data.source import Sample
from esr_core.errors import PhotoError

NOT_UTF_8 = "is not named in UTF-8: rename it"
CHUNK = 16  # samples a process fetches at a time
CHUNKS_HERE = 3  # fetched in this process while the others start, which takes them seconds
CHUNKS_AHEAD = 3  # per process: enough that none waits, few enough that memory stays small


class Rejected(NamedTuple):
    """Why a sample has no picture."""

    reason: str


Picture = Callable[[Sample], np.ndarray]
Outcome = np.ndarray | Rejected


def fetch(picture: Picture, samples: Sequence[Sample], workers: int = 1) -> Iterator[list[Outcome]]:
    """Pictures of samples in their order, a chunk at a time.

    Args:
        picture: gives one sample's picture or raises PhotoError; picklable if there are several workers.
        samples: whose pictures to fetch.
        workers: processes that share the work, no more than there are chunks; 1 fetches in this one.

    Raises:
        ChildProcessError: if a worker was killed.
    """
    chunks = (samples[start : start + CHUNK] for start in range(0, len(samples), CHUNK))
    workers = min(workers, -(-len(samples) // CHUNK))
    if workers <= 1:
        for chunk in chunks:
            yield [_outcome(picture, sample) for sample in chunk]
        return
    # Forking would copy locks that threads of this process hold, so workers start from nothing.
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, spawn, _start_worker, (picture,))
    try:
        here = list(islice(chunks, CHUNKS_HERE))
        waiting = deque(pool.submit(_outcomes, chunk) for chunk in islice(chunks, CHUNKS_AHEAD * workers))
        for chunk in here:
            yield [_outcome(picture, sample) for sample in chunk]
        for chunk in chunks:
            waiting.append(pool.submit(_outcomes, chunk))
            if len(waiting) > CHUNKS_AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise ChildProcessError("a process that fetches pictures was killed, perhaps for want of memory") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _outcome(picture: Picture, sample: Sample) -> Outcome:
    if not is_text(sample.file):  # labels.parquet could not list it
        return Rejected(NOT_UTF_8)
    try:
        return picture(sample)
    except PhotoError as error:
        return Rejected(str(error).removeprefix(sample.file).strip() or "gives no picture")


_worker_picture: list[Picture] = []  # what this worker fetches with, sent once and not with every chunk


def _start_worker(picture: Picture) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the parent alone answers it
    cv2.setNumThreads(1)  # the workers are as many as the cores already
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker_picture[:] = [picture]


def _end_with_parent() -> None:
    """A killed parent cannot tell its workers to stop, and they would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _outcomes(samples: Sequence[Sample]) -> list[Outcome]:
    return [_outcome(_worker_picture[0], sample) for sample in samples]
