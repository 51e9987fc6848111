"""Several runs' evaluations beside each other: their tables as one, and what to know to read them."""

from collections.abc import Mapping

import pandas as pd

from esr_core.evaluation.report import Evaluation


def stacked(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Tables of several runs, by run id, as one with a column ``run`` in front; no rows where none has any."""
    filled = [table.assign(run=run_id) for run_id, table in tables.items() if not table.empty]
    if not filled:
        return pd.DataFrame()
    whole = pd.concat(filled, ignore_index=True)
    return whole[["run", *whole.columns.drop("run")]]


def reading_notes(evaluations: Mapping[str, Evaluation]) -> list[str]:
    """What one has to know to read the numbers of these runs, one sentence for all runs that it is true of."""
    drawn = _by_text({run_id: one.drawn for run_id, one in evaluations.items()})
    phrases = (text if len(drawn) == 1 else f"{text} of {', '.join(runs)}" for text, runs in drawn.items())
    notes = [
        f"Intervals hold the accuracy of 95 % of bootstrap samples, drawn from {'; '.join(phrases)}; few give too "
        "narrow ones."
    ]
    problems = _by_text({run_id: one.problem for run_id, one in evaluations.items()})
    notes += [f"Who is on the pictures of {', '.join(runs)} is not known: {why}." for why, runs in problems.items()]
    notes += _seen_notes(evaluations)
    absent = _by_text({run_id: ", ".join(one.absent) for run_id, one in evaluations.items()})
    return notes + [
        f"No picture tests {names} in {', '.join(runs)}: no recall, and no part in balanced accuracy and macro F1."
        for names, runs in absent.items()
    ]


def _seen_notes(evaluations: Mapping[str, Evaluation]) -> list[str]:
    """Which runs were measured on pictures that they also learned from."""
    counts = {run_id: (one.num_seen, one.scores["pictures"].iloc[0]) for run_id, one in evaluations.items()}
    seen = _by_text({run_id: f"{some:,} of {every:,}" if some else "" for run_id, (some, every) in counts.items()})
    problems = _by_text({run_id: one.seen_problem for run_id, one in evaluations.items()})
    return [
        f"Of the pictures of {', '.join(runs)}, {text} are also learned from, for training holds the same pixels; "
        "the scores on unseen pictures leave them out."
        for text, runs in seen.items()
    ] + [
        f"Which pictures of {', '.join(runs)} are also learned from is not known: {why}."
        for why, runs in problems.items()
    ]


def _by_text(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Run ids by the text that is true of them; runs of which none is are left out."""
    runs: dict[str, list[str]] = {}
    for run_id, text in texts.items():
        if text:
            runs.setdefault(text, []).append(run_id)
    return runs
