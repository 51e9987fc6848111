"""A run's settings in the form: "again, but ..."."""

from collections.abc import Mapping

from esr_core.data.prepared import PreparedCard
from esr_core.presets import Preset, settings_of
from esr_core.records import RunInfo


def copied_settings(run: RunInfo, sets: Mapping[str, PreparedCard]) -> dict[str, Preset]:
    """What the form offers to be filled with, under a name of the run; nothing of a damaged one."""
    if run.config is None:
        return {}
    settings = settings_of(run.config) | ({"start": run.config.start} if run.config.start else {})
    absent = "" if set_of(run, sets) else "; its own prepared set is not here"
    return {name_of(run): Preset(f"the settings of {run.title}, seed and fold among them{absent}", settings)}


def name_of(run: RunInfo) -> str:
    """What these settings are called in the form."""
    return f"as {run.run_id}"


def set_of(run: RunInfo, sets: Mapping[str, PreparedCard]) -> str | None:
    """Id of the prepared set that the run learned from; None where it is not among these."""
    if run.config is None:
        return None
    return next((name for name, card in sets.items() if card.fingerprint == run.config.data_key), None)
