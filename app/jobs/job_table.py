"""The queue as a table: what runs, what waits, what is over."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from app.shell import reader
from esr_core.records import JobInfo, JobUse, RunInfo

NUMBERS = {
    "pictures/s": ("%.0f", "Pictures learned from in a second"),
    "left, min": ("%.0f", "Minutes left"),
    "best, %": ("%.1f", "Best validation accuracy of the vote"),
    "cores": ("%.1f", "Cores of the processor in use"),
    "RAM, GB": ("%.1f", "Main memory that the training and its children reside in, 1e9 bytes"),
    "GPU, %": ("%.0f", "Share of the time that the job's card computes, for whomever"),
    "GPU, GB": ("%.1f", "Memory that the training holds on its card, 1e9 bytes"),
}
OF_PROCESSES, OF_CARDS = ("cores", "RAM, GB"), ("GPU, %", "GPU, GB")


def job_table(
    jobs: Sequence[JobInfo],
    runs: Mapping[str, RunInfo],
    use: Mapping[int, JobUse],
    key: str,
    picked: Sequence[int] = (),
) -> list[int]:
    """Draw the table, and return the rows that are picked.

    What jobs take has columns only while one has a process here, a card's only while one has a card, and priorities
    only while one is not 0: so the whole fits beside the sidebar of a laptop.

    Args:
        jobs: in their order.
        runs: by id; a job's run may be gone.
        use: what jobs with a process here take, by job id.
        key: of the table.
        picked: rows that are picked at first.
    """
    table = pd.DataFrame([_row(job, runs.get(job.run_id), jobs, use.get(job.job_id)) for job in jobs])
    has_card = any((job.slot or "").startswith("cuda") for job in jobs if job.job_id in use)
    idle = list(() if use else OF_PROCESSES) + list(() if has_card else OF_CARDS)
    idle += [name for name in ("priority", "note") if not table[name].any()]
    columns: dict[str, Any] = {
        name: st.column_config.NumberColumn(format=form, help=what) for name, (form, what) in NUMBERS.items()
    }
    columns |= {
        "done": st.column_config.ProgressColumn(format="%.0f %%", min_value=0, max_value=100, width=90),
        "since": st.column_config.TextColumn(help="Queued, started or ended"),
        "priority": st.column_config.NumberColumn(help="Higher starts first; equal ones in the order of launching"),
    }
    selection = st.dataframe(
        table.drop(columns=idle),
        hide_index=True,
        width="stretch",
        placeholder="n/a",
        column_config=columns,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": list(picked)}},
        key=key,
    )
    return [row for row in selection["selection"]["rows"] if row < len(jobs)]


def _row(job: JobInfo, run: RunInfo | None, jobs: Sequence[JobInfo], use: JobUse | None) -> dict[str, object]:
    progress = run.status.progress if run else None
    is_running = job.state in ("running", "stopping")
    waiting = [each.job_id for each in jobs if each.state == "queued"]
    place = f", place {waiting.index(job.job_id) + 1}" if job.state == "queued" else ""
    since = job.ended or job.started or job.submitted
    return {
        "run": run.label if run else "deleted",
        "state": job.state + place,
        "priority": job.priority,
        "on": job.where,
        "branch": f"{progress.branch} of {progress.num_branches}" if progress else None,
        "done": 100.0 if job.state == "finished" else 100 * progress.share if progress else None,
        "pictures/s": progress.images_per_second if progress and is_running else None,
        "left, min": progress.seconds_left / 60 if progress and progress.seconds_left and is_running else None,
        "best, %": 100 * run.best.ensemble_accuracy if run and run.best else None,
        "cores": use.cpu_cores if use else None,
        "RAM, GB": use.memory_bytes / 1e9 if use else None,
        "GPU, %": 100 * use.gpu_share if use and use.gpu_share is not None else None,
        "GPU, GB": use.gpu_memory_bytes / 1e9 if use and use.gpu_memory_bytes is not None else None,
        "since": reader.time_of(since),
        "id": job.run_id,
        "note": job.message,
    }
