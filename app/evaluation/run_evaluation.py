"""What the picked runs are worth, as page Evaluation shows it: their measures, and which confusions to look at."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from app import answers
from app.kit.plain_text import for_markdown
from esr_core.charts.confusion import COUNTS, SHARES
from esr_core.errors import RunError
from esr_core.evaluation import Evaluation, reading_notes, stacked
from esr_core.metrics import ENSEMBLE_RULES


def evaluations(run_ids: Sequence[str], part: str) -> dict[str, Evaluation]:
    """Everything measured of each run, by its id; of one that has no predictions it is said why not."""
    found = {}
    for run_id in run_ids:
        try:
            found[run_id] = answers.evaluation(run_id, part)
        except RunError as error:
            st.warning(for_markdown(f"{error}."))
    return found


def stacked_tables(found: Mapping[str, Evaluation], table: Callable[[Evaluation], pd.DataFrame]) -> pd.DataFrame:
    """The same table of all runs as one, with a column ``run`` in front."""
    return stacked({run_id: table(one) for run_id, one in found.items()})


def notes(found: Mapping[str, Evaluation]) -> None:
    """What one has to know to read the numbers."""
    for sentence in reading_notes(found):
        st.caption(for_markdown(sentence))


def choose_confusion(found: Mapping[str, Evaluation]) -> tuple[str, str]:
    """Whose confusions to show, and in which unit."""
    who_box, unit_box, _ = st.columns([3, 4, 4], vertical_alignment="bottom")
    there = dict.fromkeys(who for one in found.values() for who in reversed(one.confusions))
    rules = [rule.name for rule in ENSEMBLE_RULES if rule.name in there]
    options = [*rules, *sorted(there.keys() - set(rules), key=lambda who: (len(who), who))]
    who = who_box.selectbox("Confusions of", options, key="evaluation_who", persist_state="session")
    unit = unit_box.segmented_control(
        "In", [SHARES, COUNTS], default=SHARES, required=True, key="evaluation_unit", persist_state="session"
    )
    return who, unit
