"""Points in time: stored in UTC, shown in the reader's zone."""

import time
from zoneinfo import ZoneInfo

import pytest

from esr_core.timestamps import in_words, restamped, stamped, unstamped

WINTER, SUMMER = 1_764_102_665.9, 1_782_000_000  # 2025-11-25 20:31:05 and 2026-06-21 00:00:00 in UTC
BERLIN, KATHMANDU = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")


@pytest.mark.parametrize(
    ("seconds", "zone", "words"),
    [
        (WINTER, BERLIN, "2025-11-25 21:31 CET"),
        (SUMMER, BERLIN, "2026-06-21 02:00 CEST"),
        (WINTER, KATHMANDU, "2025-11-26 02:16 +0545"),
        (WINTER, ZoneInfo("UTC"), "2025-11-25 20:31 UTC"),
    ],
)
def test_a_time_is_shown_in_the_readers_zone_which_is_named(seconds, zone, words):
    assert in_words(seconds, zone) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/New_York", "2025-11-25 15:31 EST"),
        (":Asia/Kathmandu", "2025-11-26 02:16 +0545"),
        ("XYZ-3", "2025-11-25 23:31 XYZ"),
        ("Nowhere/City", "2025-11-25 20:31 UTC"),
        ("America", "2025-11-25 20:31 UTC"),
        ("Berlin", "2025-11-25 20:31 UTC"),
        ("", "2025-11-25 20:31 UTC"),
    ],
)
def test_without_a_zone_it_is_the_machines_and_utc_where_it_names_none_that_there_is(monkeypatch, zone, words):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert in_words(WINTER) == words
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_line_of_a_log_is_stored_in_utc_and_shown_in_the_readers_zone():
    line = stamped("branch 1 begins", WINTER)
    assert line == "2025-11-25 20:31:05 UTC branch 1 begins"
    assert restamped(line, BERLIN) == "2025-11-25 21:31:05 CET branch 1 begins"
    assert unstamped(line) == "branch 1 begins"


def test_a_line_of_an_earlier_log_is_in_utc_too_and_one_without_a_time_stays_as_it_is():
    assert restamped("2025-11-25 20:31:05 begins", BERLIN) == "2025-11-25 21:31:05 CET begins"
    assert restamped("0000-00-00 00:00:00 of a camera", BERLIN) == "0000-00-00 00:00:00 of a camera"
    assert restamped("9999-12-31 23:59:59 never", BERLIN) == "9999-12-31 23:59:59 never"
    assert restamped("Killed at 2025-11-25 20:31:05 by hand", BERLIN) == "Killed at 2025-11-25 20:31:05 by hand"
