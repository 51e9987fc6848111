"""Options of ``evaluate`` that measure runs on another prepared set, and what they do."""

import argparse
from collections.abc import Iterator, Sequence

import torch
from tqdm import tqdm

from esr_core.data.prepared import PreparedSet
from esr_core.devices import resolve_device
from esr_core.errors import ConfigError
from esr_core.evaluation import (
    ANSWERS,
    SET_PARTS,
    UNKNOWN_CLASSES,
    CrossEvaluation,
    JoinRules,
    Pictures,
    compute_and_store_logits,
    cross_set_key,
    evaluate_cross_set,
    labelled_pictures,
    stored_logits,
)
from esr_core.folders import expanded
from esr_core.metrics import Predictions
from esr_core.run_store import CrossSetKey, RunStore

OWN_PARTS = ("test", "validation")
OPTIONS = frozenset({"--unknown-classes", "--answers", "--device"})
"""Options that only measuring on another set uses."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--part`` and the options of another set."""
    parser.add_argument(
        "--part",
        choices=SET_PARTS,
        help="of the pictures; None is test, or of the set that --data names the test part of its owners' split, else "
        "their validation part, else all pictures",
    )
    others = parser.add_argument_group("measuring on another prepared set")
    others.add_argument("--data", type=expanded, metavar="SET", help="folder of the set; classes are joined by name")
    others.add_argument(
        "--unknown-classes",
        choices=UNKNOWN_CLASSES,
        default=UNKNOWN_CLASSES[0],
        help="whether pictures of classes that a network lacks are left out or count as wrong",
    )
    others.add_argument(
        "--answers",
        choices=ANSWERS,
        default=ANSWERS[0],
        help="classes a network may answer: all its own, where those that the set lacks are wrong, or the shared ones",
    )
    others.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:<index> or mps")


def own_part(options: argparse.Namespace) -> str:
    """The part of the run's own pictures; raises ConfigError if only another set can have it."""
    if options.part not in (None, *OWN_PARTS):
        raise ConfigError(f"--part must be {' or '.join(OWN_PARTS)} without --data, got {options.part}")
    return options.part or OWN_PARTS[0]


def evaluate_on(store: RunStore, run_ids: Sequence[str], options: argparse.Namespace) -> Iterator[CrossEvaluation]:
    """Measure each run on the set that ``--data`` names, with a bar where it has not been asked before.

    Raises:
        EsrError: if set, part, device or a run cannot be used as asked.
    """
    pictures = labelled_pictures(PreparedSet.open(options.data), options.part)
    rules, device = JoinRules(options.unknown_classes, options.answers), resolve_device(options.device)
    for run_id in run_ids:
        key = cross_set_key(store.info(run_id), store.checkpoint_sha256(run_id), pictures)
        logits = stored_logits(store, key, pictures) or _with_bar(store, key, pictures, device)
        yield evaluate_cross_set(store, run_id, pictures, logits, rules)


def _with_bar(store: RunStore, key: CrossSetKey, pictures: Pictures, device: torch.device) -> Predictions:
    with tqdm(unit="picture", desc=key.run_id, total=len(pictures.rows)) as bar:

        def progress(done: int, _total: int) -> None:
            bar.update(done - bar.n)

        return compute_and_store_logits(store, key, pictures, device, progress)
