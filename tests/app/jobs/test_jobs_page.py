"""Launching from the form, and the page that shows the queue."""

import shutil
import subprocess
import sys
from dataclasses import replace
from zoneinfo import ZoneInfo

import psutil
import pytest
import streamlit as st

from app.shell import clicks
from app.training import plan
from app.training.training_choice import TrainingChoice
from esr_core.config import DataSetConfig, NetworkConfig, TrainingConfig
from esr_core.errors import ConfigError
from esr_core.jobs import JobQueue
from esr_core.records import Progress
from esr_core.timestamps import in_words
from tests.app.conftest import open_page, sentences, store_run

CHOICE = TrainingChoice(
    "tiny",
    None,
    (3,),
    ("varied",),
    seeds="0",
    folds="0",
    settings={"epochs_first_branch": 40, "network.architecture": "lab", "device": "cpu"},
)


class Card:
    """What the form knows of a prepared set."""

    class_names = ("neutral", "happiness")
    identity = DataSetConfig(name="tiny", fingerprint="0" * 64)


@pytest.fixture
def quiet(monkeypatch):
    """No worker is started."""
    monkeypatch.setattr("app.shell.clicks.ensure_worker", lambda store: None)
    monkeypatch.setattr("esr_core.jobs.launching.ensure_worker", lambda store: None)


def configs(**changes):
    return plan.training_configs(replace(CHOICE, **changes), {"tiny": Card()})


def caption(app) -> str:
    return " ".join(box.value for box in app.caption)


def test_the_form_says_what_it_would_cost_and_one_click_launches_it_once(store, prepared_faces, monkeypatch, quiet):
    monkeypatch.setenv("ESR_PREPARED", str(prepared_faces))
    app = open_page()
    app.number_input(key="train-none-branches").set_value(3)
    app.button_group(key="train-none-levels-lab").set_value([0, 4]).run()
    assert "2 runs · 206,360 to 393,624 parameters · time not known yet" in caption(app)
    (button,) = [button for button in app.button if button.label == "Train 2 runs"]
    button.click().run()
    assert sorted(run.config.network.branching_level for run in store.list()) == [0, 4]
    assert {run.config.network.num_branches for run in store.list()} == {3}
    assert len({run.config.group for run in store.list()}) == 1
    assert [job.state for job in JobQueue(store.root).jobs()] == ["queued", "queued"]
    assert "There is a run with these settings already" in caption(app)


@pytest.fixture
def advice(monkeypatch):
    """A machine that computes bfloat16, and the configurations that were measured on it."""
    measured = []
    monkeypatch.setattr(
        "app.answers.precision.measured_advice", lambda config: measured.append(config) or "bfloat16 learns faster"
    )
    st.cache_data.clear()
    yield measured
    st.cache_data.clear()


def test_the_open_form_says_what_bfloat16_would_bring_where_no_precision_was_chosen(
    store, prepared_faces, monkeypatch, quiet, advice
):
    monkeypatch.setenv("ESR_PREPARED", str(prepared_faces))
    app = open_page()
    assert advice == [], "nobody has opened the form"
    app.session_state["train-form"] = True
    app.run()
    assert "bfloat16 learns faster" in caption(app)
    app.number_input(key="train-none-branches").set_value(3).run()
    assert len(advice) == 1, "measured once"
    app.button_group(key="train-none-precision").set_value("bfloat16").run()
    assert "bfloat16 learns faster" not in caption(app)
    next(button for button in app.button if button.label == "Train").click().run()
    assert [run.config.precision for run in store.list()] == ["bfloat16"]


def test_a_launch_without_a_chosen_precision_stays_in_float32(store, prepared_faces, monkeypatch, quiet, advice):
    monkeypatch.setenv("ESR_PREPARED", str(prepared_faces))
    app = open_page()
    app.session_state["train-form"] = True
    app.run()
    next(button for button in app.button if button.label == "Train").click().run()
    assert [run.config.precision for run in store.list()] == ["float32"]


def test_what_cannot_be_is_refused_in_the_form_and_nothing_is_launched(store, prepared_faces, monkeypatch, quiet):
    monkeypatch.setenv("ESR_PREPARED", str(prepared_faces))
    app = open_page()
    app.text_input(key="train-none-seeds").set_value("0-x").run()
    assert "seeds: must be numbers as 0,2,4-6, got '0-x'" in sentences(app)
    (button,) = [button for button in app.button if button.label == "Train"]
    assert button.disabled
    app.text_input(key="train-none-seeds").set_value("0-1").run()
    assert "seeds" not in sentences(app)
    assert [button.disabled for button in app.button if button.label == "Train 2 runs"] == [False]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"data": "../etc"}, r"data must be one of tiny, got '\.\./etc'"),
        ({"levels": []}, "levels: choose at least one"),
        ({"strategies": []}, "strategies: choose at least one"),
        ({"levels": [6]}, "branching_level must be 0-5 for the lab network, got 6"),
        ({"folds": "10"}, "fold"),
        ({"seeds": "5-1"}, "seeds: must be numbers"),
        ({"seeds": "0-5000"}, "seeds: must be a thousand numbers at most"),
    ],
)
def test_choices_that_are_refused(changes, sentence):
    with pytest.raises(ConfigError, match=sentence):
        configs(**changes)


