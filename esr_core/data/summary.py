"""What a label table says in sum: pictures per class, part and subject, annotators' votes, valence and arousal."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from esr_core.data.labels import VOTES
from esr_core.data.protocols import OFFICIAL_PARTS

UNKNOWN = ""  # class or part of a picture that has none; no class or part can be called so
MAX_POINTS = 5000


@dataclass(frozen=True, slots=True, eq=False)
class LabelSummary:
    """Small tables about a large one. A class or part that is not known is the empty text, and comes last."""

    classes: pd.DataFrame  # class, part, pictures: every class in its order, in every part there is
    subjects: pd.DataFrame  # subject, pictures, classes, parts (how many different ones); most pictures first
    votes: pd.DataFrame  # class, pictures, agreement, votes_<choice>...: means in % over the pictures with votes
    affect: pd.DataFrame  # class, pictures, valence, valence_sd, arousal, arousal_sd, over the rated pictures
    points: pd.DataFrame  # class, valence, arousal of rated pictures, in random order


def summarise(labels: pd.DataFrame, class_names: Sequence[str], max_points: int = MAX_POINTS) -> LabelSummary:
    """Sum up a label table; tables about what is not labelled are empty.

    Args:
        labels: as ``esr_core.data.labels.label_table`` has it.
        class_names: what the values of ``emotion`` stand for.
        max_points: rows of ``points`` at most, a random choice that is always the same.
    """
    classes = _classes(labels, class_names)
    rated = labels[["valence", "arousal"]].dropna()
    chosen = rated.sample(min(max_points, len(rated)), random_state=0)
    points = chosen.assign(**{"class": classes.loc[chosen.index].astype(str)})
    return LabelSummary(
        _class_counts(labels, classes),
        _subject_counts(labels),
        _mean_votes(labels, classes),
        _affect(rated, classes),
        points[["class", "valence", "arousal"]].reset_index(drop=True),
    )


def agreement(labels: pd.DataFrame) -> pd.Series:
    """Share of a picture's annotators who made its most frequent choice, in %; NaN where nobody voted.

    Args:
        labels: as ``esr_core.data.labels.label_table`` has it.
    """
    return 100 * _vote_shares(labels).max(axis=1)


def _classes(labels: pd.DataFrame, class_names: Sequence[str]) -> pd.Series:
    """Class of each picture by name, in the order of the classes; those without one last, if there are any."""
    names = [*class_names, UNKNOWN]
    codes = labels["emotion"].fillna(len(class_names)).astype(int)
    classes = pd.Series(pd.Categorical.from_codes(codes, names, ordered=True), index=labels.index, name="class")
    return classes if (classes == UNKNOWN).any() else classes.cat.remove_categories(UNKNOWN)


def _class_counts(labels: pd.DataFrame, classes: pd.Series) -> pd.DataFrame:
    order = [*OFFICIAL_PARTS, UNKNOWN]
    parts = pd.Categorical(labels["split"].fillna(UNKNOWN), order, ordered=True)
    parts = parts.remove_unused_categories()
    counts = labels.groupby([classes, pd.Series(parts, index=labels.index, name="part")], observed=False).size()
    return counts.reset_index(name="pictures").astype({"class": str, "part": str})


def _subject_counts(labels: pd.DataFrame) -> pd.DataFrame:
    people = labels.groupby("subject", observed=True)
    table = people.agg(pictures=("id", "size"), classes=("emotion", "nunique"), parts=("split", "nunique"))
    table = table.reset_index().astype({"subject": str})
    return table.sort_values(["pictures", "subject"], ascending=[False, True], ignore_index=True)


def _vote_shares(labels: pd.DataFrame) -> pd.DataFrame:
    """Share of each choice in a picture's votes, in [0, 1]; NaN where nobody voted."""
    votes = labels.filter(regex=f"^{VOTES}").astype(float).fillna(0)
    cast = votes.sum(axis=1)
    return votes.div(cast.where(cast > 0), axis=0)


def _mean_votes(labels: pd.DataFrame, classes: pd.Series) -> pd.DataFrame:
    shares = 100 * _vote_shares(labels)
    shares = shares[shares.notna().any(axis=1)]
    shares.insert(0, "agreement", shares.max(axis=1))
    by_class = shares.groupby(classes.loc[shares.index], observed=True)
    means = by_class.mean()
    means.insert(0, "pictures", by_class.size())
    return means.reset_index().astype({"class": str})


def _affect(rated: pd.DataFrame, classes: pd.Series) -> pd.DataFrame:
    by_class = rated.astype(float).groupby(classes.loc[rated.index], observed=True)
    table = by_class.agg(
        pictures=("valence", "size"),
        valence=("valence", "mean"),
        valence_sd=("valence", "std"),
        arousal=("arousal", "mean"),
        arousal_sd=("arousal", "std"),
    )
    return table.reset_index().astype({"class": str})
