"""What a launch would cost, before the click."""

from collections.abc import Sequence

import streamlit as st

from app.kit.plain_text import for_markdown
from esr_core.durations import duration
from esr_core.records import ParameterCount


def launch_forecast(
    parameters: Sequence[ParameterCount],
    seconds: float | None,
    device: str,
    existing: Sequence[str],
    warnings: Sequence[str],
) -> None:
    """Say how many runs it would be, how big and how long, which runs there are with equal settings, and what to know.

    Args:
        parameters: of each run's network.
        seconds: of all, one after another; None where nothing comparable has finished.
        device: that they are chosen to be trained on.
        existing: their ids.
        warnings: a sentence for each run that would be measured on pictures it learns from.
    """
    totals = sorted({count.total for count in parameters})
    sizes = f"{totals[0]:,}" if len(totals) == 1 else f"{totals[0]:,} to {totals[-1]:,}"
    runs = "1 run" if len(parameters) == 1 else f"{len(parameters)} runs"
    st.caption(f"{runs} · {sizes} parameters · {_time(seconds, device)}")
    if existing:
        more = f" and {len(existing) - 1} more" if len(existing) > 1 else ""
        st.caption(for_markdown(f"There is a run with these settings already: {existing[0]}{more}"))
    if warnings:
        where = "" if len(parameters) == 1 else f"In {len(warnings)} of {runs}, for instance: "
        st.warning(for_markdown(f"{where}{warnings[0]}."))


def _time(seconds: float | None, device: str) -> str:
    where = "here" if device == "auto" else f"on {device}"
    if seconds is None:
        return f"time not known yet {where}"
    return f"about {duration(max(1, seconds))} {where}"
