"""In which settings runs differ: a row for each run, without what all of them share."""

from collections.abc import Sequence

from app.kit.figure import draw_table
from app.runs.run_fields import num_equal_settings, run_fields
from esr_core.evaluation.axes import setting_fields
from esr_core.records import RunInfo


def settings_table(runs: Sequence[RunInfo]) -> str:
    """Draw the table; a sentence about what it leaves out."""
    settings = setting_fields(runs)
    equal = f"{num_equal_settings(runs)} settings are the same in all of these runs."
    if settings.empty or not len(settings.columns):
        return equal
    named = run_fields(runs)[["run", "id"]]
    table = named.join(settings)
    draw_table("In which settings do these runs differ?", table, table, "settings", has_all_rows=len(table) <= 10)
    return equal
