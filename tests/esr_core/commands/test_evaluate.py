import json
import re

import numpy as np
import pandas as pd
import pytest

from esr_core.commands import main
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.emotions import EMOTIONS
from esr_core.run_store import RunStore
from tests.planted import as_made_before, planted_set, planted_training
from tests.simulated import store_simulated, store_sweep


@pytest.fixture
def base(prepared_faces) -> TrainingConfig:
    return TrainingConfig(data=str(prepared_faces / "tiny"), network=NetworkConfig(num_branches=3))


def evaluated(store: RunStore, *arguments: object) -> int:
    return main(["evaluate", *map(str, arguments), "--runs", str(store.root)])


def test_each_branch_and_rule_is_printed_with_its_interval(store, base, capsys):
    store_simulated(store, "one", base, skill=0.8)
    assert evaluated(store, "one") == 0
    said = capsys.readouterr().out
    rows = [line.split()[1] for line in said.splitlines() if line.strip().startswith("one ")]
    assert rows == ["branch", "branch", "branch", "vote", "mean", *EMOTIONS]  # the second table is recall by class
    assert "Intervals hold the accuracy of 95 % of bootstrap samples, drawn from 1 subjects; few give" in said
    assert "valence" not in said


def test_numbers_are_written_as_csv_and_as_json_without_rounding(store, base, tmp_path):
    store_simulated(store, "one", base, skill=0.7)
    store_simulated(store, "two", base.replace(seed=1), skill=0.5, affect=True)
    for name in ("out.csv", "out.json"):
        assert evaluated(store, "one", "two", "--output", tmp_path / name) == 0
    table = pd.read_csv(tmp_path / "out.csv")
    said = store.predictions("one", "test")
    vote = table[(table["run"] == "one") & (table["who"] == "vote")].iloc[0]
    assert vote["accuracy"] == (said.vote.predictions == said.labels).mean()
    values = json.loads((tmp_path / "out.json").read_text())
    assert [row["accuracy"] for row in values["scores"]] == pytest.approx(table["accuracy"].tolist())
    assert values["scores"][3]["calibration_error"] is None  # a vote has no probability
    assert {row["run"] for row in values["valence and arousal"]} == {"two"}
    assert np.sum(values["confusions"]["one"]["vote"]) == len(said.labels)
    assert len(values["reliability of the mean probability"]) == 2 * 15


def test_the_diversity_of_branches_is_printed_and_saved(store, base, tmp_path, capsys):
    store_simulated(store, "one", base, skill=0.7)
    single = base.replace(network=base.network.replace(num_branches=1))
    store_simulated(store, "alone", single, skill=0.7)
    assert evaluated(store, "one", "alone", "--output", tmp_path / "out.json") == 0
    table = capsys.readouterr().out.partition("diversity of branches\n")[2].partition("\n\n")[0].splitlines()
    assert table[0].split()[-4:] == ["one", "what", "it", "says"]  # a single branch has no diversity
    (row,) = [line.split() for line in table if line.split()[:2] == ["label", "disagreement"]]
    classes = store.predictions("one", "test").classes
    pairs = [(classes[:, i] != classes[:, j]).mean() for i, j in [(0, 1), (0, 2), (1, 2)]]
    assert row[2:4] == ["higher", f"{np.mean(pairs):.4f}"]
    saved = {row["measure"]: row for row in json.loads((tmp_path / "out.json").read_text())["diversity of branches"]}
    assert saved["label disagreement"]["one"] == pytest.approx(np.mean(pairs))
    assert "ambiguity, affect" not in saved


def test_trials_of_groups_are_compared(store, base, capsys):
    run_ids = store_sweep(store, base, 0.4, folds=range(4), levels=[0, 3])
    assert evaluated(store, *run_ids, "--test", "wilcoxon", "--measure", "macro F1") == 0
    said = capsys.readouterr().out
    assert "groups: macro F1" in said
    assert "pairs of groups: macro F1, test wilcoxon" in said
    (pair,) = [line for line in said.splitlines() if line.split()[:1] == ["TE-3"] and "ESR-3" in line]
    assert re.search(r"ESR-3 level 3 varied +4 ", pair)  # trials


def test_trials_that_do_not_match_are_refused_with_the_count(store, base, capsys):
    run_ids = store_sweep(store, base, 0.4, folds=range(4), levels=[0, 3])
    assert evaluated(store, *run_ids[:-1]) == 2
    assert "must have the same trials to be paired, found 1 of 4 folds and seeds" in capsys.readouterr().err


def test_a_prepared_set_that_is_gone_is_said_and_pictures_are_drawn(store, base, capsys, tmp_path):
    store_simulated(store, "one", base, skill=0.8)
    path = store.folder("one") / "config.json"
    path.write_text(path.read_text().replace(base.data, str(tmp_path / "gone")))
    assert evaluated(store, "one") == 0
    said = capsys.readouterr().out
    assert "drawn from 28 pictures; " in said
    assert "Who is on the pictures of one is not known: " in said
    assert "gone is not a prepared set" in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nobody"], "there is no run 'nobody'"),
        (["young"], "run young has stored no predictions of its test part: it has not finished"),
        (["one", "--output", "out.xlsx"], "--output must end in .csv or .json, got out.xlsx"),
        (["one", "--output", "nowhere/out.csv"], "--output nowhere/out.csv cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(store, base, arguments, sentence, capsys):
    store_simulated(store, "one", base, skill=0.8)
    store.create(base, run_id="young")
    assert evaluated(store, *arguments) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert len(error.splitlines()) == 1


def test_scores_are_given_without_pictures_that_were_learned_from(store, tmp_path, capsys):
    prepared = planted_set(tmp_path / "set")
    store_simulated(store, "planted", planted_training(prepared.folder), skill=0.5)
    assert evaluated(store, "planted", "--output", tmp_path / "out.json") == 0
    assert "Of the pictures of planted, 1 of 3 are also learned from" in capsys.readouterr().out
    values = json.loads((tmp_path / "out.json").read_text())
    assert [values[title][0]["pictures"] for title in ("scores", "scores on unseen pictures")] == [3, 2]
    said = store.predictions("planted", "test").where(np.array([False, True, True]))  # of g, h and j
    right = (said.classes[:, 0] == said.labels).mean()
    assert values["scores on unseen pictures"][0]["accuracy"] == right


def test_where_it_is_not_known_what_was_learned_from_it_is_said(store, tmp_path, capsys):
    prepared = as_made_before(planted_set(tmp_path / "set"))
    store_simulated(store, "planted", planted_training(prepared.folder), skill=0.5)
    assert evaluated(store, "planted") == 0
    said = capsys.readouterr().out
    assert "Which pictures of planted are also learned from is not known: " in said
    assert "scores on unseen pictures" not in said