def test_choices_become_a_group_of_configurations():
    made = configs(levels=[0, 3], strategies=["varied", "frozen"], seeds="0-1")
    described = {(each.network.branching_level, each.strategy, each.seed) for each in made}
    assert described == {(0, "varied", 0), (0, "varied", 1)} | {
        (3, strategy, seed) for strategy in ("varied", "frozen") for seed in (0, 1)
    }
    assert configs()[0].validate_every_epochs == 2
    assert configs()[0].group == ""


def test_the_page_shows_jobs_in_order_with_their_places(store):
    store_run(store, "done")
    network = NetworkConfig(branching_level=3, num_branches=2)
    for name in ("first", "second"):
        store.create(TrainingConfig(data="toy", network=network), run_id=name)
    queue = JobQueue(store.root)
    queue.submit({"done": "cpu"})
    queue.set_state(queue.jobs()[0].job_id, "finished")
    queue.submit({"first": "cpu"})
    queue.submit({"second": "cpu"}, priority=1)
    queue.pause("the disk is full")
    app = open_page("jobs")
    assert not app.exception
    table = app.main.dataframe[0].value
    assert table["id"].tolist() == ["second", "first", "done"]
    assert table["state"].tolist() == ["queued, place 1", "queued, place 2", "finished"]
    assert table["priority"].tolist() == [1, 0, 0]
    assert not {"cores", "RAM, GB", "GPU, %"} & set(table), "nothing has a process"
    assert "The queue is paused: the disk is full" in sentences(app)
    next(button for button in app.main.button if button.label == "Go on with the queue").click().run()
    assert queue.pause_reason() is None


def test_priorities_have_a_column_only_while_one_is_given(store):
    for name in ("first", "second"):
        store_run(store, name)
    queue = JobQueue(store.root)
    queue.submit({"first": "cpu", "second": "cpu"})
    assert "priority" not in open_page("jobs").main.dataframe[0].value


@pytest.mark.parametrize(("name", "column"), [("jobs", "since"), ("runs", "created")])
def test_times_are_those_of_the_readers_zone_which_is_named(store, monkeypatch, name, column):
    store_run(store, "done")
    queue = JobQueue(store.root)
    queue.submit({"done": "cpu"})
    monkeypatch.setattr(type(st.context), "timezone", "Asia/Tokyo")
    moment = {"jobs": queue.jobs()[0].submitted, "runs": store.info("done").created}[name]
    (table,) = open_page(name).main.dataframe
    assert table.value[column].tolist() == [in_words(moment, ZoneInfo("Asia/Tokyo"))]
    assert table.value[column][0].endswith(" JST")


def test_a_running_job_shows_its_pictures_within_an_epoch(store):
    writer = store.create(TrainingConfig(data="toy"), run_id="here")
    writer.start({})
    writer.progress(Progress(1, 4, 0, 20, 0, 80, 138.4, 5400.0, 12_480, 500_900))
    queue = JobQueue(store.root)
    queue.submit({"here": "cpu"})
    queue.set_state(queue.claim({"cpu": 1}).job_id, "running")
    app = open_page("jobs")
    text = "branch 1 of 4, epoch 0 of 20 · 12,480 of 500,900 pictures, 138 a second · 1.5 h left"
    assert [bar.proto.text for bar in app.sidebar.get("progress")] == [f"ESR-4 level 3 varied: {text}"]
    (row,) = app.main.dataframe[0].value.to_dict("records")
    assert (row["done"], row["pictures/s"], row["left, min"]) == (100 * 12_480 / 500_900, 138.4, 90.0)


def test_a_run_that_validates_shows_how_much_of_it_is_done(store):
    writer = store.create(TrainingConfig(data="toy"), run_id="here")
    writer.start({})
    writer.progress(Progress(1, 4, 0, 20, 0, 80, None, 90.0, 0, 500_900, validated=0.4))
    (bar,) = open_page("jobs").sidebar.get("progress")
    assert bar.proto.text.endswith("epoch 0 of 20 · 0 of 500,900 pictures, validating 40% · 2 min left")


