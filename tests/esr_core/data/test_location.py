import shutil

import pytest

from esr_core.config import TrainingConfig
from esr_core.data.builtin import builtin_source
from esr_core.data.location import locate_set
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedCard


@pytest.fixture
def config(prepared_faces, tmp_path) -> TrainingConfig:
    """Of a training on a set of its own that can be moved."""
    folder = shutil.copytree(prepared_faces / "tiny", tmp_path / "first" / "tiny")
    return TrainingConfig(data=str(folder), data_set=PreparedCard.read(folder).identity)


def test_a_set_is_where_it_was_whatever_else_there_is(config, prepared_faces, tmp_path):
    assert locate_set(config, prepared_faces) == tmp_path / "first" / "tiny"


def test_a_set_that_was_moved_is_found_by_its_fingerprint_among_prepared_sets(config, tmp_path, monkeypatch):
    prepare(builtin_source(1, 7, difficulty="easy"), tmp_path / "sets" / "another")
    shutil.move(config.data, tmp_path / "sets" / "renamed")
    assert locate_set(config, tmp_path / "sets") == tmp_path / "sets" / "renamed"
    monkeypatch.setenv("ESR_PREPARED", str(tmp_path / "sets"))
    assert locate_set(config) == tmp_path / "sets" / "renamed"


def test_another_set_in_its_place_is_not_taken_for_it(config, tmp_path):
    shutil.move(config.data, tmp_path / "sets" / "tiny")
    prepare(builtin_source(1, 7, difficulty="easy"), tmp_path / "first" / "tiny")
    assert locate_set(config, str(tmp_path / "sets")) == tmp_path / "sets" / "tiny"


def test_where_it_is_nowhere_or_not_known_its_folder_is_named(config, prepared_faces, tmp_path):
    shutil.rmtree(config.data)
    assert locate_set(config, tmp_path / "none") == tmp_path / "first" / "tiny"
    assert locate_set(config.replace(data_set=None), prepared_faces) == tmp_path / "first" / "tiny"
