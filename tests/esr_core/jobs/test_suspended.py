"""A process that was suspended, as by Ctrl-Z in its terminal, is stopped like any other."""

import signal
import subprocess
import sys

from esr_core.jobs import processes

STORES = """
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
print("ready", flush=True)
signal.pause()
"""


def test_a_suspended_process_hears_that_it_is_to_end():
    with subprocess.Popen([sys.executable, "-c", STORES], stdout=subprocess.PIPE) as training:
        assert training.stdout.readline() == b"ready\n"
        training.send_signal(signal.SIGSTOP)
        processes.ask_to_end(training.pid)
        try:
            assert training.wait(10) == 7
        finally:
            training.kill()
