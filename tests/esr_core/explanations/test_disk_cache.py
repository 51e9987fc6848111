"""Explanations on disk: made once, never pickled, bounded, and no loss when the cache is damaged."""

import logging
import sqlite3
from contextlib import closing

import diskcache
import numpy as np
import pytest

from esr_core.explanations import AttributionSettings
from esr_core.explanations.disk_cache import ArrayCache, BytesDisk, NotBytesError, explanation_key

ARRAYS = {"maps": np.arange(24, dtype=np.float32).reshape(2, 3, 4), "logits": np.array([[0.5, -1.0]])}
BIG = {"maps": np.random.default_rng(0).normal(size=(9, 96, 96)).astype(np.float32)}  # beyond what SQLite holds inline


@pytest.fixture
def cache(tmp_path):
    with closing(ArrayCache(tmp_path / "kept", 10_000_000)) as cache:
        yield cache


def never():
    raise AssertionError("made again although it is kept")


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


@pytest.mark.parametrize("arrays", [ARRAYS, BIG], ids=["small", "big"])
def test_what_was_made_is_made_once_and_comes_back_exactly(cache, arrays):
    assert_same(cache.get("face", lambda: arrays), arrays)
    assert_same(cache.get("face", never), arrays)
    cache.close()
    assert_same(cache.get("face", never), arrays)


def test_arrays_that_are_not_contiguous_come_back_as_they_were(cache):
    turned = {"maps": ARRAYS["maps"].transpose(2, 0, 1)[::-1]}
    cache.get("face", lambda: turned)
    assert_same(cache.get("face", never), turned)


def test_nothing_is_pickled_on_the_way_in_or_out(cache, monkeypatch):
    def pickled(*_, **__):
        raise AssertionError("pickled")

    for name in ("loads", "dumps", "load", "dump", "Pickler", "Unpickler"):
        if hasattr(diskcache.core.pickle, name):
            monkeypatch.setattr(diskcache.core.pickle, name, pickled)
    for key, arrays in {"small": ARRAYS, "big": BIG}.items():
        cache.get(key, lambda arrays=arrays: arrays)
        cache.get(key, never)
    with closing(sqlite3.connect(cache.folder / "cache.db")) as table:
        rows = table.execute("SELECT key, raw, mode FROM Cache ORDER BY key").fetchall()
    assert rows == [("big", 1, diskcache.core.MODE_BINARY), ("small", 1, diskcache.core.MODE_RAW)]


class Bomb:
    gone_off = False

    def __reduce__(self):
        return setattr, (Bomb, "gone_off", True)


@pytest.mark.parametrize("text", ["face", "another face"])
def test_a_planted_pickle_is_never_read_and_the_cache_thrown_away(cache, caplog, text):
    with closing(diskcache.Cache(str(cache.folder))) as planted:
        planted["face"] = Bomb()
    Bomb.gone_off = False
    with caplog.at_level(logging.WARNING):
        assert_same(cache.get(text, lambda: ARRAYS), ARRAYS)
    assert not Bomb.gone_off
    assert ("is damaged and thrown away" in caplog.text) == (text == "face")
    assert_same(cache.get(text, never), ARRAYS)


@pytest.mark.parametrize("value", [{"a": 1}, "text", 3, 1.5, None, bytearray(b"x")])
def test_only_bytes_under_text_go_in(tmp_path, value):
    with closing(diskcache.Cache(str(tmp_path), disk=BytesDisk)) as plain:
        with pytest.raises(NotBytesError, match="value must be bytes, got"):
            plain["key"] = value
        if not isinstance(value, str | dict | bytearray):
            with pytest.raises(NotBytesError, match="key must be str, got"):
                plain[value] = b"content"
        assert len(plain) == 0


def test_a_damaged_database_is_thrown_away_and_said(cache, caplog):
    cache.get("face", lambda: ARRAYS)
    cache.close()
    for path in cache.folder.glob("cache.db*"):
        path.write_bytes(b"nothing like a database" * 500)
    with caplog.at_level(logging.WARNING):
        assert_same(cache.get("face", lambda: BIG), BIG)
    assert "is damaged and thrown away" in caplog.text
    assert_same(cache.get("face", never), BIG)


