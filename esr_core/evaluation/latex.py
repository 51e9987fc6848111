"""Tables for a paper."""

from collections.abc import Iterable

import pandas as pd

DIGITS = 4  # significant ones of a number with a fraction; before the point all are written
ESCAPED = str.maketrans(
    {
        **{mark: f"\\{mark}" for mark in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def latex_table(table: pd.DataFrame, caption: str) -> str:
    r"""A table as LaTeX, with the rules of the package ``booktabs``; everything in it is escaped.

    Args:
        table: a row for each row; its index is left out, and what is missing is n/a.
        caption: of it.
    """
    columns = "".join("r" if pd.api.types.is_numeric_dtype(table[name]) else "l" for name in table)
    return "\n".join(
        (
            r"\begin{table}[tb]",
            rf"\caption{{{caption.translate(ESCAPED)}}}",
            rf"\begin{{tabular}}{{{columns}}}",
            r"\toprule",
            _row(table.columns),
            r"\midrule",
            *map(_row, table.itertuples(index=False)),
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
            "",
        )
    )


def _row(cells: Iterable[object]) -> str:
    return f"{' & '.join(_text(cell).translate(ESCAPED) for cell in cells)} \\\\"


def _text(value: object) -> str:
    if isinstance(value, float):
        spelled = f"{value:.{DIGITS}g}" if abs(value) < 10**DIGITS - 0.5 else f"{value:.0f}"
        return "n/a" if pd.isna(value) else spelled
    return "n/a" if value is None or value is pd.NA else " ".join(str(value).split())
