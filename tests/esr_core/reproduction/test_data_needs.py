"""What data lack for a table is said, and what stands for which set."""

from dataclasses import replace

import pandas as pd
import pytest

from esr_core.data.prepared import PreparedSet


def changed(prepared: PreparedSet, name: str = "other", **columns) -> PreparedSet:
    """The set under another name, with other labels."""
    card = replace(prepared.card, name=name, title=name.upper())
    return replace(prepared, card=card, labels=prepared.labels.assign(**columns))


def test_drawn_faces_have_everything(ask):
    assert ask("figure4", "table4", "table5").missing_data == []


@pytest.mark.parametrize(
    ("exhibit", "columns", "lacking"),
    [
        ("table1", {"subject": None}, "the subject of every picture, of 10 people or more"),
        ("figure5", {"subject": "one"}, "the subject of every picture, of 10 people or more"),
        ("table3", {"subject": None}, "its owners' split, or the subject of every picture, of 10 or more"),
        ("table4", {"valence": float("nan")}, "valence and arousal"),
        ("table5", {"subject": pd.NA}, "its owners' split, or the subject of every picture, of 10 or more"),
    ],
)
def test_what_is_missing_is_named_with_the_set(ask, drawn, exhibit, columns, lacking):
    (phrase,) = ask(exhibit, sets=[changed(drawn, "builtin", **columns)]).missing_data
    assert phrase == f"{lacking}, which BUILTIN ({drawn.folder}) lacks"


def test_owners_parts_take_the_place_of_subjects_where_no_folds_are_asked(ask, drawn):
    split = ["train", "validation"] * (len(drawn.labels) // 2)
    with_parts = changed(drawn, "affectnet", subject=None, split=split)
    assert ask("table3", sets=[with_parts]).missing_data == []
    assert ask("table1", sets=[with_parts]).missing_data != []


def test_fer_labels_without_votes_are_not_ferplus(ask, drawn):
    (phrase,) = ask("figure7", sets=[changed(drawn, "fer2013")]).missing_data
    assert phrase.startswith("annotators' votes, as FER+ has, which FER2013")
    assert ask("figure7", sets=[changed(drawn, "ferplus", votes_fear=1)]).missing_data == []


def test_other_classes_are_refused_once_for_all(ask, drawn):
    card = replace(drawn.card, class_names=("calm", "cross"), title="Moods")
    missing = ask("table1", "table4", sets=[replace(drawn, card=card)]).missing_data
    assert missing == [f"the classes {', '.join(drawn.card.class_names)}, which Moods ({drawn.folder}) lacks"]


def test_each_of_the_papers_sets_is_used_for_itself_and_the_first_for_the_others(ask, drawn):
    fer, affect = changed(drawn, "ferplus"), changed(drawn, "affectnet")
    sets = ask("table5", sets=[fer, affect]).sets
    assert {name: each.card.name for name, each in sets.items()} == {
        "ck+": "ferplus",
        "affectnet": "affectnet",
        "ferplus": "ferplus",
    }