def test_of_a_damaged_cache_only_its_own_files_are_removed(cache):
    cache.get("face", lambda: BIG)
    cache.close()
    for path in cache.folder.glob("cache.db*"):
        path.write_bytes(b"nothing like a database" * 500)
    own = [cache.folder / name for name in ("notes.txt", "cache.db.backup", "ab/cd/thesis.val")]
    for path in own:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("the user's")
    values = [path for path in cache.folder.rglob("*.val") if path not in own]
    assert_same(cache.get("face", lambda: ARRAYS), ARRAYS)
    assert [path.read_text() for path in own] == ["the user's"] * 3
    assert values != [path for path in values if path.exists()] == []


def test_a_damaged_answer_is_made_again(cache, caplog):
    cache.get("other", lambda: BIG)
    with closing(diskcache.Cache(str(cache.folder), disk=BytesDisk)) as plain:
        plain["face"] = b"no safetensors"
    with caplog.at_level(logging.WARNING):
        assert_same(cache.get("face", lambda: ARRAYS), ARRAYS)
    assert "is damaged and made again" in caplog.text
    assert_same(cache.get("face", never), ARRAYS)
    assert_same(cache.get("other", never), BIG)


def test_an_answers_missing_file_is_made_again(cache):
    cache.get("face", lambda: BIG)
    for path in cache.folder.rglob("*.val"):
        path.unlink()
    assert_same(cache.get("face", lambda: ARRAYS), ARRAYS)


def test_a_folder_that_cannot_be_used_is_gone_without_and_said(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    cache = ArrayCache(tmp_path / "file" / "kept", 1_000_000)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert_same(cache.get("face", lambda: ARRAYS), ARRAYS)
    sentence = f"the cache {cache.folder} cannot be used: Not a directory"
    assert [record.message for record in caplog.records] == [sentence], "once, however often it is asked"
    assert cache.problem() == sentence
    assert (tmp_path / "file").read_text() == "in the way"
    (tmp_path / "file").unlink()
    assert cache.problem() == ""
    cache.close()


def test_it_stays_within_its_size(tmp_path):
    limit = 2_000_000
    arrays = {"maps": BIG["maps"][:1]}  # 37 kB
    with closing(ArrayCache(tmp_path, limit)) as cache:
        for number in range(120):
            cache.get(str(number), lambda: arrays)
        assert sum(path.stat().st_size for path in tmp_path.rglob("*.val")) <= limit
        assert_same(cache.get("119", never), arrays)  # the newest stay
        assert_same(cache.get("100", never), arrays)
        assert_same(cache.get("0", lambda: ARRAYS), ARRAYS)  # the oldest went


def test_what_makes_a_maker_fail_is_not_kept(cache):
    def broken():
        raise ArithmeticError("broken on purpose")

    with pytest.raises(ArithmeticError, match="on purpose"):
        cache.get("face", broken)
    assert_same(cache.get("face", lambda: ARRAYS), ARRAYS)


def test_a_key_holds_weights_picture_question_and_format(monkeypatch):
    picture = np.zeros((96, 96, 3), dtype=np.uint8)
    other = picture.copy()
    other[5, 5, 1] = 1
    asked = AttributionSettings("occlusion", class_idx=2)
    keys = [
        explanation_key("a" * 64, picture, asked),
        explanation_key("b" * 64, picture, asked),
        explanation_key("a" * 64, other, asked),
        explanation_key("a" * 64, picture.reshape(48, 192, 3), asked),
        explanation_key("a" * 64, picture, None),
        *(
            explanation_key("a" * 64, picture, AttributionSettings(**settings))
            for settings in (
                {},
                {"method": "occlusion"},
                {"method": "saliency", "class_idx": 2},
                {"method": "occlusion", "class_idx": 2, "ensemble": True},
                {"method": "occlusion", "quantity": "probability", "class_idx": 2},
                {"block": 2},
            )
        ),
    ]
    assert len(set(keys)) == len(keys)
    assert explanation_key("a" * 64, picture.copy(), asked) == keys[0]
    monkeypatch.setattr("esr_core.explanations.disk_cache.FORMAT", 2)
    assert explanation_key("a" * 64, picture, asked) not in keys
