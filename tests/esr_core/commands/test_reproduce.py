"""``reproduce``: what it says before it trains, what it refuses, and what it writes."""

from collections import Counter

import pandas as pd
import pytest

from esr_core.commands import exhibit_runs, main, reproduce
from esr_core.data.prepared import PreparedSet
from esr_core.jobs import Worker, only_worker, processes
from esr_core.networks import ESR
from esr_core.records import RunInfo
from esr_core.reproduction import EXHIBITS, EXPERIMENTS, SCALES, Report, Request, plan_runs, sets_in_place
from esr_core.run_store import RunStore
from tests.planted import planted_set
from tests.simulated import store_simulated


@pytest.fixture
def call(tmp_path, prepared_faces):
    """Runs the command on ten drawn people, or other sets, with its own folders; the exit status."""

    def called(*arguments: str, data: str = str(prepared_faces / "tiny")) -> int:
        folders = ["--runs", str(tmp_path / "runs"), "--prepared", str(tmp_path / "prepared")]
        return main(["reproduce", *arguments, "--data", data, "--device", "cpu", *folders])

    return called


def test_a_dry_run_counts_the_runs_and_stores_nothing(call, tmp_path, capsys):
    assert call("all", "--dry-run", "--scale", "half") == 0
    said = capsys.readouterr().out
    assert "227 runs, 227 missing; what is left takes a time that is not known yet, one after another" in said
    assert "ESR-4 level 5 interleaved    10       10" in said
    assert not (tmp_path / "runs").exists()


def test_data_that_lack_everything_are_refused_with_what_is_missing(call, tmp_path, capsys):
    planted_set(tmp_path / "planted")
    assert call("table1", data=str(tmp_path / "planted")) == 2
    said = capsys.readouterr().err
    assert "error: table1 needs the classes neutral, happiness" in said
    assert "the subject of every picture, of 10 people or more, which Planted" in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["table1", "--start", "run"], "--start is not used for table1, which goes on from no run"),
        (["table1", "--dry-run", "--queue"], "--queue is not used with --dry-run"),
        (["table1", "--queue", "--jobs", "2"], "--jobs is not used with --queue, whose worker has its own slots"),
        (["table1", "--jobs", "0"], "--jobs must be 1 or more, got 0"),
    ],
)
def test_options_that_others_leave_without_use_are_refused(call, capsys, arguments, sentence):
    assert call(*arguments) == 2
    assert sentence in capsys.readouterr().err


def test_what_has_finished_is_not_trained_again_and_is_written(call, tmp_path, prepared_faces, capsys):
    store, tiny = RunStore(tmp_path / "runs"), PreparedSet.open(prepared_faces / "tiny")
    sets = sets_in_place([each.data for each in EXPERIMENTS.values()], [tiny])
    for each in plan_runs(Request(EXHIBITS["table1"].experiments, SCALES["quick"], sets), store, []):
        store_simulated(store, each.run_id, each.config, 0.6)
    before = {run.run_id for run in store.list()}
    output = tmp_path / "documents"
    for name in ("table1", "table2"):
        assert call(name, "--scale", "quick", "--output", str(output)) == 0
    assert {run.run_id for run in store.list()} == before
    assert "8 runs, 8 finished" in capsys.readouterr().out
    table = pd.read_csv(output / "table1.csv")
    assert table["paper, %"].tolist() == [85.5, 89.2, 89.4, 88.5]
    assert table["trials"].tolist() == ["2 of 2"] * 4
    text = (output / "table2.md").read_text(encoding="utf-8")
    assert "## Missing" not in text
    assert "- Built-in faces (easy) in place of CK+" in text


