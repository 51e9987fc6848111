import logging

import numpy as np
import pytest
from pyarrow import parquet

from esr_core.errors import DataError
from esr_core.metrics import Predictions
from esr_core.run_store import CrossSetKey, empty_trash, read_cross_set, write_cross_set

KEY = CrossSetKey("complete", "a" * 64, "b" * 64, "test")
LOGITS = Predictions(
    np.array(["x", "y"]), np.array([-1, -1]), np.array([[[1.0, 2.0]], [[3.0, 4.0]]]), ("keen", "bored")
)


def test_logits_are_read_back_under_the_key_they_were_written_with_and_no_other(tmp_path):
    write_cross_set(tmp_path, KEY, LOGITS)
    stored = read_cross_set(tmp_path, KEY)
    assert stored.ids.tolist() == ["x", "y"]
    assert stored.class_names == ("keen", "bored")
    np.testing.assert_array_equal(stored.logits, LOGITS.logits)
    others = [
        CrossSetKey("other", KEY.checkpoint_sha256, KEY.fingerprint, "test"),
        CrossSetKey("complete", "c" * 64, KEY.fingerprint, "test"),
        CrossSetKey("complete", KEY.checkpoint_sha256, "c" * 64, "test"),
        CrossSetKey("complete", KEY.checkpoint_sha256, KEY.fingerprint, "all"),
    ]
    assert [read_cross_set(tmp_path, other) for other in others] == [None] * 4


def cut_off(path):
    path.write_bytes(path.read_bytes()[:-20])


def empty_metadata(path):
    parquet.write_table(parquet.read_table(path).replace_schema_metadata({b"pandas": b"{}"}), path)


@pytest.mark.parametrize("damage", [cut_off, empty_metadata])
def test_a_damaged_file_is_named_in_the_log_and_not_used(tmp_path, caplog, damage):
    write_cross_set(tmp_path, KEY, LOGITS)
    path = KEY.file(tmp_path)
    damage(path)
    assert read_cross_set(tmp_path, KEY) is None
    assert f"{path} is damaged and computed again" in caplog.text


def test_where_nothing_can_be_written_the_log_says_so(tmp_path, caplog):
    (tmp_path / ".cross-set").write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        write_cross_set(tmp_path, KEY, LOGITS)
    assert "predictions cannot be stored in" in caplog.text


def test_a_fingerprint_that_could_lead_out_of_the_folder_is_refused():
    with pytest.raises(DataError, match=r"fingerprint of a prepared set must be a sha256, got '\.\./\.\./x'"):
        CrossSetKey("complete", "a" * 64, "../../x", "test")


def test_they_are_no_run_leave_the_run_as_it_is_and_go_with_it(store, complete):
    write_cross_set(store.root, KEY, LOGITS)
    assert [run.run_id for run in store.list()] == [complete]
    assert store.check(complete) == []
    store.delete(complete)
    assert read_cross_set(store.root, KEY) is not None  # the run may come back
    empty_trash(store.root)
    assert not KEY.file(store.root).parent.exists()
