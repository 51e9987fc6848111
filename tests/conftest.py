"""What several test files need: one thread per process, and the real photographs where they are to be had."""

import os
from pathlib import Path

import pytest
import torch

LONDON = Path(os.environ.get("ESR_LONDON", Path(__file__).parents[2] / "shared" / "data" / "london"))


@pytest.fixture(autouse=True, scope="session")
def _one_thread():
    """Workers of pytest-xdist share the cores; more threads each would only make them wait."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def london_folder() -> Path:
    """Folder of the Face Research Lab London Set as described in docs/data.md."""
    if not LONDON.is_dir():
        pytest.skip(f"no London photographs at {LONDON}; set ESR_LONDON to their folder")
    return LONDON
