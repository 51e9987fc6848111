"""The command line: ``python -m esr_core {prepare,train,explain,runs} --help``."""

import sys

from esr_core.commands import main

if __name__ == "__main__":
    sys.exit(main())