def test_a_run_of_an_earlier_version_shows_its_epochs(store):
    writer = store.create(TrainingConfig(data="toy"), run_id="here")
    writer.start({})
    writer.progress(Progress(1, 4, 5, 20, 5, 80))
    (bar,) = open_page("jobs").sidebar.get("progress")
    assert bar.proto.text == "ESR-4 level 3 varied: branch 1 of 4, epoch 5 of 20"


def test_clicks_on_runs_of_the_queue(store, quiet, monkeypatch):
    said = []
    monkeypatch.setattr("app.shell.clicks.session.set_problem", said.append)
    store_run(store, "done")
    network = NetworkConfig(branching_level=3, num_branches=2)
    queue = JobQueue(store.root)
    for name in ("first", "second"):
        store.create(TrainingConfig(data="toy", network=network), run_id=name)
        queue.submit({name: "cpu"})
    clicks.start_first(["second"])
    assert [job.run_id for job in queue.jobs()] == ["second", "first"]
    clicks.stop_runs(["first", "done"])
    assert store.info("first").status.state == "cancelled"
    assert said == ["run done cannot be stopped: it is finished"]
    clicks.resume_runs(["first"])
    assert store.info("first").status.state == "queued"
    clicks.delete_runs(["done", "second"])
    assert sorted(run.run_id for run in store.list()) == ["first", "second"]
    assert said[1:] == ["run second is queued; stop it before deleting it"]
    queue.ask_to_stop(queue.job_of("first").job_id)
    shutil.rmtree(store.folder("first"))
    clicks.delete_runs(["first", "second"])
    assert [job.run_id for job in queue.jobs()] == ["second"], "of a run that is gone its jobs go"


def test_clicks_change_the_priority_of_those_that_wait(store, quiet):
    queue = JobQueue(store.root)
    for name in ("first", "second"):
        store.create(TrainingConfig(data="toy"), run_id=name)
        queue.submit({name: "cpu"})
    clicks.change_priority(["second", "gone"], 1)
    assert [(job.run_id, job.priority) for job in queue.jobs()] == [("second", 1), ("first", 0)]
    clicks.change_priority(["second", "first"], -1)
    assert [(job.run_id, job.priority) for job in queue.jobs()] == [("second", 0), ("first", -1)]


def test_a_job_that_runs_shows_what_it_takes_and_a_cards_use_where_it_has_one(store):
    queue, sleeper = JobQueue(store.root), subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    process = psutil.Process(sleeper.pid)
    for name, device in (("here", "cpu"), ("there", "cuda:0")):
        store.create(TrainingConfig(data="toy"), run_id=name)
        queue.submit({name: device})
    job = queue.claim({"cpu": 1})
    queue.note(job.job_id, pid=process.pid, process_started=process.create_time())
    table = open_page("jobs").main.dataframe[0].value
    assert table["RAM, GB"][0] == pytest.approx(process.memory_info().rss / 1e9, rel=0.05)
    assert table["RAM, GB"].isna().tolist() == [False, True]
    assert "GPU, %" not in table
    job = queue.claim({"cuda:0": 1})
    queue.note(job.job_id, pid=process.pid, process_started=process.create_time())
    table = open_page("jobs").main.dataframe[0].value
    assert table[["GPU, %", "GPU, GB"]].isna().all().all(), "no card: n/a"
    sleeper.kill()
    sleeper.wait()


def test_a_pick_stays_with_its_job_when_the_order_changes(store, quiet):
    queue = JobQueue(store.root)
    for name in ("first", "second", "third"):
        store.create(TrainingConfig(data="toy"), run_id=name)
        queue.submit({name: "cpu"})
    app = open_page("jobs")
    numbers = {job.run_id: job.job_id for job in queue.jobs()}
    app.session_state["jobs_picked"] = [numbers["third"]]
    queue.set_priority(numbers["third"], 1)  # by somebody else: it stands in the first row now
    app.run()
    assert not app.exception
    assert app.session_state["jobs_picked"] == [numbers["third"]]
    assert "(third)" in " ".join(heading.value for heading in app.main.subheader)
    button(app, "Higher").click().run()
    assert {job.run_id: job.priority for job in queue.jobs()} == {"third": 2, "first": 0, "second": 0}
    assert not button(app, "Higher").disabled
    queue.ask_to_stop(numbers["third"])  # now it stands last
    app.run()
    assert app.session_state["jobs_picked"] == [numbers["third"]]
    assert button(app, "Higher").disabled, "it waits no more"


def button(app, label):
    (found,) = [button for button in app.main.button if button.label == label]
    return found
