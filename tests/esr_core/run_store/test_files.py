"""Names of files that become others."""

import pytest

from esr_core.run_store.files import with_ending, write_atomically


@pytest.mark.parametrize("name", ["a" * 251 + ".csv", "ä" * 125 + "b.csv"], ids=["ASCII", "two bytes a letter"])
def test_every_name_that_the_file_system_takes_can_be_written(tmp_path, name):
    write_atomically(tmp_path / name, b"table")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(name, b"table")]


def test_a_name_with_an_ending_is_no_longer_than_names_may_be_and_belongs_to_one_name_alone():
    assert with_ending("faces.csv", ".part") == "faces.csv.part"
    names = [with_ending("ä" * 125 + end, ".part") for end in ("1.csv", "2.csv")]
    assert len(set(names)) == 2
    assert all(len(name.encode()) <= 255 and name.startswith("ä" * 100) and name.endswith(".part") for name in names)