def test_a_folder_that_holds_somebodys_file_of_such_a_name_is_left_as_it_is(call, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(
        exhibit_runs, "launch", lambda store, configs: pytest.fail("queued before the folder was looked at")
    )
    mine = tmp_path / "table5.csv"
    mine.write_text("mine")
    assert call("table5", "--scale", "quick", "--queue", "--output", str(tmp_path)) == 2
    sentence = f"error: --output {tmp_path} holds table5.csv, which reproduce did not write: name another folder\n"
    assert capsys.readouterr().err == sentence
    assert mine.read_text() == "mine"


def test_queued_runs_wait_and_are_not_trained_here(call, tmp_path, monkeypatch, capsys):
    launched: list = []
    monkeypatch.setattr(exhibit_runs, "launch", lambda store, configs: launched.extend(configs))
    assert call("table5", "--scale", "quick", "--queue", "--output", str(tmp_path / "documents")) == 0
    assert [config.network.num_branches for config in launched] == [4]
    assert "waiting in the queue: 1 runs" in capsys.readouterr().out
    text = (tmp_path / "documents" / "table5.md").read_text(encoding="utf-8")
    assert "ESR-9 fine-tuned on FER+: 2 missing of 2, waiting for ESR-9 on AffectNet" in text.replace("\\", "")


def test_of_all_exhibits_together_each_run_is_read_once(call, tmp_path, prepared_faces, monkeypatch):
    store, tiny = RunStore(tmp_path / "runs"), PreparedSet.open(prepared_faces / "tiny")
    sets = sets_in_place([each.data for each in EXPERIMENTS.values()], [tiny])
    planned = plan_runs(Request(("single", "level4-frozen"), SCALES["quick"], sets), store, [])
    for each in planned:
        store_simulated(store, each.run_id, each.config, 0.6)
    reads, lists = Counter(), Counter()
    read, read_all = RunStore.predictions, RunStore.list
    monkeypatch.setattr(RunStore, "predictions", lambda store, *of: (reads.update([of]), read(store, *of))[1])
    monkeypatch.setattr(RunStore, "list", lambda store: (lists.update(["list"]), read_all(store))[1])
    monkeypatch.setattr(exhibit_runs, "launch", lambda store, configs: None)
    assert call("all", "--scale", "quick", "--queue", "--output", str(tmp_path / "documents")) == 0
    assert reads == {(each.run_id, "test"): 1 for each in planned}, "by Tables 1 and 2 and Figure 4 together"
    assert lists["list"] == 2, "before training and after it"
    documents = sorted(path.name for path in (tmp_path / "documents").glob("*.md"))
    assert documents == sorted(f"{name}.md" for name in EXHIBITS)
    assert pd.read_csv(tmp_path / "documents" / "figure4.csv")["ours, %"].notna().sum() == 2


def test_jobs_take_up_what_waited_for_others_once_these_have_finished(call, tmp_path, monkeypatch):
    waves: list = []

    def serve(worker: Worker, until_idle_s: float) -> None:
        waiting = [run for run in worker.store.list() if run.status.state == "queued"]
        waves.append([run.config.task for run in waiting])
        for run in waiting:
            finish_untrained(worker.store, run)

    monkeypatch.setattr(Worker, "serve", serve)
    monkeypatch.setattr(processes, "start", lambda *_: pytest.fail("a second worker was started"))
    monkeypatch.setattr(reproduce, "report", lambda exhibit, *_: Report(exhibit, [], [], []))
    assert call("table4", "--scale", "quick", "--jobs", "2", "--output", str(tmp_path / "documents")) == 0
    assert waves == [["emotion"], ["affect"]]


def test_jobs_are_not_begun_beside_another_worker(call, tmp_path, capsys):
    store = RunStore(tmp_path / "runs")
    with only_worker(store):
        assert call("table3", "--scale", "quick", "--jobs", "2", "--output", str(tmp_path / "documents")) == 2
    assert capsys.readouterr().err == f"error: another worker is at work on {store.root}\n"
    assert not store.list()


def finish_untrained(store: RunStore, run: RunInfo) -> None:
    """End a queued run with untrained weights, to go on from."""
    writer = store.writer(run.run_id)
    writer.start({})
    writer.save_network(ESR.from_config(run.config.network))
    writer.finish({"accuracy": 0.5})


@pytest.mark.slow
def test_figure_4_is_made_whole_on_built_in_faces(tmp_path, capsys):
    """About eight minutes on a core: 44 trainings of a few epochs."""
    folders = ["--runs", str(tmp_path / "runs"), "--prepared", str(tmp_path / "prepared")]
    command = ["reproduce", "figure4", "--scale", "quick", "--data", "builtin", "--device", "cpu", *folders]
    assert main([*command, "--output", str(tmp_path / "out")]) == 0
    table = pd.read_csv(tmp_path / "out" / "figure4.csv")
    assert table["trials"].tolist() == ["2 of 2"] * 22
    assert table["ours, %"].between(0, 100).all()
    assert "How does the branching level" in (tmp_path / "out" / "figure4.html").read_text(encoding="utf-8")
    store = RunStore(tmp_path / "runs")
    runs = store.list()
    assert len(runs) == 44
    shared = [store.environment(run.run_id).get("first_branch_from") for run in runs]
    assert sum(each is not None for each in shared) == 2 * 15, "all that add branches in turn but the first of a fold"
    assert main([*command, "--dry-run"]) == 0
    assert capsys.readouterr().out.endswith("44 runs, 44 finished\n")
    assert main([*command[:1], "figure5", *command[2:], "--output", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "figure5.png").read_bytes().startswith(b"\x89PNG")
