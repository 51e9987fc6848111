"""Numbers and strangers' words as Markdown."""

import re
from collections.abc import Sequence

import numpy as np

MARKS = re.compile(r"[\\`*_\[\]<>#|~$&!:]")


def plain(text: str) -> str:
    """The text on one line, with everything escaped that Markdown would read as a mark."""
    return MARKS.sub(lambda mark: f"\\{mark[0]}", " ".join(text.split()))


def code(text: str) -> str:
    """The text as a span of code."""
    return f"`{text.replace('`', '')}`"


def code_block(text: str) -> str:
    """The text as a block of shell commands, whatever backticks are in it."""
    fence = "`" * max([3, *(len(ticks) + 1 for ticks in re.findall("`+", text))])
    return f"{fence}sh\n{text}\n{fence}"


def percent(share: float) -> str:
    """A share in [0, 1] with one decimal; n/a for NaN."""
    return "n/a" if np.isnan(share) else f"{100 * share:.1f} %"


def interval(low: float, high: float) -> str:
    """Bounds in [0, 1] as percents in brackets; nothing for NaN."""
    return "" if np.isnan(low) else f"({100 * low:.1f} to {100 * high:.1f})"


def decimals(value: float, digits: int) -> str:
    """A number with so many decimals; one above 0 that would read 0, as a p-value may, as "< 0.001", and never -0."""
    text = f"{value:z.{digits}f}"
    return f"< {10**-digits:.{digits}f}" if value > 0 and float(text) == 0 else text


def bullets(lines: Sequence[str]) -> str:
    """A list."""
    return "\n".join(f"- {line}" for line in lines)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose cells are Markdown already."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))
