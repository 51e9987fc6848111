"""Stored runs: one folder each, written by one process, read by anybody, never unpickled."""

from esr_core.run_store.catalogue import RunCatalogue
from esr_core.run_store.cross_sets import CrossSetKey, read_cross_set, write_cross_set
from esr_core.run_store.status import is_alive
from esr_core.run_store.store import RunStore
from esr_core.run_store.writer import RunWriter

__all__ = ["CrossSetKey", "RunCatalogue", "RunStore", "RunWriter", "is_alive", "read_cross_set", "write_cross_set"]
