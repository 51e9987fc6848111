"""Lengths of time for people to read."""


def duration(seconds: float) -> str:
    """A length of time in the unit that suits it: "45 s", "12 min", "2.5 h".

    Args:
        seconds: at least 0.
    """
    if seconds >= 90 * 60:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
