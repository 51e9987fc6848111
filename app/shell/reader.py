"""Where the reader's clock is: times are shown as it has them."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from esr_core import timestamps


def zone() -> tzinfo:
    """The zone of the reader's browser; UTC where it names none, or one that this machine does not know."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def time_of(seconds: float | None) -> str | None:
    """A point in time in the reader's zone: "2026-11-28 22:41 CET"; None of one that is not known.

    Args:
        seconds: since the beginning of 1970 in UTC.
    """
    return None if seconds is None else timestamps.in_words(seconds, zone())
