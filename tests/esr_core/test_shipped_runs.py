"""The runs that come with the project: whole, small enough, of the gallery, each with the card that its files give."""

from pathlib import Path

import pytest

from esr_core import open_run
from esr_core.commands.train_command import train_command
from esr_core.evaluation import model_card
from esr_core.gallery import FIRST_VISIT, GALLERY
from esr_core.records import SHIPPED
from esr_core.run_store import RunStore

ROOT = Path(__file__).parents[2] / "runs"
STORE = RunStore(ROOT)
SHIPPED_RUNS = sorted(path.name for path in ROOT.glob(f"{SHIPPED}*"))
LIMIT_BYTES = 60_000_000


def test_there_are_some_and_a_first_visit_shows_them():
    assert SHIPPED_RUNS
    assert set(SHIPPED_RUNS) <= set(GALLERY)
    assert set(FIRST_VISIT) & set(SHIPPED_RUNS)


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
def test_the_card_beside_it_says_what_its_files_say(run_id, monkeypatch):
    monkeypatch.chdir(ROOT.parent)
    card = model_card(STORE, run_id, train_command(STORE.config(run_id)))
    assert (ROOT / run_id / "card.md").read_text(encoding="utf-8") == card


@pytest.mark.parametrize("run_id", SHIPPED_RUNS)
def test_nothing_in_it_names_the_machine_it_was_made_on(run_id):
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / run_id).glob("*") if path.suffix in (".json", ".md")]
    assert not [text for text in texts if "/opt/" in text or "/home/" in text or "/root/" in text]
