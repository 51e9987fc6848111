"""The line above the comparison: what to look at."""

from collections.abc import Sequence

from app.compare.column import Column
from app.kit.network_drawing import num_shared
from app.kit.plain_text import for_markdown
from esr_core.gallery import FIRST_VISIT

ALWAYS = (
    "Look at what sharing saves in parameters and loses in accuracy; then whether the branches still disagree, and "
    "look at different parts of the face."
)


def first_look(columns: Sequence[Column], picked: Sequence[str]) -> str:
    """The same line for all comparisons; on a first visit, while its runs are picked, the numbers to begin with."""
    shared = next((each for each in columns if num_shared(each.about.network)), None)
    if shared is None or not set(picked) <= set(FIRST_VISIT):
        return ALWAYS
    return for_markdown(
        f"Begin with {shared.about.name}: sharing saves {100 * shared.saved:.0f} % of the parameters of a traditional "
        "ensemble. See what that costs in test accuracy, and whether its branches still disagree and look at different "
        "parts of the face."
    )
