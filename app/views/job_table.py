"""The queue as a table: what runs, what waits, what is over."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from esr_core.records import JobInfo, RunInfo


def job_table(jobs: Sequence[JobInfo], runs: Mapping[str, RunInfo], key: str) -> list[str]:
    """Draw the table, and return the ids of the runs whose rows are picked.

    Args:
        jobs: in their order.
        runs: by id; a job's run may be gone.
        key: of the table.
    """
    table = pd.DataFrame([_row(job, runs.get(job.run_id), jobs) for job in jobs])
    columns = {
        "done": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
        "pictures/s": st.column_config.NumberColumn(format="%.0f"),
        "left, min": st.column_config.NumberColumn(format="%.0f"),
        "best, %": st.column_config.NumberColumn(format="%.1f"),
        "since": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
    }
    picked = st.dataframe(
        table if table["note"].any() else table.drop(columns="note"),
        hide_index=True,
        width="stretch",
        placeholder="n/a",
        column_config=columns,
        on_select="rerun",
        selection_mode="multi-row",
        key=key,
    )
    rows = [row for row in picked["selection"]["rows"] if row < len(jobs)]
    return list(dict.fromkeys(jobs[row].run_id for row in rows))


def _row(job: JobInfo, run: RunInfo | None, jobs: Sequence[JobInfo]) -> dict[str, object]:
    progress = run.status.progress if run else None
    is_running = job.state in ("running", "stopping")
    waiting = [each.job_id for each in jobs if each.state == "queued"]
    place = f", place {waiting.index(job.job_id) + 1}" if job.state == "queued" else ""
    since = job.ended or job.started or job.submitted
    return {
        "run": run.label if run else "deleted",
        "state": job.state + place,
        "on": f"{job.slot or job.device} of {job.cluster}" if job.cluster else job.slot or job.device,
        "branch": f"{progress.branch} of {progress.num_branches}" if progress else None,
        "done": 1.0 if job.state == "finished" else progress.share if progress else None,
        "pictures/s": progress.images_per_second if progress and is_running else None,
        "left, min": progress.seconds_left / 60 if progress and progress.seconds_left and is_running else None,
        "best, %": 100 * run.best.ensemble_accuracy if run and run.best else None,
        "since": datetime.fromtimestamp(since, UTC),
        "id": job.run_id,
        "note": job.message,
    }
