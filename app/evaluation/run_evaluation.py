"""What the picked runs are worth, as page Evaluation shows it: their measures, and which confusions to look at."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from app import answers
from app.evaluation.confusion_chart import COUNTS, SHARES
from app.kit.plain_text import for_markdown
from esr_core.errors import RunError
from esr_core.evaluation import Evaluation


def evaluations(run_ids: Sequence[str], part: str) -> dict[str, Evaluation]:
    """Everything measured of each run, by its id; of one that has no predictions it is said why not."""
    found = {}
    for run_id in run_ids:
        try:
            found[run_id] = answers.evaluation(run_id, part)
        except RunError as error:
            st.warning(for_markdown(f"{error}."))
    return found


def stacked(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Tables of several runs as one, with a column ``run`` in front; no rows where none has any."""
    filled = [table.assign(run=run_id) for run_id, table in tables.items() if not table.empty]
    if not filled:
        return pd.DataFrame()
    whole = pd.concat(filled, ignore_index=True)
    return whole[["run", *whole.columns.drop("run")]]


def notes(found: Mapping[str, Evaluation]) -> list[str]:
    """What one has to know to read the numbers, said once for all runs that it is true of."""
    drawn = _by_text({run_id: one.drawn for run_id, one in found.items()})
    told = "; ".join(text if len(drawn) == 1 else f"{text} of {', '.join(runs)}" for text, runs in drawn.items())
    sentences = [
        f"Intervals hold the accuracy of 95 % of bootstrap samples, drawn from {told}; few give too narrow ones."
    ]
    problems = _by_text({run_id: one.problem for run_id, one in found.items()})
    sentences += [
        f"Who is on the pictures of {', '.join(runs)} is not known: {why}." for why, runs in problems.items() if why
    ]
    sentences += _seen_notes(found)
    absent = _by_text({run_id: ", ".join(one.absent) for run_id, one in found.items()})
    sentences += [
        f"No picture tests {names} in {', '.join(runs)}: no recall, and no part in balanced accuracy and macro F1."
        for names, runs in absent.items()
        if names
    ]
    return sentences


def _seen_notes(found: Mapping[str, Evaluation]) -> list[str]:
    """Which runs were measured on pictures that they also learned from."""
    counts = {run_id: (one.num_seen, one.scores["pictures"].iloc[0]) for run_id, one in found.items()}
    seen = _by_text({run_id: f"{some:,} of {every:,}" if some else "" for run_id, (some, every) in counts.items()})
    problems = _by_text({run_id: one.seen_problem for run_id, one in found.items()})
    return [
        f"Of the pictures of {', '.join(runs)}, {text} are also learned from, for training holds the same pixels; "
        "the columns on unseen pictures leave them out."
        for text, runs in seen.items()
        if text
    ] + [
        f"Which pictures of {', '.join(runs)} are also learned from is not known: {why}."
        for why, runs in problems.items()
        if why
    ]


def choose_confusion(found: Mapping[str, Evaluation]) -> tuple[str, str]:
    """Whose confusions to show, and in which unit."""
    who_box, unit_box, _ = st.columns([3, 4, 4], vertical_alignment="bottom")
    there = dict.fromkeys(who for one in found.values() for who in reversed(one.confusions))
    rules = [who for who in ("vote", "mean probability") if who in there]
    options = [*rules, *sorted(there.keys() - set(rules), key=lambda who: (len(who), who))]
    who = who_box.selectbox("Confusions of", options, key="evaluation_who")
    unit = unit_box.segmented_control("In", [SHARES, COUNTS], default=SHARES, required=True, key="evaluation_unit")
    return who, unit


def _by_text(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Run ids by what is said of them."""
    runs: dict[str, list[str]] = {}
    for run_id, text in texts.items():
        runs.setdefault(text, []).append(run_id)
    return runs
