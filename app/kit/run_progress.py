"""How far a run has come."""

import streamlit as st

from app.kit.plain_text import for_markdown
from esr_core.durations import duration
from esr_core.records import Progress, RunInfo


def run_progress(run: RunInfo) -> None:
    """A bar with branch, epoch, pictures, speed and time left; waiting is said as such."""
    progress = run.status.progress
    if progress is None:
        st.progress(0.0, text=f"{for_markdown(run.label)}: {run.status.state}, starting")
        return
    best = f" · best {run.best.ensemble_accuracy:.1%}" if run.best else ""
    text = (
        f"{for_markdown(run.label)}: branch {progress.branch} of {progress.num_branches}, "
        f"epoch {progress.epoch} of {progress.num_epochs}{best}{_pictures(progress)}"
    )
    left = "" if progress.seconds_left is None else f" · {duration(progress.seconds_left)} left"
    st.progress(progress.share, text=text + left)


def _pictures(progress: Progress) -> str:
    """Pictures done and their speed; nothing of what an older run does not say."""
    if progress.images_done is None:
        return ""
    if progress.validated is not None:
        return f" · {progress.images_done:,} of {progress.images_total:,} pictures, validating {progress.validated:.0%}"
    speed = "" if progress.images_per_second is None else f", {progress.images_per_second:.0f} a second"
    return f" · {progress.images_done:,} of {progress.images_total:,} pictures{speed}"
