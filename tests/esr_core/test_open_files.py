"""The limit of open files is raised where it can be, and is one sentence before the work where it cannot."""

import resource
from pathlib import Path

import pytest

from esr_core.commands import main
from esr_core.errors import ConfigError
from esr_core.open_files import require_open_files


@pytest.fixture
def limits(monkeypatch):
    """Sets the limits that the system seems to have, and returns those that were asked for."""
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: asked.append(limits))

    def have(limit: int, highest: int) -> list[tuple[int, int]]:
        monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, highest))
        return asked

    return have


@pytest.mark.parametrize(
    ("limit", "highest", "raised"),
    [
        (1024, 4096, []),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, []),
        (64, 4096, [(100, 4096)]),
        (64, resource.RLIM_INFINITY, [(100, resource.RLIM_INFINITY)]),
    ],
)
def test_the_limit_is_raised_where_it_is_too_low(limits, limit, highest, raised):
    asked = limits(limit, highest)
    require_open_files(100)
    assert asked == raised


def test_a_limit_that_cannot_be_raised_is_refused(limits):
    limits(20, 64)
    with pytest.raises(ConfigError, match=r"^100 files must be allowed to be open at once, found a limit of 64"):
        require_open_files(100)


@pytest.fixture
def folder(tmp_path, prepared_faces, monkeypatch) -> Path:
    """The working folder, with a prepared set."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny").symlink_to(prepared_faces / "tiny")
    return tmp_path


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("train --data tiny --runs runs", 256),
        ("train --demo --prepared sets --runs runs", 256),
        ("train --data tiny --runs runs --levels 1,2", 256),
        ("prepare builtin sets/new --workers 8", 288),
    ],
)
def test_too_few_are_said_before_anything_is_stored(limits, command, count, folder, capsys):
    limits(20, 20)
    assert main(command.split()) == 2
    sentence = f"error: {count} files must be allowed to be open at once, found a limit of 20 (ulimit -n)\n"
    assert capsys.readouterr().err == sentence
    assert [path.name for path in folder.iterdir()] == ["tiny"]
