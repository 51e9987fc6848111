"""Functions take the name of a file or folder as a string or a path, and roots are read from the environment."""

import argparse
import importlib
import inspect
import os
import pkgutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import esr_core
from app.shell import settings
from esr_core.commands import build_parser, main
from esr_core.config import TrainingConfig
from esr_core.data.affectnet import affectnet_source
from esr_core.data.builtin import builtin_source
from esr_core.data.ck_plus import ck_plus_source
from esr_core.data.ferplus import ferplus_source, read_labels
from esr_core.data.folder import folder_source
from esr_core.data.london import london_source
from esr_core.data.photographs import read_photograph, read_photograph_in
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedCard, PreparedSet, damaged_prepared, list_prepared, read_rejected
from esr_core.errors import ConfigError
from esr_core.evaluation import people_of
from esr_core.explanations.disk_cache import ArrayCache
from esr_core.folders import absolute, by_age, expanded, prepared_root, runs_root
from esr_core.jobs import JobQueue, launch
from esr_core.metrics import Predictions
from esr_core.run_store import CrossSetKey, RunCatalogue, RunStore, RunWriter, read_cross_set, write_cross_set
from esr_core.trainer import demonstration_config, prepare_demonstration
from tests.esr_core.data import miniatures
from tests.test_docs import all_commands

ADAPTERS = ("affectnet", "ck_plus", "folder", "london", "photographs", "preparation", "prepared")  # export no names
KEY = CrossSetKey("run", "0" * 64, "0" * 64, "test")


@pytest.fixture(scope="module")
def root(tmp_path_factory, prepared_faces) -> Path:
    """Something for every function to read."""
    root = tmp_path_factory.mktemp("everything")
    miniatures.ck_plus(root / "ck")
    miniatures.fer_plus_csv(root / "fer")
    miniatures.affectnet_first(root / "affectnet")
    for index, name in enumerate(("neutral_front/001_03.jpg", "smiling_front/001_08.jpg")):
        miniatures.save_face(root / "london" / name, index)
    miniatures.write(
        root / "labels.csv", "file,emotion\nneutral_front/001_03.jpg,calm\nsmiling_front/001_08.jpg,glad\n"
    )
    miniatures.write(root / "left-out" / "rejected.csv", "file,reason\na.png,shows no face\n")
    (root / "sets").symlink_to(prepared_faces)
    RunStore(root / "runs").create(TrainingConfig(data="x"), run_id="run")
    prepare(builtin_source(1, 7, difficulty="easy"), root / "demo" / "builtin-demo")
    write_cross_set(root / "runs", KEY, predictions())
    return root


def predictions(picture: str = "a") -> Predictions:
    return Predictions(np.array([picture]), np.array([-1]), np.zeros((1, 1, 2), dtype=np.float32), ("calm", "glad"))


def people(folder: str | Path) -> object:
    labels, names = PreparedSet.open(folder).labels, PreparedCard.read(folder).class_names
    logits = np.zeros((len(labels), 1, len(names)), dtype=np.float32)
    return people_of(Predictions(labels["id"].to_numpy(), labels["emotion"].to_numpy(int), logits, names), folder)


TAKE_A_PATH: dict[str, tuple[Callable[[Any], object], str]] = {
    "affectnet_source": (affectnet_source, "affectnet"),
    "ck_plus_source": (ck_plus_source, "ck"),
    "ferplus_source": (ferplus_source, "fer"),
    "read_labels": (read_labels, "fer"),
    "london_source": (london_source, "london"),
    "folder_source": (folder_source, "london"),
    "read_photograph": (read_photograph, "london/neutral_front/001_03.jpg"),
    "read_photograph_in": (partial(read_photograph_in, file="neutral_front/001_03.jpg"), "london"),
    "PreparedCard.read": (PreparedCard.read, "sets/tiny"),
    "PreparedSet.open": (PreparedSet.open, "sets/tiny"),
    "list_prepared": (list_prepared, "sets"),
    "damaged_prepared": (damaged_prepared, "sets"),
    "read_rejected": (read_rejected, "left-out"),
    "people_of": (people, "sets/tiny"),
    "demonstration_config": (demonstration_config, "demo"),
    "prepare_demonstration": (prepare_demonstration, "demo"),
    "RunStore": (lambda path: RunStore(path).list(), "runs"),
    "RunCatalogue": (lambda path: RunCatalogue(path, index=path).list(), "runs"),
    "RunWriter": (lambda path: (writer := RunWriter(path)).run_id + str(writer.environment()), "runs/run"),
    "CrossSetKey.file": (KEY.file, "runs"),
    "read_cross_set": (partial(read_cross_set, key=KEY), "runs"),
    "JobQueue": (lambda path: JobQueue(path).jobs(), "runs"),
    "ArrayCache": (lambda path: ArrayCache(path, 10**6).get("key", lambda: {"a": np.ones(2)}), "cache"),
}


