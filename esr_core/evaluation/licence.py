"""Who may use a stored run: the licence of its weights, and that of the data they were learned from."""

from collections.abc import Callable

from esr_core.data.data_record import DataRecord
from esr_core.records import RunInfo
from esr_core.run_store import RunStore
from esr_core.run_store.data_of_run import data_record


def licence_of(store: RunStore, run: RunInfo) -> str:
    """The licence of a run, trained here or elsewhere, in sentences; raises DamagedRunError if it cannot be read."""
    environment = store.environment(run.run_id)
    if imported := environment.get("imported"):
        return f"{imported['licence']}."
    return licence_sentences(run, data_record(store, run.run_id), environment.get("start_licence", ""))


def licence_sentences(
    run: RunInfo, data: DataRecord | None, of_start: str = "", written: Callable[[str], str] = str
) -> str:
    """The licence of a run that was trained here.

    Args:
        run: whose weights it is about.
        data: that it learned from; None where that is not known.
        of_start: the licence of weights trained elsewhere that it goes on from; empty where there are none.
        written: how names from elsewhere are written, as ``plain`` in Markdown.
    """
    weights = "The weights: MIT, as this project." if run.is_shipped else "The weights belong to whoever trained them."
    if of_start:
        weights += f" They go on from others, {written(of_start)}."
    if data is None or data.licence in ("", "unknown"):
        return f"{weights} The data came without a licence text: ask their owners before the weights are passed on."
    return f"{weights} The data ({written(data.title)}): {written(data.licence)}."
