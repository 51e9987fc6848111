"""What the environment says of the dashboard."""

import pytest

from app.shell import settings


@pytest.mark.parametrize(
    ("value", "is_viewer"), [("1", True), ("yes", True), ("", False), ("0", False), (" False ", False), ("off", False)]
)
def test_a_word_for_no_is_no(monkeypatch, value, is_viewer):
    monkeypatch.setenv("ESR_VIEWER", value)
    assert settings.is_viewer() == is_viewer