@pytest.mark.parametrize("name", TAKE_A_PATH)
def test_a_string_names_a_file_or_folder_as_well_as_a_path_does(name, root):
    function, place = TAKE_A_PATH[name]
    assert repr(function(str(root / place))) == repr(function(root / place))


def test_labels_and_destinations_are_named_by_strings_too(root, tmp_path):
    samples = folder_source(str(root / "london"), labels=str(root / "labels.csv")).samples
    assert [sample.emotion for sample in samples] == ["calm", "glad"]
    prepare(builtin_source(1, 7, difficulty="easy"), str(tmp_path / "set"))
    assert list(list_prepared(tmp_path)) == ["set"]
    write_cross_set(str(tmp_path), KEY, predictions("b"))
    assert read_cross_set(tmp_path, KEY).ids.tolist() == ["b"]


def public_functions() -> Iterator[Callable]:
    """What packages export and modules of data sets have, with the constructors and methods of classes."""
    packages = [module.name for module in pkgutil.walk_packages(esr_core.__path__, "esr_core.") if module.ispkg]
    exported = [getattr(package, name) for package in map(importlib.import_module, packages) for name in names(package)]
    for module in (importlib.import_module(f"esr_core.data.{name}") for name in ADAPTERS):
        exported += [value for name, value in vars(module).items() if is_own(module, name, value)]
    for value in exported:
        methods = vars(value).values() if inspect.isclass(value) else ()
        yield from (method for method in methods if inspect.isfunction(method) and method.__name__ != "__new__")
        yield from (method.__func__ for method in methods if isinstance(method, classmethod))
        if inspect.isfunction(value):
            yield value


def names(package: object) -> list[str]:
    return getattr(package, "__all__", [])


def is_own(module: object, name: str, value: object) -> bool:
    return not name.startswith("_") and getattr(value, "__module__", "") == module.__name__


def wants_a_path(function: Callable) -> bool:
    """Whether an argument must be a ``Path``. Generated constructors are passed over: records hold paths."""
    types = {name: kind for name, kind in inspect.get_annotations(function).items() if name != "return"}
    is_generated = function.__code__.co_filename == "<string>"
    return not is_generated and not {Path, Path | None}.isdisjoint(types.values())


def test_no_public_function_insists_on_a_path():
    functions = list(public_functions())
    assert read_labels in functions
    assert RunStore.__init__ in functions
    assert [function.__qualname__ for function in functions if wants_a_path(function)] == []


def test_a_function_that_insists_on_a_path_is_found():
    def strict(folder: Path | None) -> Path:
        return folder

    assert wants_a_path(strict)


def test_roots_are_the_environments_else_in_the_working_folder(monkeypatch):
    for name, read in (("runs", runs_root), ("prepared", prepared_root)):
        monkeypatch.delenv(f"ESR_{name.upper()}", raising=False)
        assert read() == Path(name)
        monkeypatch.setenv(f"ESR_{name.upper()}", "/else/where")
        assert read() == Path("/else/where")


