"""Stored runs: one folder each, written by one process, read by anybody, never unpickled."""

from esr_core.run_store.catalogue import RunCatalogue
from esr_core.run_store.cross_sets import CrossSetKey, read_cross_set, write_cross_set
from esr_core.run_store.deletion import deletion_refusal, deletion_warning
from esr_core.run_store.notes import write_notes
from esr_core.run_store.process_identity import is_alive, process_start
from esr_core.run_store.store import RunStore
from esr_core.run_store.trash import TrashedRun, empty_trash, list_trash, restore_from_trash
from esr_core.run_store.writer import RunWriter

__all__ = [
    "CrossSetKey",
    "RunCatalogue",
    "RunStore",
    "RunWriter",
    "TrashedRun",
    "deletion_refusal",
    "deletion_warning",
    "empty_trash",
    "is_alive",
    "list_trash",
    "process_start",
    "read_cross_set",
    "restore_from_trash",
    "write_cross_set",
    "write_notes",
]
