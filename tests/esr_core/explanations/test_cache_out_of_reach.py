"""A cache of explanations that cannot be written now is done without, and what it holds stays."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from esr_core.explanations.disk_cache import ArrayCache


@pytest.mark.parametrize("code", [sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR])
def test_a_cache_that_cannot_be_written_keeps_what_it_holds(tmp_path, monkeypatch, caplog, code):
    with closing(ArrayCache(tmp_path, 1_000_000)) as cache:
        cache.get("face", lambda: {"maps": np.ones(2)})
        error = sqlite3.OperationalError("attempt to write a readonly database")
        error.sqlite_errorcode = code

        def refuse(key: str, content: bytes) -> None:
            raise error

        monkeypatch.setattr(cache._cache, "set", refuse)
        assert cache.get("other", lambda: {"maps": np.zeros(2)})["maps"].sum() == 0
        assert "cannot be used: attempt to write a readonly database" in caplog.text
        assert cache.get("face", lambda: pytest.fail("it was thrown away"))["maps"].sum() == 2
