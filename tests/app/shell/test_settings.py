"""What the environment says of the dashboard."""

from pathlib import Path

import pytest

from app.shell import settings
from esr_core.errors import ConfigError


@pytest.mark.parametrize(
    ("value", "is_viewer"), [("1", True), ("yes", True), ("", False), ("0", False), (" False ", False), ("off", False)]
)
def test_a_word_for_no_is_no(monkeypatch, value, is_viewer):
    monkeypatch.setenv("ESR_VIEWER", value)
    assert settings.is_viewer() == is_viewer


def test_a_user_without_a_home_folder_reads_what_to_set(monkeypatch):
    def homeless(path: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("ESR_CACHE", "ESR_UPLOADS", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "expanduser", homeless)
    with pytest.raises(ConfigError, match=r"has no home folder .*: set HOME, or ESR_UPLOADS and ESR_CACHE"):
        settings.uploads_root()
