"""The prepared set a run learned from: what the run keeps of it, and the set itself where it is on this machine."""

from pathlib import Path

from esr_core.data.data_record import DataRecord, absent_set
from esr_core.data.location import locate_set
from esr_core.data.prepared import PreparedCard
from esr_core.errors import DamagedRunError, DataError
from esr_core.run_store.store import RunStore


def data_record(store: RunStore, run_id: str) -> DataRecord | None:
    """What a run keeps of its prepared set; None in runs of before this was stored.

    Raises:
        DamagedRunError: if it cannot be read.
    """
    card = store.environment(run_id).get("data")
    if card is None:
        return None
    try:
        return DataRecord.from_card(card)
    except (ValueError, TypeError) as error:
        raise DamagedRunError(f"{run_id}/environment.json must hold a prepared set's card: {error}") from None


def card_of_set(store: RunStore, run_id: str) -> tuple[Path, PreparedCard]:
    """Where the prepared set is that a run was trained and tested on, and its card.

    Raises:
        DataError: if it is not on this machine, or holds other pictures or labels than it did then.
        DamagedRunError: if the run does not say which one it was.
    """
    folder = locate_set(store.config(run_id))
    if reason := absent_set(data_record(store, run_id), folder):
        raise DataError(reason)
    card, used = PreparedCard.read(folder), store.environment(run_id).get("data_fingerprint")
    if card.fingerprint != used:
        raise DataError(
            f"{folder} must be as run {run_id} used it, with fingerprint {used}, but has {card.fingerprint} now"
        )
    return folder, card
