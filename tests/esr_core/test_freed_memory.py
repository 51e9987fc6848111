"""What a process keeps of the memory it frees."""

import subprocess
import sys

import pytest

FREED_AND_LEFT = """
import psutil, torch
from esr_core.freed_memory import keep_freed_memory
{first}
block = torch.ones(64 * 2**20)  # 256 MB
del block
print(psutil.Process().memory_info().rss // 2**20)
"""


def left_mb(first: str) -> int:
    """Resident megabytes of a process that has used 256 MB and freed them."""
    script = FREED_AND_LEFT.format(first=first)
    return int(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other C libraries have no such option")
def test_freed_memory_stays_with_the_process_that_asked_for_it():
    given_back = left_mb("")
    assert left_mb("assert keep_freed_memory()") - given_back > 200
    assert left_mb("assert keep_freed_memory(64 * 2**20)") - given_back < 100, "no more than was allowed"
