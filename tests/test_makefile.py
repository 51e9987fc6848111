"""`make` leads a newcomer from a clone to a running program, or says in a sentence why it cannot."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A make of its own, also where these tests run inside another one with settings of its own."""
    inherited = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "PYTHON", "VENV", "PYTEST_FLAGS"}
    environment = {name: value for name, value in os.environ.items() if name not in inherited}
    command = ["make", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def python(tmp_path):
    """Writes a stand-in for a Python interpreter and returns its path."""

    def write(script: str) -> Path:
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return write


def test_make_alone_prints_every_target():
    printed = make().stdout
    for target in (
        "app",
        "install",
        "test",
        "test-slow",
        "test-all",
        "lint",
        "format",
        "gpu",
        "bench",
        "bench-detectors",
        "bench-london",
        "bench-regions",
        "bench-rivals",
        "soak",
        "clean",
    ):
        assert f"  make {target} " in printed


def test_app_installs_what_it_needs_and_nothing_for_tests(tmp_path):
    commands = make("-n", "app", f"VENV={tmp_path}/venv").stdout
    assert f"-m venv {tmp_path}/venv" in commands
    assert "--requirement requirements.txt" in commands
    assert "requirements-dev.txt" not in commands
    assert commands.splitlines()[-1].endswith("streamlit run streamlit_app.py")


def test_nothing_is_installed_again_while_the_requirements_are_unchanged(tmp_path):
    for name in ("pyvenv.cfg", ".installed-app", ".installed-dev"):
        (tmp_path / name).touch()
    assert "pip" not in make("-n", "app", "lint", "test", f"VENV={tmp_path}").stdout


def test_all_tests_are_the_fast_and_the_slow_ones_with_ray_installed_once(tmp_path):
    for name in ("pyvenv.cfg", ".installed-app", ".installed-dev"):
        (tmp_path / name).touch()
    install, _, fast, slow = make("-n", "test-all", f"VENV={tmp_path}").stdout.splitlines()
    assert install.endswith("--requirement requirements-ray.txt")
    assert fast.endswith('-m pytest -m "not slow" -n 2')
    assert slow.endswith("-m pytest -m slow")
    (tmp_path / ".installed-ray").touch()
    assert "pip" not in make("-n", "test-all", f"VENV={tmp_path}").stdout


@pytest.mark.parametrize(
    ("setting", "tests"), [({}, "test"), ({"CI_SLOW": "1"}, "test-all"), ({"CI_SLOW": "0"}, "test")]
)
def test_continuous_integration_runs_every_test_where_it_is_asked_to(setting, tests, tmp_path):
    for name in ("make", "chromium"):  # stand-ins that print what they were asked for
        (tmp_path / name).write_text(f'#!/bin/sh\necho "{name} asked for $*"\n', encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    inherited = {name: value for name, value in os.environ.items() if name != "CI_SLOW"}
    environment = inherited | {"PATH": f"{tmp_path}:{os.environ['PATH']}"} | setting
    printed = subprocess.run(
        [PROJECT / ".ci" / "run"], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert [line for line in printed.splitlines() if "asked for" in line] == [
        "make asked for lint",
        f"make asked for {tests}",
    ]


def test_the_rivals_are_installed_apart_and_measured_on_the_named_set(tmp_path):
    for name in ("pyvenv.cfg", ".installed-app", ".installed-dev"):
        (tmp_path / name).touch()
    commands = make("-n", "bench-rivals", f"VENV={tmp_path}", "FERPLUS=elsewhere/ferplus").stdout
    assert f"--no-deps --target {tmp_path}/rivals --requirement requirements-rivals.txt" in commands
    assert commands.splitlines()[-1].endswith("-m bench.rivals elsewhere/ferplus")
    assert " rivals" not in make("-n", "bench", f"VENV={tmp_path}").stdout


def test_the_soak_takes_an_hour_or_as_many_minutes_as_are_asked_for(tmp_path):
    for name in ("pyvenv.cfg", ".installed-app", ".installed-dev"):
        (tmp_path / name).touch()
    assert "bench.soak --minutes 60" in make("-n", "soak", f"VENV={tmp_path}").stdout
    assert "bench.soak --minutes 5" in make("-n", "soak", "MINUTES=5", f"VENV={tmp_path}").stdout
    assert "bench.soak" not in make("-n", "bench", f"VENV={tmp_path}").stdout


def test_a_visit_to_a_gpu_installs_what_tests_need_or_takes_a_python_that_has_it(tmp_path):
    commands = make("-n", "gpu", f"VENV={tmp_path}/venv").stdout
    assert "--requirement requirements-dev.txt" in commands
    visit = "-m bench.gpu.visit --seconds 540 --output gpu-visit --packed prepared/ferplus.npz"
    assert commands.splitlines()[-1].endswith(f"/python {visit}")
    bare = make("-n", "gpu", f"VENV={tmp_path}/venv", "GPU_PYTHON=python3", "VISIT=/out", "VISIT_SECONDS=300").stdout
    assert bare.splitlines() == [f"python3 {visit.replace('540', '300').replace('gpu-visit', '/out')}"]


def test_an_old_python_is_refused_with_its_version(python, tmp_path):
    old = python('[ "$1" = --version ] && echo Python 3.9.2 && exit 0; exit 1')
    result = make("install", f"PYTHON={old}", f"VENV={tmp_path}/venv")
    assert result.returncode != 0
    assert "Python 3.11 or newer is needed" in result.stderr
    assert "Python 3.9.2" in result.stderr
    assert not (tmp_path / "venv").exists()


def test_a_python_without_venv_is_refused_with_the_package_to_install(python, tmp_path):
    bare = python('case "$2" in *ensurepip*) exit 1;; esac')
    result = make("install", f"PYTHON={bare}", f"VENV={tmp_path}/venv")
    assert result.returncode != 0
    assert "python3-venv" in result.stderr


def test_an_environment_whose_making_fails_is_made_anew_next_time(python, tmp_path):
    venv = tmp_path / "venv"
    broken = python(f'[ "$2" = venv ] && mkdir {venv} && touch {venv}/pyvenv.cfg && exit 1; exit 0')
    assert make("install", f"PYTHON={broken}", f"VENV={venv}").returncode != 0
    assert not (venv / "pyvenv.cfg").exists()


def test_clean_leaves_a_folder_that_is_no_environment(tmp_path):
    (tmp_path / "precious").touch()
    assert "rm -rf" in make("-n", "clean").stdout
    command = f"if [ -f {tmp_path}/pyvenv.cfg ]; then rm -rf {tmp_path}; fi"
    assert command in make("-n", "clean", f"VENV={tmp_path}").stdout
