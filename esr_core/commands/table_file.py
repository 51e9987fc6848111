"""Tables as files that a command writes: CSV or Parquet, by the ending of the name."""

import io
from pathlib import Path

import pandas as pd

from esr_core.errors import ConfigError
from esr_core.predicting.partial import DIGITS

FORMATS = (".csv", ".parquet")


def require_table_name(option: str, path: Path) -> None:
    """Raise ConfigError unless a file's name ends in one of ``FORMATS``."""
    if path.suffix.lower() not in FORMATS:
        raise ConfigError(f"{option} must end in {' or '.join(FORMATS)}, got {path.name}")


def table_content(table: pd.DataFrame, path: Path) -> bytes:
    """The content of a table's file, in the format that its name says."""
    if path.suffix.lower() == ".csv":
        return table.to_csv(index=False, float_format=DIGITS).encode()
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()
