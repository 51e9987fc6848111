"""Where things are kept unless an option says otherwise, relative to the working folder."""

from pathlib import Path

RUNS_ROOT = Path("runs")
PREPARED_ROOT = Path("prepared")
