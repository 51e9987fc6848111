"""What our side makes of a Ray cluster's answers, and of none; test_ray.py asks a real one."""

import builtins
import socket
import time
from dataclasses import replace

import pytest

from esr_core.commands import main
from esr_core.errors import ClusterError, ConfigError
from esr_core.jobs import JobQueue, Worker, launch, stop
from esr_core.jobs.places.ray.cluster import RayCluster
from esr_core.jobs.places.ray.connection import connect_to_ray
from esr_core.jobs.places.ray.log import add_to_log
from esr_core.run_store import RunStore
from tests.conftest import needs_ray

ADDRESS = "http://ray.example.org:8265"
PLACE = f"ray:{ADDRESS}"


class Answer:
    """A job as a cluster tells of it."""

    def __init__(self, submission, metadata, status="PENDING", message=""):
        self.submission, self.metadata, self.status, self.message = submission, metadata, status, message

    @property
    def is_over(self):
        return self.status in ("SUCCEEDED", "FAILED", "STOPPED")


class Cluster:
    """Two nodes; it runs nothing and does what a test tells it."""

    def __init__(self):
        self.there, self.commands, self.is_silent, self.printed = {}, [], False, ""

    def ask(self, question):
        if self.is_silent:
            raise ClusterError("no Ray cluster answers")
        return question(self)

    def node_resources(self):
        return [{"CPU": 3.0, "GPU": 1.0}, {"CPU": 5.0}]

    def submit(self, entrypoint, submission, **how):
        self.commands.append((entrypoint, how))
        self.there.setdefault(submission, Answer(submission, how["metadata"]))

    def job(self, submission):
        return self.there.get(submission)

    def jobs(self):
        return list(self.there.values())

    def log(self, _submission):
        return self.printed

    def stop(self, submission):
        self.there[submission].status = "STOPPED"


@pytest.fixture
def cluster(monkeypatch):
    made = Cluster()
    monkeypatch.setattr("esr_core.jobs.places.ray.cluster.RayConnection", lambda address: made)
    monkeypatch.setattr("esr_core.jobs.places.ray.cluster.LOOK_AGAIN_AFTER_S", -1.0)
    monkeypatch.setattr("esr_core.jobs.launching.require_place", lambda place: None)
    monkeypatch.setattr("esr_core.jobs.launching.ensure_worker", lambda store: None)
    return made


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs with a space")


def test_slots_are_gpus_and_the_cores_of_each_node(cluster, store):
    assert RayCluster(store, ADDRESS, cpus=2).slots() == {"cuda": 1, "cpu": 1 + 2}
    with pytest.raises(ConfigError, match="cores of each job must be 1 or more, got 0"):
        RayCluster(store, ADDRESS, cpus=0)


def test_a_job_is_submitted_once_with_its_resources_and_a_quoted_command(cluster, store, tiny_training):
    (run_id,) = launch(store, [tiny_training.replace(device="auto")], place=PLACE)
    worker = Worker(store, {"cpu": 1}, job_cpus=2)
    worker.look()
    worker.look()
    ((command, how),) = cluster.commands
    assert command.startswith("exec python -m esr_core train --queued ")
    assert "'" in command, "the folder's name has a space"
    assert (how["entrypoint_num_gpus"], how["entrypoint_num_cpus"]) == (1, 2)
    assert (worker.queue.job_of(run_id).state, worker.queue.job_of(run_id).slot) == ("starting", "cuda")


def test_a_silent_cluster_leaves_its_jobs_as_they_were_and_says_why(cluster, store, tiny_training):
    started, waiting = launch(store, [tiny_training] * 2, place=PLACE)
    worker = Worker(store, {"cpu": 1}, job_cpus=5)
    worker.look()
    cluster.is_silent = True
    worker.look()
    told = {run_id: worker.queue.job_of(run_id) for run_id in (started, waiting)}
    assert [told[run_id].state for run_id in (started, waiting)] == ["starting", "queued"]
    assert {job.message for job in told.values()} == {"no Ray cluster answers"}
    cluster.is_silent = False
    worker.look()
    assert {job.message for job in worker.queue.jobs()} == {""}


def test_a_job_that_ray_could_not_start_says_why(cluster, store, tiny_training):
    (run_id,) = launch(store, [tiny_training], place=PLACE)
    worker = Worker(store, {"cpu": 1})
    worker.look()
    (there,) = cluster.there.values()
    there.status, there.message = "FAILED", "no module, last available logs (truncated)\nlong"
    worker.look()
    assert worker.queue.job_of(run_id).state == "failed"
    assert worker.queue.job_of(run_id).message.startswith("its process ended before it began: no module")


def test_a_stopped_job_is_cancelled_when_the_cluster_has_ended_it(cluster, store, tiny_training):
    (run_id,) = launch(store, [tiny_training], place=PLACE)
    worker = Worker(store, {"cpu": 1})
    worker.look()
    stop(store, run_id)
    worker.look()
    worker.look()
    assert worker.queue.job_of(run_id).state == store.info(run_id).status.state == "cancelled"


def test_a_job_waits_again_under_another_name(cluster, store, tiny_training):
    (run_id,) = launch(store, [tiny_training], place=PLACE)
    job = JobQueue(store.root).job_of(run_id)
    place = RayCluster(store, ADDRESS)
    first, again = place.start(job).submission, place.start(job).submission
    later = place.start(replace(job, submitted=job.submitted + 1)).submission
    assert first == again != later


def test_each_part_of_a_log_is_added_once(tmp_path):
    add_to_log(tmp_path, "a", "one\n")
    add_to_log(tmp_path, "a", "one\ntwo\n")
    add_to_log(tmp_path, "a", "one\ntwo\n")
    add_to_log(tmp_path, "b", "one\n")
    assert (tmp_path / "log.txt").read_text() == "one\ntwo\none\n"


def test_nothing_is_stored_where_ray_is_not_installed(store, tiny_training, monkeypatch):
    imported = builtins.__import__

    def without_ray(name, *rest, **named):
        if name.partition(".")[0] == "ray" or name == "esr_core.jobs.places.ray.client":
            raise ModuleNotFoundError("No module named 'ray'")
        return imported(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without_ray)
    with pytest.raises(ClusterError, match=r"pip install -r requirements-ray\.txt"):
        launch(store, [tiny_training], place=PLACE)
    assert store.list() == []


@pytest.mark.parametrize("address", ["", "auto", "127.0.0.1:8265", "ray://127.0.0.1:10001", "os://system"])
def test_an_address_that_is_no_dashboards_is_refused(address):
    with pytest.raises(ConfigError, match="must be that of its dashboard"):
        connect_to_ray(address)


@needs_ray
def test_who_does_not_answer_within_five_seconds_is_named(tmp_path, capsys):
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        address = f"http://127.0.0.1:{mute.getsockname()[1]}"
        started = time.monotonic()
        assert main(["jobs", "--backend", "ray", "--address", address, "--runs", str(tmp_path)]) != 0
    assert time.monotonic() - started < 15, "five seconds, and some for importing Ray"
    assert f"no Ray cluster answers at {address} within 5 s" in capsys.readouterr().err


def test_a_backend_needs_an_address_and_jobs_an_action(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("ESR_RAY_ADDRESS", raising=False)
    assert main(["jobs", "--backend", "ray", "--runs", str(tmp_path)]) != 0
    assert "--address must name the dashboard of a Ray cluster" in capsys.readouterr().err
    assert main(["jobs", "--runs", str(tmp_path)]) != 0
    assert "jobs needs an action" in capsys.readouterr().err
