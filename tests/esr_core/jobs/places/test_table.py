"""Places by name: stored with each job, chosen by an option or the environment, and how another kind is added."""

import pytest

from esr_core.commands import main
from esr_core.errors import ClusterError, ConfigError
from esr_core.jobs import JobQueue, Worker, launch, place_name, place_of_environment, place_title, require_place
from esr_core.jobs.places import CLUSTERS, ClusterKind, Started
from esr_core.records import HERE, JobInfo
from esr_core.run_store import RunStore

ADDRESS = "http://127.0.0.1:8265"


@pytest.fixture(autouse=True)
def by_hand(monkeypatch):
    """No worker is started, and the environment names no cluster."""
    monkeypatch.setattr("esr_core.jobs.launching.ensure_worker", lambda store: None)
    monkeypatch.delenv("ESR_RAY_ADDRESS", raising=False)


def test_names_and_what_sentences_call_them():
    assert place_name("local", None, {}) == HERE
    assert place_name("ray", ADDRESS, {}) == place_name("ray", None, {"ESR_RAY_ADDRESS": ADDRESS}) == f"ray:{ADDRESS}"
    assert place_title(HERE) == "this machine"
    assert place_title(f"ray:{ADDRESS}") == f"the Ray cluster at {ADDRESS}"
    assert place_of_environment({"ESR_RAY_ADDRESS": ADDRESS}) == f"ray:{ADDRESS}"
    assert place_of_environment({"ESR_RAY_ADDRESS": ""}) is None
    with pytest.raises(ConfigError, match=r"--address must name the dashboard of a Ray cluster, as http.*, got none"):
        place_name("ray", None, {})


def test_a_place_of_no_known_kind_is_named(store, tiny_training):
    require_place(HERE)
    with pytest.raises(ClusterError, match="a place must be one of here, ray:ADDRESS, got 'moon:base'"):
        launch(store, [tiny_training], place="moon:base")
    assert store.list() == []


def test_a_queue_with_a_place_of_a_later_version_goes_on(store, tiny_training):
    store.create(tiny_training, run_id="later")
    queue = JobQueue(store.root)
    queue.submit({"later": "cpu"}, place="moon:base")
    assert Worker(store, {"cpu": 1}).look(), "it waits"
    assert queue.job_of("later").state == "queued"
    assert "got 'moon:base'" in queue.job_of("later").message


class Partition:
    """A place of another kind of cluster, which lists what it is to start and says that it runs."""

    def __init__(self, started, address, resources):
        self.title, self.started, self.resources = f"partition {address}", started, resources

    def slots(self):
        return {"cpu": 2}

    def refresh(self):
        pass

    def start(self, job):
        self.started.append(f"{job.run_id} on {self.resources.job_cpus} cores")
        return Started(submission=f"number-{job.job_id}")

    def find(self, job):
        return None

    def find_run(self, run_id):
        return None

    def is_alive(self, job):
        return True

    def has_taken(self, job, status):
        return True

    def collect_log(self, job):
        pass


@pytest.fixture
def partitions(monkeypatch):
    """Another kind of place: one entry of the table."""
    started = []
    kind = ClusterKind(
        backend="batch",
        title="partition {address}",
        address="a partition",
        variable="ESR_PARTITION",
        open=lambda store, address, resources: Partition(started, address, resources),
        require=lambda address: None,
    )
    monkeypatch.setitem(CLUSTERS, kind.backend, kind)
    return started


def submit(store: RunStore, training, *options: str) -> str:
    """Submit a run from the command line."""
    command = ["jobs", "submit", "--data", training.data, "--level", "4", "--branches", "2", "--device", "cpu"]
    assert main([*command, "--runs", str(store.root), *options]) == 0
    return max(JobQueue(store.root).jobs(), key=lambda job: job.job_id).run_id


def test_another_kind_of_place_is_one_entry_of_the_table(store, tiny_training, partitions, capsys):
    run_id = submit(store, tiny_training, "--backend", "batch", "--address", "night")
    assert JobQueue(store.root).job_of(run_id).place == "batch:night"
    worker = Worker(store, {"cpu": 1}, job_cpus=3)
    worker.look()
    worker.look()
    job = worker.queue.job_of(run_id)
    assert (partitions, job.state, job.submission) == ([f"{run_id} on 3 cores"], "running", f"number-{job.job_id}")
    capsys.readouterr()
    assert main(["jobs", "list", "--runs", str(store.root)]) == 0
    assert "cpu of night" in capsys.readouterr().out


def test_local_means_here_whatever_the_workers_own_place_is(store, tiny_training, partitions, monkeypatch):
    at_will = submit(store, tiny_training)
    monkeypatch.setenv("ESR_PARTITION", "night")
    here = submit(store, tiny_training, "--backend", "local")
    there = submit(store, tiny_training)
    places = {run_id: JobQueue(store.root).job_of(run_id).place for run_id in (at_will, here, there)}
    assert places == {at_will: None, here: HERE, there: "batch:night"}
    one = Worker(store, {"cuda:0": 1}, place="batch:night")  # without a slot here for them, so that none is started
    one.look()
    assert one.queue.job_of(at_will).place == "batch:night"
    assert one.queue.job_of(here).message == "this machine has no slot for device cpu"
    assert sorted(partitions) == sorted(f"{run_id} on 1 cores" for run_id in (at_will, there))


@pytest.mark.parametrize(
    ("place", "slot", "where"),
    [
        (HERE, "cuda:0", "cuda:0"),
        (HERE, None, "auto"),
        (None, None, "auto"),
        (f"ray:{ADDRESS}", "cuda", f"cuda of {ADDRESS}"),
    ],
)
def test_where_a_job_is(place, slot, where):
    assert JobInfo(1, "a", "queued", 0, "auto", 0.0, slot=slot, place=place).where == where
