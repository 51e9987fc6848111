"""A process that is killed at any step of a change leaves what was there before or what is there after, and no more."""

import pandas as pd
import pytest

from esr_core.commands.output import write_output
from esr_core.config import TrainingConfig
from esr_core.predicting import PartialTable
from esr_core.records import RunNotes
from esr_core.run_store import RunStore, empty_trash, list_trash, restore_from_trash, write_notes
from esr_core.run_store.notes import read_notes
from tests.killing import killed_at_every_step

CONFIG = TrainingConfig(data="toy")
# Newer versions of Python warn of threads in a process that forks; the child here uses none.
pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(tmp_path / "runs")


def test_a_new_run_is_whole_or_not_there(store):
    moments = killed_at_every_step(lambda: store.create(CONFIG, run_id="one") if not list(store.list()) else None)
    states = [[(run.run_id, run.status.state) for run in store.list()] for _ in moments]
    assert states[0] == []
    assert states[-1] == [("one", "queued")]
    assert all(state in (states[0], states[-1]) for state in states)
    store.create(CONFIG, run_id="two")
    assert sorted(path.name for path in store.root.iterdir()) == ["one", "two"], "what the killed ones left is gone"


def test_a_deleted_run_comes_back_whole_or_never(store):
    store.create(CONFIG, run_id="one").cancel()
    store.delete("one")
    trash = store.root / ".trash"
    for _ in killed_at_every_step(lambda: empty_trash(store.root)):
        if list_trash(store.root):
            restore_from_trash(store.root, "one")
            assert store.info("one").status.state == "cancelled"
            store.delete("one")
    assert list(trash.iterdir()) == []


def test_notes_are_those_of_before_or_those_of_after(store):
    store.create(CONFIG, run_id="one")
    before, after = RunNotes(name="before"), RunNotes(name="after")
    write_notes(store.root, "one", before)
    moments = killed_at_every_step(lambda: write_notes(store.root, "one", after))
    seen = [read_notes(store.root, "one") for _ in moments]
    assert (seen[0], seen[-1]) == (before, after)
    assert all(notes in (before, after) for notes in seen)
    write_notes(store.root, "one", before)
    assert [path.name for path in (store.root / ".notes").iterdir()] == ["one.json"]


def test_a_prediction_that_goes_on_has_the_rows_of_before_or_more(tmp_path):
    path, columns, types = tmp_path / "faces.part", ["file", "vote"], {"file": str, "vote": str}
    with PartialTable(path, columns, types) as begun:
        for name in ("a.png", "b.png"):
            begun.append(pd.DataFrame({"file": [name], "vote": ["anger"]}))
    before, seen = path.read_bytes(), []
    for _ in killed_at_every_step(lambda: PartialTable(path, columns, types)):
        seen.append(path.read_bytes())
        path.write_bytes(before)
    assert set(seen) == {before, b"file,vote\na.png,anger\n"}, "the last file may be torn, and is done again"


@pytest.mark.parametrize("force", [False, True])
def test_a_file_for_the_user_is_whole_or_not_there(tmp_path, force):
    path = tmp_path / "scores.csv"
    seen = []
    for _ in killed_at_every_step(lambda: write_output("--output", path, b"whole", force)):
        seen.append(path.read_bytes() if path.exists() else None)
        path.unlink(missing_ok=True)
    assert seen[0] is None
    assert seen[-1] == b"whole"
    assert set(seen) == {None, b"whole"}
