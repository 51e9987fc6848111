"""Streamlit serves its pages also where the home folder is another user's, or none."""

import logging
import runpy
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config

from app.shell import secret_files
from app.shell.secret_files import leave_out_unreadable_secrets
from tests.app.conftest import APP


@pytest.fixture
def secrets(tmp_path):
    """Files of secrets by whether they can be reached; the option is put back."""
    before = config.get_option("secrets.files")
    (tmp_path / "home").write_text("a file, as /dev/null is")
    (tmp_path / "own.toml").write_text('[auth]\nredirect_uri = "x"\n')
    (tmp_path / "folder").mkdir()
    files = {
        "below a file": tmp_path / "home" / ".streamlit" / "secrets.toml",
        "absent": tmp_path / "secrets.toml",
        "own": tmp_path / "own.toml",
        "folder": tmp_path / "folder",
    }
    config.set_option("secrets.files", [str(path) for path in files.values()])
    yield files
    config.set_option("secrets.files", before)
    st.secrets._reset()


def test_secrets_out_of_reach_are_left_out_and_named_and_the_others_read(secrets, caplog):
    with pytest.raises(NotADirectoryError):
        st.secrets.load_if_toml_exists()
    with caplog.at_level(logging.WARNING):
        runpy.run_path(str(APP.with_name("streamlit_app.py")))
    assert [record.message for record in caplog.records] == [
        f"{secrets['below a file']} cannot be read and is left out"
    ]
    assert st.secrets.load_if_toml_exists()
    assert "auth" in st.secrets


def test_a_home_of_another_user_is_out_of_reach(secrets, monkeypatch):
    def refuse(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(secret_files.Path, "open", refuse)
    leave_out_unreadable_secrets()
    assert config.get_option("secrets.files") == []
    assert not st.secrets.load_if_toml_exists()
