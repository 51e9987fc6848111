"""Which pictures that a run was measured on it also learned from, because training holds the same pixels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from esr_core.data.data_record import absent_set
from esr_core.data.duplicates import DUPLICATE_OF, SEEN_IN_TRAINING, also_in, overlap_warning
from esr_core.data.location import locate_set
from esr_core.data.prepared import PreparedSet
from esr_core.errors import DamagedRunError, DataError, RunError
from esr_core.run_store import RunStore
from esr_core.run_store.data_of_run import data_record

MEASURED = ("test", "validation")


@dataclass(frozen=True, slots=True)
class SeenPictures:
    """Pictures of one part of one run that were learned from as well."""

    ids: frozenset[str] = frozenset()
    problem: str = ""  # why they are not known, as one sentence; empty where they are


def seen_pictures(store: RunStore, run_id: str, part: str) -> SeenPictures:
    """What a run has stored of them; a run made before they were stored is looked up in its prepared set.

    Args:
        store: where the run is.
        run_id: of a run.
        part: ``test`` or ``validation``.
    """
    try:
        parts = store.parts(run_id)
        ids = parts.get(SEEN_IN_TRAINING.format(part))
        return SeenPictures(frozenset(_looked_up(store, run_id, parts, part) if ids is None else ids))
    except (DataError, RunError) as error:
        return SeenPictures(problem=str(error))


def stored_warning(store: RunStore, run_id: str) -> str:
    """One sentence on how many pictures a run was measured on although it learned from them; empty where on none.

    Raises:
        DamagedRunError: if the run's parts are missing or cannot be read.
    """
    parts = store.parts(run_id)
    counts = {name: len(parts.get(SEEN_IN_TRAINING.format(name), ())) for name in MEASURED}
    return overlap_warning(counts, {name: len(parts.get(name, ())) for name in MEASURED})


def _looked_up(store: RunStore, run_id: str, parts: Mapping[str, Sequence[str]], part: str) -> list[str]:
    folder = locate_set(store.config(run_id))
    if reason := absent_set(data_record(store, run_id), folder):
        raise DataError(reason)
    prepared = PreparedSet.open(folder)
    used = store.environment(run_id).get("data_fingerprint", prepared.card.fingerprint)
    if used != prepared.card.fingerprint:
        raise DataError(
            f"{prepared.folder} must be as the run used it, with fingerprint {used}, but has "
            f"{prepared.card.fingerprint} now"
        )
    if DUPLICATE_OF not in prepared.labels:
        raise DataError(
            f"{prepared.folder} was prepared before duplicates were marked; prepare it again, its fingerprint stays"
        )
    if part not in parts:
        raise DamagedRunError(f"{run_id} has stored no sample ids of its {part} part")
    branches = [ids for name, ids in parts.items() if name.startswith("training of branch")]
    learned = np.unique(np.concatenate([prepared.rows_of(ids) for ids in branches or [parts["training"]]]))
    ids = np.array(parts[part])
    return ids[also_in(prepared.labels, prepared.rows_of(ids), learned)].tolist()