def test_the_command_line_keeps_runs_and_sets_where_the_environment_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ESR_RUNS", str(tmp_path / "mine"))
    RunStore(tmp_path / "mine").create(TrainingConfig(data="x"), run_id="kept")
    monkeypatch.setenv("ESR_PREPARED", str(tmp_path / "sets"))
    assert main(["runs"]) == 0
    assert "kept" in capsys.readouterr().out
    assert main(["jobs", "list"]) == 0
    assert f"no jobs in {tmp_path / 'mine'}" in capsys.readouterr().out
    assert main(["gallery"]) == 2
    assert f"{tmp_path / 'sets' / 'ferplus'} is not a prepared set" in capsys.readouterr().err
    assert main(["runs", "--runs", "elsewhere"]) == 0
    assert "no runs in elsewhere" in capsys.readouterr().out


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """The home folder, which is not the working folder."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "home"


def test_a_tilde_is_home_and_a_relative_path_is_of_the_working_folder(home, monkeypatch):
    assert expanded("~/runs") == home / "runs"
    assert expanded("runs/~") == Path("runs/~")
    assert absolute("~") == home
    assert absolute("sets/a") == home.parent / "work" / "sets" / "a"
    with pytest.raises(ConfigError, match=r"^~nobody-of-this-name/runs begins with a home folder that is not known"):
        expanded("~nobody-of-this-name/runs")


def test_variables_may_begin_with_a_tilde_and_empty_ones_are_none(home, monkeypatch):
    roots = {
        "ESR_RUNS": runs_root,
        "ESR_PREPARED": prepared_root,
        "ESR_UPLOADS": settings.uploads_root,
        "ESR_CACHE": settings.cache_root,
    }
    for name, root in roots.items():
        monkeypatch.setenv(name, "~/kept")
        assert root() == home / "kept"
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("XDG_CACHE_HOME", "~/caches")
    assert settings.cache_root() == home / "caches" / "esr-lab"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert settings.uploads_root() == home / ".cache" / "esr-lab" / "uploads"


def path_options() -> Iterator[tuple[str, argparse.Action]]:
    """Every argument of every command that a path is typed for, by how its value is shown in the help."""
    for name, parser in all_commands(build_parser()).items():
        for action in parser._actions:
            if action.metavar in {"FOLDER", "FILE", "DIR", "SET", "CSV", "SRC", "DEST", "PHOTO"}:
                yield f"{name} {action.dest}", action


def test_a_tilde_is_home_in_every_option_that_names_a_file_or_folder():
    options = dict(path_options())
    assert {
        "train runs",
        "jobs submit data",
        "prepare folder labels",
        "explain photos",
        "explain out",
    } <= options.keys()
    assert [name for name, action in options.items() if action.type is not expanded] == []


def test_a_set_that_is_named_relatively_is_the_same_in_every_working_folder(home, prepared_faces, monkeypatch):
    (home.parent / "work" / "sets").symlink_to(prepared_faces)
    monkeypatch.setattr("esr_core.commands.gallery.train_group", lambda store, configs: stored.update(configs))
    stored: dict[str, TrainingConfig] = {}
    assert main(["gallery", "--data", "sets/tiny", "--only", "gallery-single"]) == 0
    assert stored["gallery-single"].data == "sets/tiny"  # shipped with the project, it names no folder of a machine
    here = str(home.parent / "work" / "sets" / "tiny")
    monkeypatch.setattr("esr_core.jobs.launching.ensure_worker", lambda store: None)
    (run_id,) = launch(RunStore("runs"), [TrainingConfig(data="sets/tiny")])
    assert RunStore("runs").config(run_id).data == here
    assert demonstration_config("~").data == str(home / "builtin-demo")


@pytest.mark.parametrize(
    "command", ["explain https://example.org/a.jpg --run r --out o", "prepare folder http://example.org/faces set"]
)
def test_a_web_address_is_refused_with_the_way_out(command, capsys):
    assert main(command.split()) == 2
    assert "is a web address: download what is there and name the file or folder" in capsys.readouterr().err


def test_files_are_sorted_by_age_and_one_that_goes_meanwhile_is_left_out(tmp_path):
    for name, changed in (("old", 1), ("new", 3), ("middle", 2)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (changed, changed))
    (tmp_path / "gone").symlink_to("nowhere")
    assert [path.name for path, _ in by_age(tmp_path)] == ["new", "middle", "old"]
