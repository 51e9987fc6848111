"""What a process keeps of the memory it frees."""

import subprocess
import sys

import pytest

FREED_AND_LEFT = """
import psutil, torch
from esr_core.freed_memory import give_back_freed_memory, keep_freed_memory
{first}
block = torch.ones(64 * 2**20)  # 256 MB
above = bytearray(4096)  # of its memory malloc alone gives nothing back that something else stands above
del block
{then}
print(psutil.Process().memory_info().rss // 2**20)
"""


def left_mb(first: str, then: str = "") -> int:
    """Resident megabytes of a process that has used 256 MB and freed them."""
    script = FREED_AND_LEFT.format(first=first, then=then)
    return int(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other C libraries have no such option")
def test_freed_memory_stays_with_the_process_that_asked_for_it():
    given_back = left_mb("")
    assert left_mb("assert keep_freed_memory()") - given_back > 200
    assert left_mb("assert keep_freed_memory()", "assert give_back_freed_memory()") - given_back < 50
