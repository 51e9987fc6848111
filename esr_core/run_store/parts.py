"""Which pictures a run learned from and was measured on: sample ids by part, in little space."""

import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from esr_core.errors import DamagedRunError, cause

PARTS_FILE = "parts.json.gz"
OLDER_FILE = "parts.json"  # before ids were compressed; every part has its own list


def parts_to_bytes(parts: Mapping[str, Sequence[str]]) -> bytes:
    """Compressed JSON in which a part equal to an earlier one is that one's name: equal parts give equal bytes.

    Branches mostly learn from the whole training part, whose ids would otherwise be there once for each of them.
    """
    lists: dict[str, list[str]] = {}
    content: dict[str, list[str] | str] = {}
    for name, ids in parts.items():
        equal = next((earlier for earlier, known in lists.items() if known == list(ids)), None)
        content[name] = lists.setdefault(name, list(ids)) if equal is None else equal
    return gzip.compress(json.dumps(content, separators=(",", ":")).encode(), mtime=0)


def read_parts(folder: Path) -> dict[str, Sequence[str]]:
    """Sample ids by part, also of an older run.

    Raises:
        DamagedRunError: if they are missing or cannot be read.
    """
    path = folder / OLDER_FILE
    path = path if path.exists() else folder / PARTS_FILE
    try:
        stored = path.read_bytes()
        content = json.loads(gzip.decompress(stored) if path.suffix == ".gz" else stored)
        return {name: content[ids] if isinstance(ids, str) else ids for name, ids in content.items()}
    except (OSError, EOFError, zlib.error, ValueError, KeyError, AttributeError) as error:
        raise DamagedRunError(f"{folder.name}/{path.name} cannot be read: {cause(error)}") from None
