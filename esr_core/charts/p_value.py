"""How a p-value is written, wherever a test's is shown."""

from math import isnan


def p_text(p_value: float) -> str:
    """Three decimals, "n/a" where it is not defined, and never a bare 0: no finite sample shows that."""
    if isnan(p_value):
        return "p n/a"
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"
