"""``runs`` names, tags, deletes and restores."""

import pytest

from esr_core.commands import main
from esr_core.config import NetworkConfig, StartConfig, TrainingConfig
from esr_core.records import RunNotes
from esr_core.run_store import RunStore

CONFIG = TrainingConfig(data="toy", network=NetworkConfig(branching_level=4, num_branches=2))


@pytest.fixture
def store(tmp_path) -> RunStore:
    """Two runs that were cancelled, the second going on from the first."""
    store = RunStore(tmp_path / "runs")
    store.create(CONFIG, run_id="first").cancel()
    start = StartConfig(run_id="first", sha256="0" * 64, num_branches=2)
    store.create(CONFIG.replace(start=start), run_id="second").cancel()
    return store


@pytest.fixture
def esr(store, capsys):
    """The command ``runs`` on these runs: its exit status and what it prints."""

    def run(*arguments: str) -> tuple[int, str]:
        status = main(["runs", "--runs", str(store.root), *arguments])
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return run


def test_a_run_is_named_tagged_and_noted(store, esr):
    assert esr("first", "--name", "the first", "--tags", "paper, best") == (0, "")
    assert esr("first", "--notes", "why") == (0, "")
    assert store.info("first").notes == RunNotes("the first", ("paper", "best"), "why")
    listing = esr()[1]
    assert "the first" in listing
    assert "paper, best" in listing
    assert "the first" in esr("first", "second")[1]
    assert esr("first", "--name", "", "--tags", "")[0] == 0
    assert store.info("first").notes == RunNotes(text="why")


def test_notes_that_cannot_be_read_are_not_written_over(store, esr):
    path = store.root / ".notes" / "first.json"
    path.parent.mkdir()
    path.write_text('{"text": "a whole evening\'s thoughts",}')
    status, printed = esr("first", "--tags", "best")
    assert status == 2
    assert ".notes/first.json cannot be read" in printed
    assert "a whole evening" in path.read_text()


def test_what_is_deleted_is_listed_in_the_trash_and_restored(store, esr):
    assert esr("second", "--delete") == (0, "")
    assert [run.run_id for run in store.list()] == ["first"]
    assert esr("--trash")[1].startswith("second: deleted 20")
    assert esr("second", "--restore") == (0, "")
    assert len(store.list()) == 2
    assert esr("second", "second", "--delete") == (0, "")
    assert esr("second", "second", "--restore") == (0, "")
    assert esr("first", "second", "--delete")[0] == 0
    assert esr("--empty-trash") == (0, "")
    assert esr("--trash")[1] == f"the trash of {store.root} is empty\n"
    assert "no runs" in esr()[1]


def test_a_start_is_deleted_only_by_force_and_nothing_with_it(store, esr):
    status, printed = esr("first", "--delete")
    assert status == 2
    assert "first is the start of second: they keep their own weights" in printed
    assert "--force deletes all the same" in printed
    store.create(CONFIG, run_id="waiting")
    assert "run waiting is queued; stop it" in esr("second", "waiting", "--delete")[1]
    assert len(store.list()) == 3
    assert esr("first", "--delete", "--force") == (0, "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--delete", "--delete must come with a run, got 0"),
        ("first second --name both", "--name must come with one run, got 2"),
        ("first --delete --name x", "--name is not used with --delete"),
        ("first --trash", "RUN is not used with --trash"),
        ("first --restore --check", "--check is not used with --restore"),
        ("first --restore", "there is no run 'first' in the trash"),
        ("gone --name x", "there is no run 'gone'"),
    ],
)
def test_what_does_not_go_together_is_refused(arguments, sentence, store, esr):
    status, printed = esr(*arguments.split())
    assert status == 2
    assert sentence in printed
    assert len(store.list()) == 2
