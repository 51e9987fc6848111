import errno
import fcntl
import os

import psutil
import pytest

from esr_core.locks import NAME, is_locked, take_lock


def test_a_lock_is_seen_while_it_is_held_and_looking_writes_nothing(tmp_path):
    assert not is_locked(tmp_path)
    assert not list(tmp_path.iterdir())
    lock = take_lock(tmp_path)
    before = (tmp_path / NAME).stat()
    assert is_locked(tmp_path)
    assert take_lock(tmp_path) is None
    os.close(lock)
    assert not is_locked(tmp_path)
    assert (tmp_path / NAME).stat().st_mtime_ns == before.st_mtime_ns


def test_looking_does_not_keep_others_from_the_lock(tmp_path):
    os.close(take_lock(tmp_path))
    assert not is_locked(tmp_path)
    lock = take_lock(tmp_path)
    assert lock is not None
    os.close(lock)


def test_storage_without_locks_is_named_and_looking_at_it_says_that_nothing_is_known(tmp_path, monkeypatch):
    os.close(take_lock(tmp_path))

    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    open_files = psutil.Process().num_fds()
    with pytest.raises(OSError, match="No locks available: its storage cannot lock files"):
        take_lock(tmp_path)
    assert is_locked(tmp_path) is None
    assert psutil.Process().num_fds() == open_files
