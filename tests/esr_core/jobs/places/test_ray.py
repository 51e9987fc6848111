"""Jobs on a real Ray cluster: a head and a second node on loopback, with token authentication."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from esr_core.commands import main
from esr_core.jobs import JobQueue, Worker, launch, requeue, stop
from esr_core.jobs.places.ray.cluster import RayCluster
from esr_core.run_store import RunStore
from tests.conftest import needs_ray
from tests.esr_core.jobs.test_worker import LONG, looked_until

pytestmark = [pytest.mark.slow, needs_ray]
ROOT = Path(__file__).parents[4]
START_S = 90


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Address of a cluster of two nodes with one core each; this process has its token."""
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))  # a socket's path has room for a hundred characters
    (folder / "token").write_text(secrets.token_hex(32))
    ours = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(folder / "token")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    loopback = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_USAGE_STATS_ENABLED": "0", "RAY_TMPDIR": str(folder)}
    port = free_port()
    with pytest.MonkeyPatch.context() as patch, (folder / "cluster.log").open("wb") as log:
        for name, value in ours.items():
            patch.setenv(name, value)
        nodes = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("two_nodes.py")), str(port)],
            env=os.environ | loopback | {"PATH": path},
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(lambda: "ready" in (folder / "cluster.log").read_text(), nodes)
            yield f"http://127.0.0.1:{port}"
        finally:
            family = psutil.Process(nodes.pid).children(recursive=True)
            nodes.communicate(timeout=60)
            for each in psutil.wait_procs(family, timeout=10)[1]:
                each.kill()
            shutil.rmtree(folder, ignore_errors=True)


def wait_for(is_there, nodes) -> None:
    deadline = time.monotonic() + START_S
    while not is_there():
        assert nodes.poll() is None, "the cluster did not start"
        assert time.monotonic() < deadline, "the cluster did not start in time"
        time.sleep(0.2)


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(tmp_path / "runs with a space")


@pytest.fixture(autouse=True)
def by_hand(monkeypatch):
    monkeypatch.setattr("esr_core.jobs.launching.ensure_worker", lambda store: None)


@pytest.fixture
def there(cluster):
    """Ray's own client, which tells what is there without our code."""
    from ray.job_submission import JobSubmissionClient

    return JobSubmissionClient(cluster)


