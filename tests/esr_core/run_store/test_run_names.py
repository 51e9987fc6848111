"""Folders of runs under any name: usable, or listed as damaged with the reason, never out of sight."""

import os
import shutil
from pathlib import Path

import pytest

from esr_core.errors import RunError, RunNotFoundError
from esr_core.run_store import RunCatalogue
from tests.esr_core.run_store.conftest import CONFIG

LONG = "x" * 101


@pytest.mark.parametrize("name", ["live1 copy", "Kopie von live1", "fröhlich", "run,2", "live1 (1)", "-first", LONG])
def test_a_run_whose_folder_no_run_can_be_called_is_listed_with_the_reason(store, complete, name):
    shutil.copytree(store.root / complete, store.root / name)
    for runs in (store, RunCatalogue(store.root)):
        damaged = {run.run_id: run.status for run in runs.list()}[name]
        assert damaged.state == "damaged"
        assert damaged.message == (
            f"{name!r} must have a name of letters, digits and . _ + -, at most 100, the first a letter or digit: "
            "rename the folder"
        )
    with pytest.raises(RunNotFoundError, match="rename the folder"):
        store.load_network(name)
    (store.root / name).rename(store.root / "renamed")
    assert store.info("renamed").status.state == "finished"


def test_a_run_whose_folder_is_not_named_in_utf_8_is_listed_in_letters_that_can_be_shown(store, complete):
    try:
        shutil.copytree(store.root / complete, store.root / os.fsdecode(b"caf\xe9"))
    except OSError:
        pytest.skip("this file system takes UTF-8 alone")
    assert {run.run_id for run in RunCatalogue(store.root).list()} == {complete, "caf\\xe9"}


def test_folders_without_a_run_and_hidden_ones_are_none(store, complete):
    (store.root / "@eaDir").mkdir()
    shutil.copytree(store.root / complete, store.root / ".trash")
    assert [run.run_id for run in store.list()] == [complete]


@pytest.mark.parametrize("name", ["../{run}", "{run}/", ".", "", "a\0b", "y" * 300])
def test_a_name_that_leads_elsewhere_is_never_looked_up(store, complete, name):
    with pytest.raises(RunNotFoundError, match="there is no run"):
        store.info(name.format(run=complete))


def test_where_storage_ignores_case_a_run_has_one_name(store, monkeypatch):
    store.create(CONFIG, run_id="Live1").start({})
    is_dir = Path.is_dir

    def is_dir_in_any_case(path: Path) -> bool:
        return is_dir(path) or any(each.name.lower() == path.name.lower() for each in path.parent.iterdir())

    monkeypatch.setattr(Path, "is_dir", is_dir_in_any_case)  # as by default on macOS
    assert store.info("Live1").status.state == "running"
    with pytest.raises(RunNotFoundError, match=r"there is no run 'live1' in .*: name it Live1"):
        store.delete("live1")  # it would be read as a copy that is over
    with pytest.raises(RunError, match="run Live1 is running"):
        store.delete("Live1")
