"""The zone of whoever looks at a page."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
import streamlit as st

from app.shell import reader


@pytest.mark.parametrize(
    ("named", "zone"),
    [("Asia/Tokyo", ZoneInfo("Asia/Tokyo")), (None, ZoneInfo("UTC")), ("Etc/Unknown", UTC), ("../etc/passwd", UTC)],
)
def test_a_browser_that_names_no_zone_gets_utc(monkeypatch, named, zone):
    monkeypatch.setattr(type(st.context), "timezone", named)
    assert reader.zone() == zone


def test_a_time_that_is_not_known_stays_empty():
    assert reader.time_of(None) is None