def looked_until_all(worker: Worker, state: str, seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while {job.state for job in worker.queue.jobs()} != {state}:
        assert time.monotonic() < deadline, [(job.state, job.message) for job in worker.queue.jobs()]
        worker.look()
        time.sleep(0.1)


def epochs_of(store: RunStore, run_id: str) -> int:
    progress = store.info(run_id).status.progress
    return progress.epochs_done if progress else 0


def test_a_sweep_spreads_over_both_nodes_and_leaves_finished_runs_with_their_logs(
    cluster, there, store, tiny_training, capsys
):
    command = ["jobs", "submit", "--runs", str(store.root), "--backend", "ray", "--address", cluster]
    command += ["--data", tiny_training.data, "--level", "4", "--branches", "2", "--epochs", "1", "--later-epochs", "1"]
    assert main([*command, "--batch-size", "14", "--device", "cpu", "--seeds", "0-3"]) == 0
    launched = capsys.readouterr().out.split()
    one = Worker(store, {"cpu": 1})  # of this machine: each job names its cluster
    looked_until_all(one, "finished")
    assert [store.info(run_id).status.state for run_id in launched] == ["finished"] * 4
    assert all(store.check(run_id) == [] for run_id in launched)
    jobs = {job.run_id: there.get_job_info(job.submission) for job in one.queue.jobs()}
    assert len({details.driver_node_id for details in jobs.values()}) == 2
    for run_id in launched:
        log = "\n".join(store.log_tail(run_id, 1000))
        assert f"{run_id}: finished, test accuracy" in log
        assert log.count("Running entrypoint") == 1
    assert main(["jobs", "list", "--runs", str(store.root)]) == 0
    assert f"finished 0 cpu of {cluster}" in " ".join(capsys.readouterr().out.split())


def test_a_stop_stores_where_the_training_stands_and_a_resumed_one_goes_on_from_there(
    cluster, there, store, tiny_training
):
    (run_id,) = launch(
        store, [tiny_training.replace(epochs_first_branch=60, validate_every_epochs=30)], place=f"ray:{cluster}"
    )
    one = Worker(store, {"cpu": 1})
    looked_until(one, run_id, "running")
    while epochs_of(store, run_id) < 3:
        time.sleep(0.1)
    stop(store, run_id)
    asked = time.monotonic()
    looked_until(one, run_id, "cancelled", seconds=20)
    assert time.monotonic() - asked < 12
    assert store.info(run_id).status.state == "cancelled"
    assert store.training_state(run_id) is not None
    first = one.queue.job_of(run_id)
    assert first.message == "", "it ended by itself"
    assert there.get_job_info(first.submission).status == "STOPPED"

    requeue(store, run_id, place=f"ray:{cluster}")
    looked_until(one, run_id, "finished")
    second = one.queue.job_of(run_id)
    assert second.submission != first.submission
    assert [record.epoch for record in store.history(run_id) if record.branch == 1] == [0, 1, 30, 50, 60]
    assert there.get_job_info(second.submission).status == "SUCCEEDED"


def test_a_job_that_waits_for_a_node_is_stopped_before_it_begins(cluster, store, tiny_training):
    runs = launch(store, [tiny_training.replace(**LONG)] * 3, place=f"ray:{cluster}")
    one = Worker(store, {"cpu": 1})
    looked_until(one, runs[0], "running")
    looked_until(one, runs[1], "running")
    assert one.queue.job_of(runs[2]).state == "queued", "there are two cores"
    for run_id in reversed(runs):
        stop(store, run_id)
    looked_until_all(one, "cancelled", seconds=30)
    assert store.history(runs[2]) == []


def test_a_killed_training_is_interrupted_and_a_killed_worker_runs_nothing_twice(
    cluster, there, store, tiny_training, monkeypatch
):
    (run_id,) = launch(store, [tiny_training.replace(**LONG)], place=f"ray:{cluster}")
    command = [sys.executable, "-m", "esr_core", "jobs", "worker", "--runs", str(store.root)]
    with subprocess.Popen([*command, "--backend", "ray", "--address", cluster], cwd=ROOT) as first:
        queue = JobQueue(store.root)
        deadline = time.monotonic() + 120
        while queue.job_of(run_id).state != "running":
            assert time.monotonic() < deadline
            time.sleep(0.2)
        first.kill()
    submission = queue.job_of(run_id).submission
    assert there.get_job_info(submission).status == "RUNNING", "its training goes on"
    two = Worker(store, {"cpu": 1})
    for _ in range(20):
        two.look()
        time.sleep(0.1)
    assert queue.job_of(run_id).state == "running"
    assert [job.submission_id for job in there.list_jobs() if run_id in job.entrypoint] == [submission]

    os.kill(store.info(run_id).status.pid, signal.SIGKILL)
    looked_until(two, run_id, "interrupted", seconds=10)
    assert "its process is gone: Job entrypoint command failed" in queue.job_of(run_id).message
    assert store.info(run_id).status.state == "interrupted"


def test_a_worker_killed_between_submitting_and_noting_finds_the_job_again(cluster, there, store, tiny_training):
    (run_id,) = launch(store, [tiny_training.replace(**LONG)], place=f"ray:{cluster}")
    queue = JobQueue(store.root)
    job = queue.claim({"cpu": 1}, f"ray:{cluster}")
    place = RayCluster(store, cluster)
    submission = place.start(job).submission
    assert queue.job_of(run_id).submission is None, "it was not noted"
    assert place.start(job).submission == submission, "what is there already is not submitted again"
    one = Worker(store, {"cpu": 1})
    looked_until(one, run_id, "running")
    assert queue.job_of(run_id).submission == submission
    assert len([each for each in there.list_jobs() if run_id in each.entrypoint]) == 1

    queue.path.write_bytes(b"no database" * 500)  # the queue is made anew while it runs
    two = Worker(store, {"cpu": 1}, f"ray:{cluster}")
    with pytest.raises(StopIteration):  # its clock ends after one look, and a worker stays as long as something runs
        two.run(clock=iter([0.0]).__next__)
    assert (queue.job_of(run_id).state, queue.job_of(run_id).submission) == ("running", submission)
    stop(store, run_id)
    looked_until(two, run_id, "cancelled", seconds=20)


def test_what_fails_on_a_node_says_why(cluster, store, tiny_training):
    gone, elsewhere = launch(
        store,
        [tiny_training.replace(data=str(store.root / "gone")), tiny_training.replace(device="cuda:1")],
        place=f"ray:{cluster}",
    )
    one = Worker(store, {"cpu": 1})
    looked_until_all(one, "failed")
    assert "gone" in one.queue.job_of(gone).message
    assert one.queue.job_of(elsewhere).message == f"the Ray cluster at {cluster} has no slot for device cuda:1"


def test_a_wrong_token_is_refused_and_its_jobs_wait_with_the_reason(cluster, store, tiny_training, tmp_path):
    (run_id,) = launch(store, [tiny_training], place=f"ray:{cluster}")
    (tmp_path / "wrong").write_text(secrets.token_hex(32))
    # in other processes, for Ray keeps what it has read
    strange = os.environ | {"RAY_AUTH_TOKEN_PATH": str(tmp_path / "wrong")}
    told = f"the Ray cluster at {cluster} does not let us in"
    command = [sys.executable, "-m", "esr_core", "jobs", "worker", "--runs", str(store.root)]
    named = subprocess.run(
        [*command, "--address", cluster], env=strange, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert named.returncode != 0
    assert told in named.stderr
    assert len(named.stderr.splitlines()) == 1
    queue = JobQueue(store.root)
    with subprocess.Popen(command, env=strange, cwd=ROOT) as stranger:
        deadline = time.monotonic() + 60
        while told not in queue.job_of(run_id).message:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        stranger.kill()
    assert queue.job_of(run_id).state == "queued"
    looked_until(Worker(store, {"cpu": 1}), run_id, "finished")
    assert queue.job_of(run_id).message == ""
