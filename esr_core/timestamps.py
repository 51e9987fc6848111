"""Points in time: stored in UTC, shown to people in their own zone, which is named."""

import os
import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FORMAT = "%Y-%m-%d %H:%M"
# Earlier logs name the zone in their first line alone
STAMP = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?: UTC)? ")


def in_words(seconds: float, zone: tzinfo | None = None) -> str:
    """A point in time for people to read: "2026-11-28 22:41 CET".

    Args:
        seconds: since the beginning of 1970 in UTC.
        zone: of the reader; None takes this machine's.
    """
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(zone or _here()):{FORMAT} %Z}"


def stamped(sentence: str, seconds: float) -> str:
    """A line of a log: "2026-11-28 21:41:05 UTC branch 1 begins".

    Args:
        sentence: without a full stop.
        seconds: since the beginning of 1970 in UTC.
    """
    return f"{datetime.fromtimestamp(seconds, UTC):{FORMAT}:%S %Z} {sentence}"


def restamped(line: str, zone: tzinfo | None = None) -> str:
    """A line of a log with its time, where it begins with one, in a reader's zone; None takes this machine's."""
    if (stamp := STAMP.match(line)) is None:
        return line
    try:
        moment = datetime.strptime(f"{stamp[1]} +0000", f"{FORMAT}:%S %z").astimezone(zone or _here())
    except (ValueError, OverflowError):  # no time that there is, in a line of whatever a training printed
        return line
    return f"{moment:{FORMAT}:%S %Z} {line[stamp.end() :]}"


def unstamped(line: str) -> str:
    """A line of a log without its time."""
    return line if (stamp := STAMP.match(line)) is None else line[stamp.end() :]


def _here() -> tzinfo | None:
    """The machine's zone; None where the system knows it, which computes in UTC, misnamed, for one that it does not."""
    name = os.environ.get("TZ", "").removeprefix(":")
    is_rule = "/" not in name and any(map(str.isdigit, name))  # such as CET-1CEST
    if not name or is_rule or name.startswith("/"):
        return None
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
    return None
