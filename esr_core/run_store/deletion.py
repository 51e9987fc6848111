"""What deleting runs would take from others: the ensembles that they went on from."""

from collections.abc import Collection, Iterable

from esr_core.records import RunInfo


def going_on_from(run_id: str, runs: Iterable[RunInfo], besides: Collection[str] = ()) -> list[RunInfo]:
    """The runs that a run is the start of.

    Args:
        run_id: of the run.
        runs: to look among.
        besides: ids of runs that are deleted with it and need it no more.
    """
    return [
        run
        for run in runs
        if run.config and run.config.start and run.config.start.run_id == run_id and run.run_id not in besides
    ]


def deletion_refusal(run: RunInfo, runs: Iterable[RunInfo]) -> str | None:
    """Why a run cannot be deleted now, a sentence; None where it can.

    It cannot while it waits or trains, nor while another one waits that is to go on from it.
    """
    if not run.is_over:
        return f"run {run.run_id} is {run.status.state}; stop it before deleting it"
    if waiting := [each for each in going_on_from(run.run_id, runs) if not each.is_over]:
        names = ", ".join(each.run_id for each in waiting)
        return f"run {run.run_id} is the start of {names}, not finished yet; stop that before deleting it"
    return None


def deletion_warning(run_ids: Collection[str], runs: Iterable[RunInfo]) -> str:
    """Which other runs went on from those to be deleted, a sentence; empty where none did."""
    pairs = [(run_id, going_on_from(run_id, runs, besides=run_ids)) for run_id in run_ids]
    parts = [f"{run_id} is the start of {', '.join(run.run_id for run in later)}" for run_id, later in pairs if later]
    if not parts:
        return ""
    return f"{'; '.join(parts)}: they keep their own weights, but cannot be trained again without it"
