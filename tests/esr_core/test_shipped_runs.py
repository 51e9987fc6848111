"""The runs that come with the project: whole, small enough, of the gallery, each with the card that its files give."""

from pathlib import Path

import pytest

from esr_core import open_run
from esr_core.commands.train_command import train_command
from esr_core.evaluation import model_card
from esr_core.gallery import FIRST_VISIT, GALLERY, gallery
from esr_core.metrics.diversity import label_disagreement, mean_pairwise
from esr_core.records import SHIPPED
from esr_core.run_store import RunStore

ROOT = Path(__file__).parents[2] / "runs"
STORE = RunStore(ROOT)
SHIPPED_RUNS = sorted(path.name for path in ROOT.glob(f"{SHIPPED}*"))
LIMIT_BYTES = 60_000_000


def test_the_whole_gallery_is_there_and_a_first_visit_shows_some_of_it():
    assert set(SHIPPED_RUNS) == set(GALLERY)
    assert set(FIRST_VISIT) <= set(SHIPPED_RUNS)


def test_they_are_small_enough_for_a_clone():
    assert sum(path.stat().st_size for name in SHIPPED_RUNS for path in (ROOT / name).rglob("*")) <= LIMIT_BYTES


@pytest.mark.parametrize("run_id", SHIPPED_RUNS)
def test_each_is_as_it_was_stored_and_finished(run_id):
    run = STORE.info(run_id)
    assert (run.status.state, run.status.message) == ("finished", "")
    assert list(STORE.check(run_id)) == []
    assert run.status.test_accuracy > 0.75


def test_the_ensemble_that_is_shown_first_recognises_every_class_and_is_worth_its_branches():
    evaluation = open_run("gallery-level3-varied", ROOT).evaluation()
    scores = evaluation.scores.set_index("who")
    assert scores.loc["vote", "accuracy"] > 0.81
    assert scores.loc["vote", "balanced_accuracy"] > 0.62
    assert (evaluation.confusions["vote"].diagonal() > 0).all()
    branches = scores[scores.index.str.startswith("branch")]["accuracy"]
    assert scores.loc["vote", "accuracy"] > branches.max()


@pytest.mark.parametrize("run_id", SHIPPED_RUNS)
def test_each_was_trained_as_the_gallery_trains_it(run_id):
    config = STORE.config(run_id)
    on_a_card = run_id == "gallery-wild"
    wanted = gallery(config.data, config.network.class_names, on_a_card=on_a_card)[run_id]
    assert config.replace(data_set=None) == wanted


@pytest.mark.parametrize("run_id", [name for name in SHIPPED_RUNS if name != "gallery-single"])
def test_each_ensemble_recognises_every_class_and_its_vote_is_above_the_mean_of_its_branches(run_id):
    evaluation = open_run(run_id, ROOT).evaluation()
    accuracies = evaluation.scores.set_index("who")["accuracy"]
    assert (evaluation.confusions["vote"].diagonal() > 0).all()
    assert accuracies["vote"] > accuracies[accuracies.index.str.startswith("branch")].mean()


def test_the_largest_ensemble_has_the_accuracy_that_its_size_is_for():
    vote = open_run("gallery-wild", ROOT).evaluation().scores.set_index("who").loc["vote"]
    assert vote["accuracy"] > 0.84
    assert vote["balanced_accuracy"] > 0.66


def test_branches_that_share_less_disagree_more():
    by_level = ["gallery-te", *(f"gallery-level{level}-varied" for level in range(1, 6))]
    predictions = [STORE.predictions(run_id, "test").classes for run_id in by_level]
    disagreement = [mean_pairwise(label_disagreement(each)) for each in predictions]
    assert disagreement == sorted(disagreement, reverse=True)


@pytest.mark.parametrize("run_id", SHIPPED_RUNS)
def test_the_card_beside_it_says_what_its_files_say(run_id, monkeypatch):
    monkeypatch.chdir(ROOT.parent)
    card = model_card(STORE, run_id, train_command(STORE.config(run_id)))
    assert (ROOT / run_id / "card.md").read_text(encoding="utf-8") == card


@pytest.mark.parametrize("run_id", SHIPPED_RUNS)
def test_nothing_in_it_names_the_machine_it_was_made_on(run_id):
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / run_id).glob("*") if path.suffix in (".json", ".md")]
    assert not [text for text in texts if "/opt/" in text or "/home/" in text or "/root/" in text]
