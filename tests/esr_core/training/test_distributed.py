"""Several processes give what one gives with a batch as large as all of theirs."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from esr_core.errors import ConfigError, TrainingError
from esr_core.networks import for_inference
from esr_core.training import ALONE, Course, Team, new_network, team_of_processes
from esr_core.training.batch_norm import JoinedBatchNorm, join_batch_norm
from tests.esr_core.training.one_of_a_team import CASES, configuration, pictures, trained

PROJECT = Path(__file__).parents[3]
STEPS = 20


def free_port() -> int:
    with socket.socket() as end:
        end.bind(("127.0.0.1", 0))
        return end.getsockname()[1]


def team_of(size: int, folder: Path, batch_size: int, cases: list[str]) -> list[dict]:
    """What each of several processes found."""
    command = [sys.executable, "-m", "tests.esr_core.training.one_of_a_team", str(folder / "answer"), str(batch_size)]
    common = {"WORLD_SIZE": str(size), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
    processes = [
        subprocess.Popen(
            [*command, *cases],
            cwd=PROJECT,
            env=os.environ | common | {"RANK": str(rank), "LOCAL_RANK": str(rank)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(size)
    ]
    said = [process.communicate(timeout=300)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * size, "\n".join(said)
    assert not any("Warning" in text for text in said), said
    return [json.loads((folder / f"answer{rank}").read_text()) for rank in range(size)]


def assert_same_training(together: dict, alone: dict, at_least: int = STEPS) -> None:
    """Losses of the first twenty steps, and every number of every validation point."""
    assert len(together["losses"]) == len(alone["losses"]) >= at_least
    for ours, theirs in list(zip(together["losses"], alone["losses"], strict=True))[:STEPS]:
        np.testing.assert_allclose(ours, theirs, atol=1e-4)
    assert len(together["records"]) == len(alone["records"]) >= 5, "at both ends of each branch at least"
    for ours, theirs in zip(together["records"], alone["records"], strict=True):
        for name, value in theirs.items():
            assert ours[name] == pytest.approx(value, abs=1e-4), name
    assert together["weights"] == pytest.approx(alone["weights"], rel=1e-3, abs=1e-8)


@pytest.mark.slow
def test_two_processes_give_the_losses_of_one_with_the_doubled_batch(tmp_path):
    first, second = team_of(2, tmp_path, 3, ["short"])
    alone = trained("short", 6)
    assert_same_training(first["short"], alone, at_least=9)
    assert first == second, "both know the same, to the last bit"
    assert first["messages"] == {"told": "ä process 0", "none": False, "any": True}
    assert first["threads"] == [], "one that outlives the team may end the process with an abort"
    before, after = (alone["records"][epoch]["training_loss"][0] for epoch in (1, 2))
    assert before - after > 0.01, "nothing was learned that could have differed"


@pytest.mark.slow
@pytest.mark.parametrize("case", sorted(CASES.keys() - {"long", "short"}))
def test_whatever_learns_and_whoever_has_its_turn(case, tmp_path):
    first, second = team_of(2, tmp_path, 3, [case])
    assert_same_training(first[case], trained(case, 6))
    assert first == second


@pytest.mark.slow
def test_a_batch_of_fewer_pictures_than_processes(tmp_path):
    """15 pictures in batches of twelve leave three for four processes."""
    found = team_of(4, tmp_path, 3, ["long"])
    assert_same_training(found[0]["long"], trained("long", 12))
    assert all(other == found[0] for other in found)


def test_a_doubled_batch_is_needed_for_the_losses_to_be_the_same():
    """That the tests above can fail: a batch of one process's size gives other losses."""
    half, whole = trained("short", 3), trained("short", 6)
    assert abs(half["records"][-1]["loss"][0] - whole["records"][-1]["loss"][0]) > 1e-3


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("count", [0, 1, 4, 17])
def test_shares_are_the_batch_and_differ_by_one_at_most(size, count):
    shares = [np.arange(count)[Team(rank, size).share(count)] for rank in range(size)]
    np.testing.assert_array_equal(np.concatenate(shares), np.arange(count))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_devices_that_processes_cannot_share_are_refused():
    team = Team(rank=1, size=2, local_rank=1)
    assert team.device("cpu").type == "cpu"
    for name in ("mps", "cuda:0"):
        with pytest.raises(ConfigError, match=f"device must be auto, cpu or cuda for .* got '{name}'"):
            team.device(name)


def test_compiled_steps_are_refused_in_several_processes():
    config = configuration(3).replace(compile=True)
    with pytest.raises(ConfigError, match="compile must be false for a training in several processes"):
        Course(config, new_network(config), pictures(Team(rank=0, size=2)))


def test_one_process_is_alone_and_bad_variables_are_named(monkeypatch):
    with team_of_processes() as team:
        assert team is ALONE
    for name, value in {"RANK": "0", "WORLD_SIZE": "1", "LOCAL_RANK": "0"}.items():
        monkeypatch.setenv(name, value)
    with team_of_processes() as team:
        assert team is ALONE, "torchrun with one process is as none"
    monkeypatch.setenv("WORLD_SIZE", "two")
    with pytest.raises(ConfigError, match="WORLD_SIZE must be a whole number, as torchrun sets it, got 'two'"):
        team_of_processes().__enter__()


def test_a_team_without_an_address_is_refused(monkeypatch):
    monkeypatch.delenv("MASTER_ADDR", raising=False)
    for name, value in {"RANK": "0", "WORLD_SIZE": "2", "LOCAL_RANK": "0"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(TrainingError, match=r"process 0 of 2 did not find the others: .*MASTER_ADDR"):
        team_of_processes().__enter__()


def test_joined_batch_norm_is_kept_by_folding_and_has_the_names_of_before():
    network = new_network(configuration(3)).eval()
    images = torch.rand(2, 1, 96, 96, generator=torch.Generator().manual_seed(0))
    before, logits = network.state_dict(), for_inference(network)(images)
    join_batch_norm(network, Team(rank=0, size=2))
    assert sum(isinstance(module, JoinedBatchNorm) for module in network.modules()) == 5
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    torch.testing.assert_close(for_inference(network)(images), logits)
