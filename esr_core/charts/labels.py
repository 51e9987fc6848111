"""Text in charts as it stands, whoever wrote it: Plotly reads tags in its labels."""

import textwrap
from html import escape

NO_CLASS = "no class"  # of pictures that have none


def for_chart(text: str, most: int = 30) -> str:
    """The text as a label of a Plotly chart, shortened to ``most`` characters."""
    return escape(shortened(text, most), quote=False)


def in_two_lines(text: str, most: int) -> str:
    """The same in up to two lines of ``most`` characters, of which the first ends between two words."""
    first, *rest = textwrap.wrap(text, most, break_on_hyphens=False) or [""]
    return "<br>".join(for_chart(line, most) for line in (first, " ".join(rest)) if line)


def shortened(text: str, most: int) -> str:
    """The text, or of a longer one the first ``most`` - 1 characters and an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
