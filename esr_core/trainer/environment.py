"""What a run was made with: versions, machine and revision, so that a number can be traced."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from esr_core import __version__
from esr_core.config import TrainingConfig

PROJECT = Path(__file__).parents[2]  # the folder esr_core is imported from
PACKAGES = ("torch", "numpy", "pandas", "opencv-python-headless")


def describe_environment(config: TrainingConfig) -> dict[str, Any]:
    """Plain values for environment.json; the worker adds the device and the data's fingerprint."""
    return {
        "esr_core": __version__,
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
        "platform": platform.platform(),
        "cpu_count": os.cpu_count(),
        "torch_threads": torch.get_num_threads(),
        "seed": config.seed,
        "source_revision": source_revision(PROJECT),
    }


def source_revision(folder: Path) -> str | None:
    """The commit a checkout is at; None where the folder is no checkout, or there is no git."""
    if not (folder / ".git").exists():  # packages installed inside some checkout are not of its commit
        return None
    try:
        answer = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40"],  # noqa: S607 - whichever git is installed
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() or None
