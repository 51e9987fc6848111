"""How far a run has come."""

import streamlit as st

from esr_core.records import RunInfo


def run_progress(run: RunInfo) -> None:
    """A bar with branch, epoch, speed and time left; waiting is said as such."""
    progress = run.status.progress
    if progress is None:
        st.progress(0.0, text=f"{run.label}: {run.status.state}, starting")
        return
    best = f" · best {run.best.ensemble_accuracy:.1%}" if run.best else ""
    text = (
        f"{run.label}: branch {progress.branch} of {progress.num_branches}, "
        f"epoch {progress.epoch} of {progress.num_epochs}{best}{_time_left(progress.seconds_left)}"
    )
    st.progress(progress.share, text=text)


def _time_left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f" · {seconds:.0f} s left" if seconds < 90 else f" · {seconds / 60:.0f} min left"
