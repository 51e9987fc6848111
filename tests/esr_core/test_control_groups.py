"""Limits of containers and schedulers on memory, from folders as the kernel mounts them."""

import pytest

from esr_core import devices
from esr_core.control_groups import memory_left
from esr_core.devices import memory_for_a_training

GB = 10**9
UNLIMITED_V1 = 9223372036854771712  # what the kernel writes for none


@pytest.fixture
def group(tmp_path):
    """Writes a group of version 2 or 1 in the folder where they are mounted."""

    def write(path, limit, usage, inactive=0, version=2):
        folder = tmp_path / ("" if version == 2 else "memory") / path
        folder.mkdir(parents=True, exist_ok=True)
        names = ("memory.max", "memory.current") if version == 2 else ("memory.limit_in_bytes", "memory.usage_in_bytes")
        for name, value in zip(names, (limit, usage), strict=True):
            (folder / name).write_text(f"{value}\n")
        entry = "inactive_file" if version == 2 else "total_inactive_file"
        (folder / "memory.stat").write_text(f"anon 12345\n{entry} {inactive}\nslab 77\n")

    return write


@pytest.fixture
def left(tmp_path):
    """What is left to a process with these lines in its list of groups."""

    def read(*lines):
        membership = tmp_path / "self"
        membership.write_text("".join(f"{line}\n" for line in lines))
        return memory_left(tmp_path, membership)

    return read


@pytest.mark.parametrize("version", [2, 1])
def test_a_group_leaves_its_limit_less_what_is_used_and_cannot_be_dropped(group, left, version):
    group("job", 8 * GB, 5 * GB, inactive=2 * GB, version=version)
    assert left("0::/job" if version == 2 else "4:memory:/job") == 5 * GB


def test_the_tightest_group_around_a_process_counts(group, left):
    group("slurm", 16 * GB, 13 * GB)
    group("slurm/job", "max", 2 * GB)
    group("slurm/job/step", 8 * GB, 2 * GB)
    assert left("0::/slurm/job/step") == 3 * GB
    group("other", GB, GB)
    assert left("0::/slurm/job/step") == 3 * GB


def test_a_container_that_sees_its_group_as_the_root_is_held_to_it(group, left):
    group("", 4 * GB, GB, version=1)
    assert left("9:name=systemd:/docker/abc", "4:memory:/docker/abc", "0::/docker/abc") == 3 * GB


def test_without_a_limit_nothing_is_said(group, left, tmp_path):
    group("free", "max", GB)
    assert left("0::/free") is None
    assert left("0::/") is None  # the machine's own root has no such files
    assert left("3:cpuset:/x") is None
    assert memory_left(tmp_path, tmp_path / "no such file") is None  # not Linux
    group("", UNLIMITED_V1, GB, version=1)
    assert left("4:memory,hugetlb:/") > 10**18


def test_a_group_over_its_limit_leaves_nothing(group, left):
    group("job", GB, 2 * GB)
    assert left("0::/job") == 0


def test_a_training_is_held_to_the_limit_of_its_group(monkeypatch):
    monkeypatch.setattr(devices, "memory_left", lambda: 3)
    assert memory_for_a_training("cpu") == 3
    monkeypatch.setattr(devices, "memory_left", lambda: 10**18)
    assert 3 < memory_for_a_training("cpu") < 10**18
