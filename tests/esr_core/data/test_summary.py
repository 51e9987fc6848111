import pandas as pd
import pytest

from esr_core.data.labels import label_table
from esr_core.data.source import Sample
from esr_core.data.summary import agreement, summarise

NAMES = ("calm", "glad")


def table(*samples: Sample) -> pd.DataFrame:
    return label_table(samples, NAMES)


PEOPLE = table(
    Sample("1", "1.png", "glad", subject="ann", split="train"),
    Sample("2", "2.png", "calm", subject="ann", split="train"),
    Sample("3", "3.png", "glad", subject="ben", split="test"),
    Sample("4", "4.png", "glad", subject="ann", split="test"),
    Sample("5", "5.png", None, subject=None, split=None),
)


def test_pictures_are_counted_in_every_class_and_part_those_without_last():
    counts = summarise(PEOPLE, NAMES).classes.pivot_table("pictures", "class", "part", sort=False)
    assert counts.columns.tolist() == ["train", "test", ""]
    assert counts.index.tolist() == ["calm", "glad", ""]
    assert counts.to_numpy().tolist() == [[1, 0, 0], [1, 2, 0], [0, 0, 1]]


def test_a_set_without_parts_and_with_a_class_nobody_shows_has_a_row_for_each_class():
    counts = summarise(table(Sample("1", "1.png", "glad"), Sample("2", "2.png", "glad")), NAMES).classes
    assert counts.to_numpy().tolist() == [["calm", "", 0], ["glad", "", 2]]


def test_people_are_listed_with_what_they_show_and_where_they_stand():
    people = summarise(PEOPLE, NAMES).subjects
    assert people.to_numpy().tolist() == [["ann", 3, 2, 2], ["ben", 1, 1, 1]]


def test_agreement_is_the_share_of_the_most_frequent_choice_and_undefined_without_votes():
    labels = table(
        Sample("1", "1.png", "glad", votes={"glad": 9, "calm": 1}),
        Sample("2", "2.png", "glad", votes={"glad": 6, "calm": 2, "unknown": 2}),
        Sample("3", "3.png", None, votes={"glad": 0, "calm": 0}),
        Sample("4", "4.png", "calm"),
    )
    assert agreement(labels).tolist() == pytest.approx([90, 60, float("nan"), float("nan")], nan_ok=True)
    votes = summarise(labels, NAMES).votes
    assert votes.columns.tolist() == ["class", "pictures", "agreement", "votes_glad", "votes_calm", "votes_unknown"]
    assert votes.to_numpy().tolist() == [["glad", 2, 75.0, 75.0, 15.0, 10.0]]


def test_valence_and_arousal_are_summed_up_over_rated_pictures():
    labels = table(
        Sample("1", "1.png", "glad", valence=0.5, arousal=0.25),
        Sample("2", "2.png", "glad", valence=1.0, arousal=0.75),
        Sample("3", "3.png", None, valence=-0.5, arousal=-0.5),
        Sample("4", "4.png", "calm", valence=0.5),
    )
    summary = summarise(labels, NAMES)
    assert summary.affect["class"].tolist() == ["glad", ""]
    assert summary.affect.loc[0, ["pictures", "valence", "arousal"]].tolist() == [2, 0.75, 0.5]
    assert summary.affect.loc[0, "valence_sd"] == pytest.approx(0.5**0.5 / 2)
    assert sorted(summary.points.itertuples(index=False, name=None)) == [
        ("", -0.5, -0.5),
        ("glad", 0.5, 0.25),
        ("glad", 1.0, 0.75),
    ]
    assert len(summarise(labels, NAMES, max_points=2).points) == 2


def test_what_is_not_labelled_is_an_empty_table():
    summary = summarise(table(Sample("1", "1.png", "glad"), Sample("2", "2.png", "calm")), NAMES)
    assert summary.subjects.empty
    assert summary.votes.empty
    assert summary.affect.empty
    assert summary.points.empty
