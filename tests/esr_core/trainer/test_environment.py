import shutil
import subprocess

import pytest

from esr_core.trainer.environment import source_revision

AUTHOR = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_only_a_checkout_has_a_revision_and_not_what_is_installed_inside_one(tmp_path):
    for command in (("init", "-q"), (*AUTHOR, "commit", "-q", "--allow-empty", "-m", "First")):
        subprocess.run(["git", "-C", tmp_path, *command], check=True)
    head = subprocess.run(["git", "-C", tmp_path, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    packages = tmp_path / ".venv" / "site-packages"
    packages.mkdir(parents=True)
    assert source_revision(tmp_path) == head.stdout.strip()
    assert source_revision(packages) is None
