"""Text in charts as it stands, whoever wrote it: Plotly reads tags in its labels."""

from html import escape


def for_chart(text: str, most: int = 30) -> str:
    """The text as a label of a Plotly chart, shortened to ``most`` characters."""
    return escape(shortened(text, most), quote=False)


def shortened(text: str, most: int) -> str:
    """At most so many characters of a text, the last of which says that there are more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
