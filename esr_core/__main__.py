"""The command line: ``python -m esr_core {prepare,train,explain,runs} --help``."""

import os
import sys

from esr_core.freed_memory import keep_freed_memory

OLDEST = (3, 11)
FAILED, INTERRUPTED = 2, 130  # as of every command


def run() -> int:
    """Run one command, or say why none can be run: what it needs takes seconds to load, and may not be there."""
    if sys.version_info < OLDEST:  # whoever has no newer one did not install the package, whose metadata say so
        return _fail(f"ESR Lab needs Python {'.'.join(map(str, OLDEST))} or later, found {sys.version.split()[0]}")
    try:
        os.getcwd()  # noqa: PTH109 - pathlib would load for it alone; where it is gone, a library of torch's ends the process
    except FileNotFoundError:
        return _fail("the folder that this was started in is no longer there: change to another one, or to it again")
    try:
        keep_freed_memory()
        from esr_core.commands import main
    except KeyboardInterrupt:
        return INTERRUPTED
    except ModuleNotFoundError as error:
        if (error.name or "esr_core").startswith("esr_core"):
            raise
        way_out = "install requirements-core.txt for it, or call the Python that has it, as .venv/bin/python"
        return _fail(f"{error.name} is not installed for {sys.executable}: {way_out}")
    return main()


def _fail(sentence: str) -> int:
    print(f"error: {sentence}", file=sys.stderr)  # noqa: T201 - a command line speaks
    return FAILED


if __name__ == "__main__":
    sys.exit(run())
