import os

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
